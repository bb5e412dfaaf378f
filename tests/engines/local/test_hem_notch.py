"""A notch in a top's hem is closed with the cloth above it; slits, vents and scallops stay."""

from collections.abc import Sequence

import numpy as np

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.hem_notch import without_notch

CLOTH = (90, 180, 220)


def _top(notches: Sequence[tuple[int, int]], deep: int = 20) -> GarmentAnalysis:
    """A plain top 200 px wide that ends at row 300, with notches in these columns."""
    parts = np.zeros((320, 240), np.uint8)
    parts[20:300, 20:220] = GarmentPart.TORSO
    for start, stop in notches:
        parts[300 - deep : 300, start:stop] = GarmentPart.OUTSIDE
    picture = np.where(parts[..., None] > 0, np.asarray(CLOTH, np.uint8), np.uint8(255))
    return GarmentAnalysis(
        picture=picture, opacity=(parts > 0).astype(np.float32), parts=parts, category="tops", sleeve="short",
        points={"hem_right": (20.0, 300.0), "hem_left": (220.0, 300.0)}, neckline=np.zeros((2, 2), np.float32),
        quality=1.0,
    )  # fmt: skip


def test_a_notch_is_closed_with_the_cloth_above_it() -> None:
    found = without_notch(_top([(110, 130)]))
    assert (found.parts[280:297, 112:128] == GarmentPart.TORSO).all()
    assert found.opacity[280:295, 112:128].min() > 0.9
    assert (found.picture[280:297, 112:128] == CLOTH).all()


def test_an_open_front_a_slit_and_vents_stay() -> None:
    for notches, deep in (([(90, 150)], 20), ([(115, 125)], 60), ([(22, 34)], 20)):
        garment = _top(notches, deep)
        assert without_notch(garment) is garment


def test_scallops_stay() -> None:
    garment = _top([(x, x + 12) for x in range(50, 190, 30)])
    assert without_notch(garment) is garment
