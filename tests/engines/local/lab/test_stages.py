"""The laboratory shows the engine's own work: the same picture and scores, stage by stage."""

import numpy as np
import pytest

from tests.engines.local.scenes import NETWORKS, asset, eyes
from tryon.engines.base import Category, Garment, TryOnOptions, TryOnRequest
from tryon.engines.local.engine import LocalEngine, read_picture
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


def test_two_bad_pictures_are_both_told() -> None:
    found = run_stages(b"no photo", b"no product", "tops", TryOnOptions(), eyes())
    assert [refusal.code for refusal in found.refusals] == ["no_person_found", "garment_not_found"]
    assert list(draw_stages(found)) == []
