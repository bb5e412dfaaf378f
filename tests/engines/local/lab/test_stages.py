"""The laboratory shows the engine's own work: the same picture and scores, stage by stage."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.engines.local.scenes import NETWORKS, asset, eyes
from tryon.engines.base import Category, Garment, TryOnOptions, TryOnRequest
from tryon.engines.local.engine import LocalEngine, read_picture
from tryon.engines.local.lab.guide import write_guide
from tryon.engines.local.lab.pictures import draw_stages
from tryon.engines.local.lab.stages import run_stages

PERSON = asset("people/3_posture.jpg").read_bytes()
STAGES = [
    "cut_out", "garment_landmarks", "person_landmarks", "matte", "parse", "target", "warp", "shading", "changed",
    "result", "before_after",
]  # fmt: skip


@pytest.mark.parametrize(
    ("garment", "category"), [("shirts/3_front.jpg", "tops"), ("pants/2_front.jpg", "bottoms")]
)  # fmt: skip
def test_its_result_is_the_engine_s(garment: str, category: Category) -> None:
    product = asset(f"clothes/{garment}").read_bytes()
    found = run_stages(PERSON, product, category, TryOnOptions(), eyes())
    made = LocalEngine(NETWORKS).dress(TryOnRequest(PERSON, (Garment(product, category),)))
    assert found.refusals == []
    assert found.dressed is not None
    assert np.array_equal(found.dressed.picture, read_picture(made.picture))
    assert found.scores == made.scores
    drawn = dict(draw_stages(found))
    assert list(drawn) == STAGES
    assert all(picture.dtype == np.uint8 and picture.std() > 5 for picture in drawn.values())


def test_the_guide_s_pictures_show_the_stages_side_by_side_around_the_person(tmp_path: Path) -> None:
    product = asset("clothes/shirts/3_front.jpg").read_bytes()
    found = run_stages(PERSON, product, "tops", TryOnOptions(), eyes())
    assert write_guide(found, tmp_path) == ["result.jpg", "garment.jpg", "person.jpg", "placing.jpg"]
    with Image.open(tmp_path / "result.jpg") as picture:
        assert picture.size == (3 * 300, 600)
        changed, before, after = (np.asarray(picture.crop((x, 0, x + 300, 600))).astype(int) for x in (0, 300, 600))
    beside = np.s_[:, :20]
    assert np.abs(before[beside] - after[beside]).mean() < 0.2 * np.abs(before - after).mean()
    assert (changed[..., 0] - changed[..., 1] > 100).any()


def test_two_bad_pictures_are_both_told(tmp_path: Path) -> None:
    found = run_stages(b"no photo", b"no product", "tops", TryOnOptions(), eyes())
    assert [refusal.code for refusal in found.refusals] == ["no_person_found", "garment_not_found"]
    assert list(draw_stages(found)) == []
    assert write_guide(found, tmp_path) == []
