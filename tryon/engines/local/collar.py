"""Carries neckline and collar: a similarity fixed by the two neck points, with the front a little foreshortened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Points, Side

FORESHORTENED: Final = 0.46
"""Share of the neckline's depth that is lost when worn: the opening tilts towards the camera, the higher part of it
lies on the slope of the shoulders and at the sides of the neck. Measured on product pictures and photos of wearers."""

STEEP_UNITS: Final = 0.22
"""Only the first part of the depth lies on that slope; what is deeper lies flat on the chest."""


@dataclass(frozen=True, slots=True)
class CollarMove:
    turn: NDArray[np.float32]
    """(2, 2) turn and scale."""
    source: Points
    """(2,) middle of the neck points in the garment's picture."""
    placed: Points
    """(2,) the same in the photo."""
    across: Points
    """(2,) unit vector from the wearer's right neck point to the left one in the photo."""
    steep: float
    """Depth in pixels of the photo up to which it is foreshortened."""

    def __call__(self, points: Points) -> Points:
        """Carry (n, 2) points of the garment's picture into the photo."""
        turned = (points - self.source) @ self.turn.T
        # Square to the line between the neck points: with one shoulder higher, both ends stay on their neck points.
        down = np.asarray([-self.across[1], self.across[0]], np.float32)
        depth = np.maximum(turned @ down, 0.0)
        turned -= FORESHORTENED * np.minimum(depth, self.steep)[:, None] * down
        return (turned + self.placed).astype(np.float32)


def collar_move(source: Mapping[Side, Points], placed: Mapping[Side, Points], unit: float) -> CollarMove:
    """The move that carries the two neck points of the garment onto the two in the photo."""
    p = complex(*(source["left"] - source["right"]))
    q = complex(*(placed["left"] - placed["right"])) / p
    turn = np.asarray([[q.real, -q.imag], [q.imag, q.real]], np.float32)
    middles = [((ends["left"] + ends["right"]) / 2).astype(np.float32) for ends in (source, placed)]
    across = placed["left"] - placed["right"]
    across = (across / max(float(np.linalg.norm(across)), 1e-3)).astype(np.float32)
    return CollarMove(turn, middles[0], middles[1], across, STEEP_UNITS * unit)
