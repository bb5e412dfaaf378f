"""The form of a bare upper body as light: what faces the light, what turns away from it, where bones and muscles show.

All fields are log luminance, about 0 where skin faces the light, for the usual depth of shading.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.raster import bits, depth

Floats = NDArray[np.float32]

COARSE: Final = 2
"""The form is smooth and drawn on every second pixel."""

ACROSS: Final = (-1.0, -0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.2, 0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
ARM_LIGHT: Final = (
    -0.66, -0.58, -0.50, -0.38, -0.27, -0.18, -0.11, -0.02, 0.02, 0.02, -0.01, -0.04, -0.09, -0.15, -0.23, -0.33, -0.44,
)  # fmt: skip
"""Log luminance of a bare arm from its inner edge (-1) to its outer edge (1): the median of 725 cuts through arms."""

SHOULDER_STATIONS: Final = (0.0, 0.2)
ARMPIT_STATIONS: Final = (0.2, 0.42)
"""Between these stations the light of the trunk goes over into that of the arm, at its outer and at its inner side:
above the armpit the shoulder's inner side is no edge."""
BESIDE: Final = 0.25
"""Over this share of its half width beyond its edges the arm's light goes over into the trunk's."""

SIDE_LIGHT: Final = 0.30
"""Log depth of the falloff at the sides of the bare torso."""
ROUND: Final = 0.12
"""Log light that the chest has lost half a unit from its middle."""
LOWER: Final = 0.15
LOWER_UNITS: Final = (0.02, 0.55)
"""Log light that the chest loses between these heights below the shoulders: light comes from above."""

NECK_UNITS: Final = 0.22
NECK_SIDES: Final = 0.30
NECK_ENDS: Final = (-0.12, -0.22)
"""Half the neck's width, the log light it has lost there, and the heights between which this sets in."""

COLLAR_BONES: Final = ((0.05, 0.015), (0.40, -0.035))
"""(across, down) in units from the shoulders' middle: where a collar bone begins and ends."""
BONE_UNITS: Final = 0.036
BONE_DEPTH: Final = 0.09
"""Half width, and log light that a collar bone catches; below it lies as deep a shade."""
HOLLOW_UNITS: Final = 0.05
HOLLOW_DEPTH: Final = 0.10
"""The hollow above the collar bone, beside the neck."""
NOTCH_UNITS: Final = 0.045
NOTCH_DEPTH: Final = 0.12
"""The hollow between the collar bones."""
BREASTBONE_UNITS: Final = 0.09
BREASTBONE_DEPTH: Final = 0.05
"""The shallow groove along the breastbone."""
FURROW: Final = ((0.40, 0.36), (0.43, 0.08))
FURROW_UNITS: Final = 0.09
FURROW_DEPTH: Final = 0.09
"""The furrow between chest and shoulder, from the armpit up, and its half width and log depth."""


RIM_UNITS: Final = 0.035
RIM_DEPTH: Final = 0.18
"""Width and log depth of the falloff at the outline of shoulders and neck."""


def rim_form(body: NDArray[np.bool_], unit: float) -> Floats:
    """(h, w) log light lost where the `body` turns away at its outline."""
    return np.asarray(-RIM_DEPTH * np.exp(-depth(bits(body)) / np.float32(RIM_UNITS * unit)), np.float32)


