"""What hangs of a back below the front's hem goes; bands and prints along a hem stay."""

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.cutout import CutOut
from tryon.engines.local.hanging_back import without_hanging_back

Mask = NDArray[np.bool_]

X, ROWS = np.arange(420), np.arange(900)[:, None]
BOW = 1.0 - ((X - 210) / 170.0) ** 2
"""1 in the middle, 0 at the sides."""
FRONT = 780 + 20 * BOW
PAPER, CLOTH, INSIDE = (245, 245, 245), (232, 226, 214), (190, 186, 178)


def _top(tail: NDArray[np.floating], below: tuple[int, int, int]) -> tuple[CutOut, Mask, Mask]:
    """A printed top whose front ends at FRONT, and below it `tail` pixels in another colour; its front, its tail."""
    sides = (X > 40) & (X < 380)
    front, whole = (ROWS > 60) & (ROWS <= FRONT) & sides, (ROWS > 60) & (FRONT + tail >= ROWS) & sides
    picture = np.full((900, 420, 3), PAPER, np.uint8)
    picture[whole], picture[front] = below, CLOTH
    picture[front & ((ROWS + 2 * X) % 90 < 14)] = (60, 90, 150)
    return CutOut(picture, whole.astype(np.float32), frozenset(), 1.0), front, whole & ~front


def _opacity(tail: NDArray[np.floating], below: tuple[int, int, int]) -> tuple[NDArray[np.float32], Mask, Mask]:
    cut, front, hanging = _top(tail, below)
    return without_hanging_back(cut).opacity, front, hanging


def test_the_inside_of_a_longer_back_goes() -> None:
    opacity, front, hanging = _opacity(90 * BOW, INSIDE)
    assert opacity[hanging].mean() < 0.1
    assert opacity[front].mean() > 0.98


def test_a_band_along_the_hem_stays() -> None:
    opacity, _, hanging = _opacity(np.full(420, 70.0), INSIDE)
    assert opacity[hanging].min() == 1


def test_a_print_in_dark_colours_stays() -> None:
    opacity, _, hanging = _opacity(90 * BOW, (40, 60, 90))
    assert opacity[hanging].min() == 1


def test_the_thickness_of_a_hem_stays() -> None:
    opacity, _, hanging = _opacity(18 * BOW, INSIDE)
    assert opacity[hanging].min() == 1
