"""Dark mesh sleeves do not carry the product picture's ground onto an arm."""

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart
from tryon.engines.local.mesh_sleeves import with_dark_mesh


def _dress(sleeve: NDArray[np.floating], body: int = 20) -> GarmentAnalysis:
    """A plain garment with a sleeve (100, 60) of these grey values."""
    picture = np.full((240, 200, 3), body, np.uint8)
    parts = np.zeros((240, 200), np.uint8)
    parts[20:220, 80:180] = GarmentPart.TORSO
    parts[20:120, 20:80] = GarmentPart.RIGHT_SLEEVE
    picture[20:120, 20:80] = np.rint(sleeve).clip(0, 255)[..., None]
    return GarmentAnalysis(
        picture=picture, opacity=(parts > 0).astype(np.float32), parts=parts, category="tops", sleeve="short",
        points={}, neckline=np.zeros((2, 2), np.float32), quality=1.0,
    )  # fmt: skip


def _mesh(mean: float, depth: float) -> NDArray[np.floating]:
    y, x = np.mgrid[:100, :60]
    return mean + depth * np.sign(np.sin(x * 2 * np.pi / 4) * np.sin(y * 2 * np.pi / 4 + 0.5))


def test_a_pale_mesh_sleeve_of_a_black_dress_becomes_dark_and_even() -> None:
    found = with_dark_mesh(_dress(_mesh(90, 40))).picture[30:110, 30:70].astype(float)
    assert 35 < found.mean() < 60
    assert found.std() < 15


def test_plain_grey_sleeves_stay() -> None:
    garment = _dress(_mesh(90, 8))
    assert with_dark_mesh(garment) is garment


def test_sleeves_of_a_light_body_stay() -> None:
    garment = _dress(_mesh(90, 40), body=120)
    assert with_dark_mesh(garment) is garment
