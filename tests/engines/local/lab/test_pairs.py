"""Scores on known pairs, with engines whose answers are known: one that changes nothing, one that paints, one that
refuses."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.engines.local.scenes import asset, picture_of
from tryon.engines.base import Category, Garment, PersonCheck, TryOnRequest, TryOnResult
from tryon.engines.errors import PoseNotSupported
from tryon.engines.local.analysis import Picture
from tryon.engines.local.engine import read_picture
from tryon.engines.local.lab.pairs import means, score_pairs


class Painter:
    """Paints a rectangle of the photo in one colour and calls that a try-on."""

    name, version, categories = "painter", "1", frozenset({"tops"})

    def __init__(self, box: tuple[slice, slice] | None = None) -> None:
        self.box = box
        self.heights: list[int] = []

    def warm_up(self) -> None: ...

    def check_person(self, photo: bytes, category: Category | None = None) -> PersonCheck:
        return PersonCheck((), "front", ())

    def prepare_person(self, photo: bytes) -> None: ...

    def prepare_garment(self, garment: Garment) -> None: ...

    def dress(self, request: TryOnRequest) -> TryOnResult:
        picture = read_picture(request.person)
        assert picture is not None
        self.heights.append(picture.shape[0])
        if self.box is not None:
            picture[self.box] = (200, 30, 30)
        seconds, scores = {"painting": 0.25}, {"red": 1.0}
        return TryOnResult(_png(picture), "image/png", self.name, self.version, seconds=seconds, scores=scores)


class Refuser(Painter):
    def dress(self, request: TryOnRequest) -> TryOnResult:
        raise PoseNotSupported(reason="arms_uncrossed")


def _png(picture: Picture) -> bytes:
    return cv2.imencode(".png", picture[..., ::-1])[1].tobytes()


def _pair(folder: Path, name: str, size: tuple[int, int], masked: tuple[slice, slice] | None = None) -> None:
    pair = folder / name
    pair.mkdir()
    (pair / "person.png").write_bytes(_png(cv2.resize(picture_of("people/3_posture.jpg"), size)))
    (pair / "garment.jpg").write_bytes(asset("clothes/shirts/3_front.jpg").read_bytes())
    if masked is not None:
        mask = np.zeros((size[1], size[0]), np.uint8)
        mask[masked] = 255
        cv2.imwrite(str(pair / "agnostic_mask.png"), mask)


CHEST = (slice(200, 420), slice(250, 500))


def test_an_engine_that_gives_the_true_picture_scores_one(tmp_path: Path) -> None:
    _pair(tmp_path, "01", (768, 1024), CHEST)
    (score,) = score_pairs(Painter(), tmp_path)
    assert score.full is not None
    assert score.small is not None
    assert (score.full.whole, score.full.inside) == (1.0, 1.0)
    assert (score.full.size, score.small.size) == ((768, 1024), (384, 512))
    assert score.full.flat < 0.99
    assert score.changed_outside == 0.0
    assert (score.mask, score.seconds, score.scores) == ("published", 0.25, {"red": 1.0})


def test_what_is_painted_inside_the_mask_counts_inside_and_less_in_the_whole(tmp_path: Path) -> None:
    _pair(tmp_path, "01", (768, 1024), CHEST)
    (score,) = score_pairs(Painter(CHEST), tmp_path)
    assert score.full is not None
    assert score.full.inside < 0.6 < score.full.whole < 1.0
    assert score.changed_outside == 0.0


def test_what_is_changed_outside_the_mask_is_told_as_a_share(tmp_path: Path) -> None:
    _pair(tmp_path, "01", (768, 1024), CHEST)
    (score,) = score_pairs(Painter((slice(700, 800), slice(0, 768))), tmp_path)
    outside = 768 * 1024 - 220 * 250
    assert score.changed_outside == pytest.approx(100 * 768 / outside, rel=0.02)


def test_without_a_mask_the_changed_region_takes_its_place(tmp_path: Path) -> None:
    _pair(tmp_path, "01", (768, 1024))
    (score,) = score_pairs(Painter(CHEST), tmp_path)
    assert score.full is not None
    assert score.mask == "changed"
    assert score.changed_outside is None
    assert score.full.inside < 0.6


def test_a_small_photo_is_enlarged_for_the_engine_and_scored_at_its_own_size(tmp_path: Path) -> None:
    _pair(tmp_path, "01", (192, 256))
    engine = Painter()
    (score,) = score_pairs(engine, tmp_path)
    assert engine.heights == [512]
    assert score.enlarged == 2.0
    assert score.full is not None
    assert score.full.size == (192, 256)
    assert (score.full.whole, score.full.flat) == (1.0, 1.0)
    assert score.small is None


def test_a_refused_pair_has_its_code_and_no_figures(tmp_path: Path) -> None:
    _pair(tmp_path, "01", (768, 1024))
    (score,) = score_pairs(Refuser(), tmp_path)
    assert (score.code, score.reason) == ("pose_not_supported", "arms_uncrossed")
    assert score.full is None
    assert means([score]) == {}


def test_means_are_taken_of_one_size_at_a_time(tmp_path: Path) -> None:
    for name, size in (("01", (768, 1024)), ("02", (768, 1024)), ("03", (192, 256))):
        _pair(tmp_path, name, size)
    found = means(score_pairs(Painter(), tmp_path))
    assert {size: count for size, (count, _) in found.items()} == {(192, 256): 1, (384, 512): 2, (768, 1024): 2}


def test_a_pair_without_a_garment_is_told_by_name(tmp_path: Path) -> None:
    _pair(tmp_path, "01", (384, 512))
    (tmp_path / "01" / "garment.jpg").unlink()
    with pytest.raises(FileNotFoundError, match=r"garment\.jpg"):
        score_pairs(Painter(), tmp_path)
