"""Cloth ends at its front's hem where the inside of its back is seen below: in sheer sleeves, under uneven hems."""

from dataclasses import replace

import numpy as np
import pytest

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.sheer_ends import without_sheer_ends

CLOTH, HEM, SHEER, INSIDE = (238, 168, 166), (205, 130, 128), (248, 206, 204), (226, 152, 150)
X, ROWS = np.arange(600), np.arange(600)[:, None]


def _blouse() -> GarmentAnalysis:
    """A plain blouse: a torso down to row 480, its sleeves beside it down to row 570."""
    parts = np.zeros((600, 600), np.uint8)
    parts[20:480, 180:420] = GarmentPart.TORSO
    parts[60:570, 30:170], parts[60:570, 430:570] = GarmentPart.RIGHT_SLEEVE, GarmentPart.LEFT_SLEEVE
    points = {"hem_right": (180.0, 480.0), "hem_left": (420.0, 480.0), "hem_middle": (300.0, 480.0)}
    for side, outer, inner in (("right", 30.0, 170.0), ("left", 570.0, 430.0)):
        points |= {f"cuff_outer_{side}": (outer, 570.0), f"cuff_inner_{side}": (inner, 570.0)}
    return GarmentAnalysis(
        picture=np.full((600, 600, 3), CLOTH, np.uint8),
        opacity=(parts > 0).astype(np.float32),
        parts=parts,
        category="tops",
        sleeve="long",
        points=points,
        neckline=np.array([(240, 20), (360, 20)], np.float32),
    )


def _with_hem(part: GarmentPart, line: np.ndarray, below: tuple[int, int, int]) -> GarmentAnalysis:
    """The blouse with a hem along the row `line` of each column, and other cloth below it."""
    garment = _blouse()
    own, picture = garment.parts == part, garment.picture.copy()
    picture[own & (line < ROWS)], picture[own & (np.abs(ROWS - line) < 2)] = below, HEM
    return replace(garment, picture=picture)


def test_a_sheer_sleeve_ends_at_its_fronts_hem() -> None:
    slanting = 560.0 - 0.3 * (X - 30)
    found = without_sheer_ends(_with_hem(GarmentPart.RIGHT_SLEEVE, slanting, SHEER))
    assert found.opacity[545:565, 150:165].max() == 0
    assert found.opacity[500:510, 40:160].min() > 0.9
    assert (found.parts[545:565, 150:165] == GarmentPart.OUTSIDE).all()
    assert (found.opacity[:, 430:] == 1).sum() == 140 * 510


@pytest.mark.parametrize("below", [CLOTH, INSIDE])
def test_a_stitched_cuff_of_opaque_cloth_stays(below: tuple[int, int, int]) -> None:
    garment = _with_hem(GarmentPart.RIGHT_SLEEVE, 520.0 + 0 * X, below)
    assert without_sheer_ends(garment) is garment


def test_a_back_that_hangs_unevenly_below_a_hem_goes() -> None:
    wavy = 470.0 + 7.0 * np.sin(X / 40)
    found = without_sheer_ends(_with_hem(GarmentPart.TORSO, wavy, INSIDE))
    shown = found.opacity[:, 190:410] > 0.5
    assert np.abs(shown.sum(axis=0) + 20 - wavy[190:410]).max() < 4
    assert 462 < found.points["hem_middle"][1] < 478


def test_a_band_along_a_hem_stays() -> None:
    garment = _with_hem(GarmentPart.TORSO, 460.0 + 0 * X, INSIDE)
    assert without_sheer_ends(garment) is garment


def test_a_jumpsuit_without_sleeves_has_no_such_ends() -> None:
    garment = replace(_blouse(), points={"hem_middle": (300.0, 480.0)})
    assert without_sheer_ends(garment) is garment