def torso_form(figure: Figure, shape: tuple[int, ...]) -> Floats:
    """(h, w) log light of the bare trunk and neck: rounded at its sides, lit from above, with collar bones."""
    rows, columns = np.indices((-(-shape[0] // COARSE), -(-shape[1] // COARSE)), dtype=np.float32) * COARSE + 0.5 * (
        COARSE - 1
    )
    x, y = columns - figure.shoulder_middle[0], rows - figure.shoulder_middle[1]
    across = np.abs(x * figure.across[0] + y * figure.across[1]) / figure.unit
    down = (x * figure.down[0] + y * figure.down[1]) / figure.unit
    coarse = _trunk(figure, across, down) + _neck(across, down) + _bones(across, down) + _furrow(across, down)
    size = (coarse.shape[1] * COARSE, coarse.shape[0] * COARSE)
    whole = cv2.resize(coarse.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[: shape[0], : shape[1]], np.float32)


def arm_share(station: Floats, across: Floats) -> Floats:
    """0..1 how much the light is the arm's, not the trunk's; `across` goes beyond -1 and 1 outside the arm."""

    def risen(ends: tuple[float, float]) -> Floats:
        return _eased((station - ends[0]) / (ends[1] - ends[0]))

    outer = _eased((across + 0.5) / 1.0)
    along = risen(ARMPIT_STATIONS) * (1 - outer) + risen(SHOULDER_STATIONS) * outer
    return np.asarray(along * np.clip((1.0 + BESIDE - np.abs(across)) / BESIDE, 0.0, 1.0), np.float32)


def _eased(share: Floats) -> Floats:
    """From 0 to 1 without a kink at either end."""
    share = np.clip(share, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), np.float32)


def _trunk(figure: Figure, across: Floats, down: Floats) -> Floats:
    level = down * figure.unit / figure.torso_length
    half = np.interp(level, TORSO_LEVELS, (figure.bare["left"] + figure.bare["right"]) / 2) / figure.unit
    share = np.clip(across / np.maximum(half, 0.05), 0.0, 1.0)
    sides = -SIDE_LIGHT * share**6 * _eased((level - 0.12) / 0.2)
    lower = -LOWER * _eased((down - LOWER_UNITS[0]) / (LOWER_UNITS[1] - LOWER_UNITS[0]))
    return np.asarray(sides + lower - ROUND * np.minimum(across / 0.5, 1.0) ** 2, np.float32)


def _neck(across: Floats, down: Floats) -> Floats:
    present = _eased((down - NECK_ENDS[0]) / (NECK_ENDS[1] - NECK_ENDS[0]))
    return np.asarray(-NECK_SIDES * present * np.minimum(across / NECK_UNITS, 1.0) ** 4, np.float32)


def _bones(across: Floats, down: Floats) -> Floats:
    """Collar bones, the hollows above and between them, and the groove below; in units from the shoulders' middle."""
    (inner, low), (outer, high) = COLLAR_BONES
    along = np.clip((across - inner) / (outer - inner), 0.0, 1.0)
    off = (down - (low + (high - low) * along)) / BONE_UNITS
    present = np.exp(-(((across - (inner + outer) / 2) / (0.45 * (outer - inner))) ** 2))
    bone = BONE_DEPTH * (np.exp(-(off**2)) - np.exp(-(((off - 2.2) / 1.4) ** 2))) * present
    hollow = _spot((across - 0.24) / (1.8 * HOLLOW_UNITS), (down + 0.075) / HOLLOW_UNITS)
    notch = _spot(across / NOTCH_UNITS, (down + 0.01) / NOTCH_UNITS)
    groove = np.exp(-((across / BREASTBONE_UNITS) ** 2)) * _eased((down - 0.05) / 0.1) * _eased((0.55 - down) / 0.2)
    return np.asarray(bone - HOLLOW_DEPTH * hollow - NOTCH_DEPTH * notch - BREASTBONE_DEPTH * groove, np.float32)


def _furrow(across: Floats, down: Floats) -> Floats:
    (outer, low), (inner, high) = FURROW
    along = np.clip((low - down) / (low - high), 0.0, 1.0)
    off = (across - (outer + (inner - outer) * along)) / FURROW_UNITS
    ends = _eased((down - high) / (0.6 * (low - high))) * _eased((low + 0.12 - down) / 0.12)
    return np.asarray(-FURROW_DEPTH * np.exp(-(off**2)) * ends, np.float32)


def _spot(across: Floats, down: Floats) -> Floats:
    return np.asarray(np.exp(-(across**2) - down**2), np.float32)
