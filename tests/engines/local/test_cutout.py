"""The cut-out, measured on drawn T-shirts with a known mask and looked at on openvto's product pictures."""

import cv2
import numpy as np
import pytest

from tests.engines.local.drawn import Drawn, blank, t_shirt
from tests.engines.local.scenes import picture_of
from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.cutout import WORK_SIDE_PX, CutOut, cut_out
from tryon.engines.local.ground import fit_ground, lab_of

WHITE_TEE = "clothes/shirts/3_front.jpg"
BLACK_TEE = "clothes/shirts/4_front.jpg"
BLUE_SHIRT = "clothes/shirts/1_front.jpg"


def overlap(cut: CutOut, drawn: Drawn) -> float:
    """Intersection over union of the cut-out's mask and the true one, laid upper left corner on corner."""
    found, true = (_cropped(mask) for mask in (cut.opacity > 0.5, drawn.mask))
    height, width = max(found.shape[0], true.shape[0]), max(found.shape[1], true.shape[1])
    a, b = (np.pad(m, ((0, height - m.shape[0]), (0, width - m.shape[1]))) for m in (found, true))
    return float((a & b).sum() / (a | b).sum())


def _cropped(mask: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize(
    ("ground", "cloth"),
    [
        ((238, 236, 232), (60, 90, 160)),
        ((200, 170, 160), (60, 90, 160)),
        ((128, 128, 128), (240, 240, 240)),
        ((225, 205, 190), (250, 248, 244)),
        ((238, 236, 232), (150, 150, 150)),
    ],
    ids=["blue on light", "blue on pink", "white on grey", "cream on tan", "grey on light"],
)
def test_a_shirt_is_cut_from_its_ground_without_its_shadow(ground, cloth) -> None:
    drawn = t_shirt(ground, cloth)
    assert overlap(cut_out(drawn.picture), drawn) > 0.96


def test_white_on_near_white_is_found() -> None:
    drawn = t_shirt((245, 245, 245), (252, 252, 252), shadow=0.12)
    assert overlap(cut_out(drawn.picture), drawn) > 0.88


def test_a_ground_that_grows_darker_across_the_picture_stays_ground() -> None:
    drawn = t_shirt(cloth=(20, 20, 22), slope=0.2)
    assert overlap(cut_out(drawn.picture), drawn) > 0.95


def test_red_on_a_green_of_the_same_lightness_is_found() -> None:
    drawn = t_shirt((60, 110, 80), (200, 60, 60))
    assert overlap(cut_out(drawn.picture), drawn) > 0.92


def test_an_alpha_channel_is_taken_at_its_word() -> None:
    drawn = t_shirt()
    noise = np.random.default_rng(1).integers(0, 255, drawn.picture.shape, dtype=np.uint8)
    picture = np.where(drawn.mask[..., None], drawn.picture, noise)
    assert overlap(cut_out(picture, drawn.mask.astype(np.float32)), drawn) > 0.99


def test_a_garment_cut_by_the_frame_says_where() -> None:
    assert "bottom" in cut_out(t_shirt(drop=200).picture).frame_cuts
    assert not cut_out(t_shirt().picture).frame_cuts


def test_a_picture_pasted_on_white_is_read_without_its_bars() -> None:
    drawn = t_shirt((205, 205, 208), (60, 90, 160))
    barred = cv2.copyMakeBorder(drawn.picture, 0, 0, 150, 150, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    assert overlap(cut_out(barred), drawn) > 0.96


def test_the_gap_between_sleeve_and_body_is_open() -> None:
    cut = cut_out(t_shirt(sleeve="long").picture)
    row = cut.opacity[round(0.75 * cut.opacity.shape[0])] > 0.5
    assert np.count_nonzero(np.diff(row.astype(int)) == 1) == 3


def test_an_empty_ground_is_no_garment() -> None:
    with pytest.raises(GarmentNotFound) as refused:
        cut_out(blank())
    assert refused.value.reason == "nothing_on_the_ground"


def test_two_shirts_side_by_side_are_not_one_garment() -> None:
    picture = t_shirt().picture
    with pytest.raises(GarmentNotFound) as refused:
        cut_out(np.hstack([picture, picture]))
    assert refused.value.reason == "several_garments"


def test_a_picture_full_of_noise_is_refused() -> None:
    noise = np.random.default_rng(5).integers(0, 255, (500, 400, 3), dtype=np.uint8)
    with pytest.raises(GarmentNotFound):
        cut_out(noise)


@pytest.mark.parametrize("name", [WHITE_TEE, BLACK_TEE, BLUE_SHIRT])
def test_no_colour_of_the_ground_is_left_at_the_rim(name: str) -> None:
    picture = picture_of(name)
    cut = cut_out(picture)
    ground = lab_of(picture[:8, :8]).reshape(-1, 3).mean(axis=0)
    visible = cut.opacity > 0.02
    rim = visible & (cv2.erode(visible.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0)
    inside = cut.opacity > 0.99
    lab = lab_of(cut.picture)
    typical = np.linalg.norm(np.median(lab[inside], axis=0) - ground)
    at_rim = np.linalg.norm(lab[rim] - ground, axis=-1)
    # White cotton is five Lab units from its ground: there a unit of shading already counts for a fifth.
    assert np.median(at_rim) > 0.6 * typical - 0.5


def test_the_same_picture_gives_the_same_cut_out_within_the_work_size() -> None:
    first, second = cut_out(picture_of(WHITE_TEE)), cut_out(picture_of(WHITE_TEE))
    assert max(first.opacity.shape) <= WORK_SIDE_PX
    assert np.array_equal(first.opacity, second.opacity)
    assert np.array_equal(first.picture, second.picture)


def test_the_ground_is_fitted_with_its_slope() -> None:
    drawn = t_shirt((190, 185, 180), slope=0.2)
    ground = fit_ground(drawn.picture)
    expected = lab_of(drawn.picture)
    fitted = ground.colours(*drawn.picture.shape[:2])
    corner = np.s_[5:60, 5:60], np.s_[-60:-5, -60:-5]
    for part in corner:
        assert abs(float(np.median(expected[part][..., 0] - fitted[part][..., 0]))) < 1.5
