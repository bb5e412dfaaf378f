"""What necklines of each kind usually look like: where the front edge is looked for, and how likely it lies there."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Habit:
    """What necklines of one kind usually look like."""

    widths: Floats
    """Tried widths, of the distance between the points the curve hangs on."""
    width: float
    width_spread: float
    shapes: tuple[float, ...]
    """Exponents of the super-ellipse: V, rounded V, ellipse, square."""
    shape: float
    """Its exponent where it is not seen."""
    depths: Floats
    """Tried depths, in half widths between those points."""
    depth: float
    shallower: float
    """How loosely a neckline is shallower than usual, and how loosely deeper, in the same unit."""
    deeper: float


ROUND: Final = Habit(
    widths=np.linspace(0.8, 1.6, 9).astype(np.float32), width=1.0, width_spread=0.22,
    shapes=(0.85, 1.1, 1.5, 2.0, 2.6), shape=2.0,
    depths=np.linspace(0.1, 2.1, 21).astype(np.float32), depth=0.75, shallower=0.3, deeper=1.1,
)  # fmt: skip
"""Without a collar the neckline begins where the shoulder ends: at the neck points, or outside them in a boat neck."""
TURNED_DOWN: Final = Habit(
    widths=np.linspace(0.9, 1.25, 5).astype(np.float32), width=1.1, width_spread=0.2,
    shapes=(0.95, 1.1, 1.3, 1.6, 2.0), shape=1.3,
    depths=np.linspace(1.35, 3.7, 24).astype(np.float32), depth=2.1, shallower=0.9, deeper=1.3,
)  # fmt: skip
"""A turned-down collar's opening hangs on its two upper corners and is pointed; it ends at the first closed button."""
STANDING: Final = Habit(
    widths=np.linspace(0.9, 1.35, 6).astype(np.float32), width=1.1, width_spread=0.25,
    shapes=(2.0, 2.6, 3.2), shape=2.6,
    depths=np.linspace(0.2, 1.35, 12).astype(np.float32), depth=0.8, shallower=0.5, deeper=0.6,
)  # fmt: skip
"""A stand-up collar's front edge is a shallow bow. The seam of a turned-down collar's own back looks the same."""
FRONT_OPENING: Final = Habit(
    widths=np.linspace(0.9, 1.25, 5).astype(np.float32), width=1.05, width_spread=0.2,
    shapes=(0.85, 0.95, 1.1, 1.3), shape=1.1,
    depths=np.linspace(1.3, 3.5, 23).astype(np.float32), depth=2.2, shallower=0.9, deeper=1.0,
)  # fmt: skip
"""A jacket or a cardigan without a collar opens in a V down to its first button, or to where its zip is closed."""
