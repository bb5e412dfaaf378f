"""Collar bones, the notch between them, the neck's cords, and what the chest below them shows, as light.

Measured on 32 bare halves of chests: a narrow shade lies above the collar bone, from the notch until the shoulder's
slope meets it, and the bone below it catches a little light. How deep it is differs five times between people; made-up
skin shows as much as the deeper half of them, or it looks like a dummy's.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import SIDES, Side
from tryon.engines.local.bare_form import eased, spot
from tryon.engines.local.figure import Figure

Floats = NDArray[np.float32]

REACH: Final = ((-0.68, 0.68), (-0.45, 0.6))
"""Units across and down from the shoulders' middle within which any of this lies."""

NOTCH_BELOW: Final = 0.07
NOTCH_BOUNDS: Final = (-0.165, -0.09)
"""The notch lies so far below the neck's sides, and between these heights: collars raise the neck's sides."""
TURNED: Final = 0.5
"""Share of the neck's way to the side that the notch goes too."""
BONE: Final = (0.045, 0.36)
"""Units from the notch where a collar bone begins and where it has reached the shoulder's slope."""
BONE_BELOW_SLOPE: Final = 0.015
"""There it lies so far below that slope's straight line."""
SAG: Final = 0.012
"""So far it hangs through in its middle."""

SHADE: Final = (0.022, 0.40)
RIDGE: Final = (0.040, 0.028, 0.19)
BELOW: Final = (0.28, 0.115, 0.12, 0.10, 0.17)
"""Of the shade above the bone half width and log depth; of the lit bone how far down it lies, half width and log light;
of the flat below its outer half how far out and down, half width, half height and log depth."""
TAPER: Final = (0.6, 0.35)
WIDER: Final = 0.7
"""Share of their strength that the bone's light and the shade above it have lost where they reach the slope, and by
which both are wider there: a line as strong and as narrow all along is a painted bar."""
WAVES: Final = {"left": ((0.9, 0.6), (0.25, 0.005)), "right": ((1.3, 3.4), (0.22, 0.006))}
"""Waves along the bone and where they begin; how much they change its light (share) and its height (units). No two
sides of a chest are each other's mirror image."""
FOSSA: Final = (0.165, 0.06, 0.075, 0.05, 0.18)
"""The hollow above the bone beside the neck: how far out and above the bone, half width, half height, log depth."""

CORD: Final = ((0.026, 0.03), (0.15, 0.26))
CORD_LIGHT: Final = (0.026, 0.08, 0.13)
"""A cord goes from the notch (units across and above it) to the neck's side: half width, its log light, and the log
depth of the shade outside of it."""
NOTCH: Final = (0.031, 0.036, 0.30)
KNOB: Final = (0.07, 0.03, 0.036, 0.15)
"""Half width, half height and log depth of the notch; where a bone's lit head lies beside and below it, its half width
and log light."""

BREASTBONE: Final = (0.06, 0.12, (0.08, 0.42))
PECTORAL: Final = (0.18, 0.28, 0.13, 0.13)
"""The groove down the chest: half width, log depth and from where to where below the notch; what swells beside it: how
far out and down, half width, and log light."""
DELTOID: Final = ((0.40, 0.10), (0.455, 0.36), 0.035, 0.27)
"""Between chest and shoulder muscle a groove runs to the armpit: where it begins and ends (units across, and below the
shoulder joint's line), half width, log depth at its end."""

CAP: Final = (0.50, 0.11, 0.075, 0.14)
"""What the shoulder muscle's swell catches: how far out and below the shoulder's top, half width, and log light."""

AWAY: Final = 1.2
"""Share by which these shades are deeper on the side away from the light, for a log light of 1 across the body."""


def bones_form(figure: Figure, shape: tuple[int, ...], from_right: float = 0.0) -> Floats:
    """(h, w) log light; `from_right` is the log light by which what is turned to the picture's right is brighter."""
    form = np.zeros(shape[:2], np.float32)
    corners = np.asarray([figure.shoulder_middle + figure.unit * (x * figure.across + y * figure.down)
                          for x in REACH[0] for y in REACH[1]])  # fmt: skip
    left, upper = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
    right, lower = np.minimum(np.ceil(corners.max(axis=0)), (shape[1], shape[0])).astype(int)
    if right <= left or lower <= upper:
        return form
    rows, columns = np.indices((lower - upper, right - left), dtype=np.float32)
    x = (columns + left - figure.shoulder_middle[0]) / np.float32(figure.unit)
    y = (rows + upper - figure.shoulder_middle[1]) / np.float32(figure.unit)
    aside = x * figure.across[0] + y * figure.across[1]
    down = x * figure.down[0] + y * figure.down[1]
    form[upper:lower, left:right] = _chest(figure, aside, down, from_right)
    return form


