"""The ends of sheer sleeves have the cloth's own colour, not that of the ground behind them."""

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.sheer_ends import with_whole_sheer_ends

PINK = np.asarray((230, 175, 175))


def _sleeve(colour: NDArray[np.int_], pale_columns: slice, paleness: float = 0.5) -> GarmentAnalysis:
    """A sleeve 60 px wide and 200 px long, the given columns of its last 20 px paler by a share of white, with a tooth
    missing 8 px deep at its end."""
    picture = np.full((240, 100, 3), colour, np.float32)
    picture[200:220, pale_columns] += (255 - picture[200:220, pale_columns]) * paleness
    parts = np.zeros((240, 100), np.uint8)
    parts[20:220, 20:80] = GarmentPart.LEFT_SLEEVE
    parts[212:220, 45:55] = GarmentPart.OUTSIDE
    opacity = (parts > 0).astype(np.float32)
    return GarmentAnalysis(
        picture=np.rint(picture).astype(np.uint8), opacity=opacity, parts=parts, category="tops", sleeve="long",
        points={}, neckline=np.zeros((2, 2), np.float32), quality=1.0,
    )  # fmt: skip


def test_the_ground_is_taken_out_of_a_single_layer() -> None:
    found = with_whole_sheer_ends(_sleeve(PINK, slice(20, 45)))
    assert np.abs(found.picture[205:218, 24:41].astype(int) - PINK).max() < 12


def test_its_end_is_one_line() -> None:
    found = with_whole_sheer_ends(_sleeve(PINK, slice(20, 45)))
    assert found.opacity[213:218, 46:54].min() > 0.9
    assert (found.parts[213:218, 46:54] == GarmentPart.LEFT_SLEEVE).all()


def test_a_cuff_of_a_paler_colour_stays() -> None:
    garment = _sleeve(PINK, slice(20, 80))
    assert with_whole_sheer_ends(garment).picture is garment.picture


def test_pale_pieces_of_grey_or_nearly_white_cloth_stay() -> None:
    for colour in ((120, 120, 120), (250, 235, 215)):
        garment = _sleeve(np.asarray(colour), slice(20, 45))
        assert with_whole_sheer_ends(garment).picture is garment.picture