def notch_of(figure: Figure) -> tuple[float, float]:
    """Units across and down from the shoulders' middle to the notch between the collar bones."""
    roots = [_place(figure, figure.neck_root[side]) for side in SIDES]
    across, down = (roots[0][0] + roots[1][0]) / 2, (roots[0][1] + roots[1][1]) / 2
    return TURNED * across, float(np.clip(down + NOTCH_BELOW, *NOTCH_BOUNDS))


def _place(figure: Figure, point: NDArray[np.floating]) -> tuple[float, float]:
    way = (np.asarray(point) - figure.shoulder_middle) / figure.unit
    return float(way @ figure.across), float(way @ figure.down)


def _chest(figure: Figure, aside: Floats, down: Floats, from_right: float) -> Floats:
    middle, notch = notch_of(figure)
    form = -NOTCH[2] * spot((aside - middle) / NOTCH[0], (down - notch) / NOTCH[1])
    fallen = down - notch
    along = eased((fallen - BREASTBONE[2][0]) / 0.08) * eased((BREASTBONE[2][1] - fallen) / 0.2)
    form -= BREASTBONE[1] * along * np.exp(-(((aside - middle) / BREASTBONE[0]) ** 2))
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        tip = _place(figure, figure.shoulder_tip[side])
        root = _place(figure, figure.neck_root[side])
        out = np.asarray(sign * (aside - middle), np.float32)
        slope = root[1] + (tip[1] - root[1]) * (BONE[1] - sign * root[0]) / max(sign * (tip[0] - root[0]), 0.1)
        end = float(np.clip(slope + BONE_BELOW_SLOPE, notch - 0.12, notch + 0.14))
        deeper = float(np.clip(1.0 - sign * AWAY * from_right, 0.6, 1.4))
        # Only where this half lies: the other one costs as much again.
        own = np.s_[:, (out > 0).any(axis=0)]
        half = _half(out[own], down[own], notch, end, deeper, side) + _shoulder(sign * aside[own], down[own] - tip[1])
        form[own] += half * (out[own] > 0)
    return np.asarray(form, np.float32)


def _half(out: Floats, down: Floats, notch: float, end: float, deeper: float, side: Side) -> Floats:
    """One half of the chest; `out` are units from the notch outwards, `end` is the height of the bone's outer end."""
    share = np.clip((out - BONE[0]) / (BONE[1] - BONE[0]), 0.0, 1.0)
    (number, start), (uneven, sway) = WAVES[side]
    wave = np.sin(2 * np.pi * number * share + start)
    off = down - (notch + (end - notch) * share + 4 * SAG * share * (1 - share) + sway * wave)
    bone = eased((out - BONE[0] + 0.02) / 0.07) * eased((BONE[1] + 0.07 - out) / 0.1)
    off_wide = off / (1 + WIDER * share)
    shade = SHADE[1] * (1 - TAPER[1] * share) * np.exp(-((off_wide / SHADE[0]) ** 2))
    lit = (1 - TAPER[0] * share) * (1 + uneven * wave)
    light = bone * (RIDGE[2] * lit * np.exp(-(((off_wide - RIDGE[0]) / RIDGE[1]) ** 2)) - deeper * shade)
    light -= BELOW[4] * spot((out - BELOW[0]) / BELOW[2], (off - BELOW[1]) / BELOW[3])
    light -= deeper * FOSSA[4] * spot((out - FOSSA[0]) / FOSSA[2], (off + FOSSA[1]) / FOSSA[3])
    light += KNOB[3] * spot((out - KNOB[0]) / KNOB[2], (down - notch - KNOB[1]) / KNOB[2])
    light += PECTORAL[3] * spot((out - PECTORAL[0]) / PECTORAL[2], (down - notch - PECTORAL[1]) / PECTORAL[2])
    return np.asarray(light + _cord(out, notch - down, deeper), np.float32)


def _cord(out: Floats, up: Floats, deeper: float) -> Floats:
    """The muscle that comes down the neck's side to the notch, and the shade outside of it."""
    (near, low), (far, high) = CORD
    share = (up - low) / (high - low)
    off = (out - near - (far - near) * share) / CORD_LIGHT[0]
    seen = eased((up - low + 0.05) / 0.08) * eased((high - up) / 0.12)
    shade = CORD_LIGHT[2] * deeper * np.exp(-((off - 1.5) ** 2))
    return np.asarray(seen * (CORD_LIGHT[1] * np.exp(-(off**2)) - shade), np.float32)


def _shoulder(out: Floats, below: Floats) -> Floats:
    """The groove between chest and shoulder muscle, deeper towards the armpit, and the light on that muscle."""
    (near, high), (far, low), half, depth = DELTOID
    share = (below - high) / (low - high)
    off = (out - near - (far - near) * share) / (half * np.clip(1.6 - share, 0.6, 1.6))
    seen = eased(share) * eased((1.25 - share) / 0.25)
    cap = CAP[3] * spot((out - CAP[0]) / CAP[2], (below - CAP[1]) / CAP[2])
    return np.asarray(cap - depth * seen * np.exp(-(off**2)), np.float32)
