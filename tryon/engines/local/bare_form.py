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

SHOULDER_STATIONS: Final = (0.0, 0.2)
ARMPIT_STATIONS: Final = (0.14, 0.32)
"""Between these stations the light of the trunk goes over into that of the arm, at its outer and at its inner side:
above the armpit the shoulder's inner side is no edge."""
BESIDE: Final = 0.25
"""Over this share of its half width beyond its edges the arm's light goes over into the trunk's."""

SIDE_LIGHT: Final = 0.30
"""Log depth of the falloff at the sides of the bare torso."""
ROUND: Final = 0.12
"""Log light that the chest has lost half a unit from its middle."""
LIFT: Final = 0.22
"""Log light by which chest and shoulders, which light from above reaches best, are brighter than an arm's side that
faces the viewer."""
THROAT_UNITS: Final = 0.3
THROAT_FADE: Final = 0.16
"""Half width of the throat, and the height over which its light goes over into the chest's."""
LOWER: Final = 0.15
LOWER_UNITS: Final = (0.25, 0.8)
"""Log light that the chest loses between these heights below the shoulders: light comes from above."""

NECK_UNITS: Final = 0.22
NECK_SIDES: Final = 0.30
NECK_ENDS: Final = (-0.12, -0.22)
"""Half the neck's width, the log light it has lost there, and the heights between which this sets in."""

CREASE: Final = (0.17, -0.66)
CREASE_WIDTHS: Final = (0.09, 0.28)
CREASE_DEPTH: Final = 0.5
"""Where the arm meets the chest, above the armpit: station and place across the arm, half widths, and log depth."""
CAP: Final = (0.10, 0.18)
"""Stations over which the shoulder's top, which faces the light from above, goes over into the arm; its log light."""


BELLY_SIDES: Final = 0.30
"""Log light that the waist loses towards its sides: it is rounder than the chest."""
NAVEL_LEVEL: Final = 0.775
NAVEL: Final = (0.028, 0.018, 0.32)
"""Torso level of the navel, and its half width (units), half height (levels) and log depth."""
MIDLINE: Final = (0.045, 0.07)
FLANK: Final = (0.20, 0.06)
"""Half width and log depth of the belly's middle groove; where its muscles end at the sides, and the depth there."""

RIM_UNITS: Final = 0.035
RIM_DEPTH: Final = 0.1
"""Width and log depth of the falloff at the outline of shoulders and neck."""


def rim_form(body: NDArray[np.bool_], unit: float) -> Floats:
    """(h, w) log light lost where the `body` turns away at its outline."""
    return np.asarray(-RIM_DEPTH * np.exp(-depth(bits(body)) / np.float32(RIM_UNITS * unit)), np.float32)


def torso_form(figure: Figure, shape: tuple[int, ...]) -> Floats:
    """(h, w) log light of the bare trunk and neck: rounded at its sides, lit from above."""
    rows, columns = np.indices((-(-shape[0] // COARSE), -(-shape[1] // COARSE)), dtype=np.float32) * COARSE + 0.5 * (
        COARSE - 1
    )
    x, y = columns - figure.shoulder_middle[0], rows - figure.shoulder_middle[1]
    across = np.abs(x * figure.across[0] + y * figure.across[1]) / figure.unit
    down = (x * figure.down[0] + y * figure.down[1]) / figure.unit
    coarse = _trunk(figure, across, down) + _neck(across, down)
    size = (coarse.shape[1] * COARSE, coarse.shape[0] * COARSE)
    whole = cv2.resize(coarse.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[: shape[0], : shape[1]], np.float32)


def arm_share(station: Floats, across: Floats) -> Floats:
    """0..1 how much the light is the arm's, not the trunk's; `across` goes beyond -1 and 1 outside the arm."""

    def risen(ends: tuple[float, float]) -> Floats:
        return eased((station - ends[0]) / (ends[1] - ends[0]))

    outer = eased((across + 0.5) / 1.0)
    along = risen(ARMPIT_STATIONS) * (1 - outer) + risen(SHOULDER_STATIONS) * outer
    return np.asarray(along * np.clip((1.0 + BESIDE - np.abs(across)) / BESIDE, 0.0, 1.0), np.float32)


def shoulder_form(station: Floats, across: Floats) -> Floats:
    """(h, w) log light of what lies between arm and trunk: the shoulder's top and the crease before the armpit."""
    cap = CAP[1] * np.exp(-((np.maximum(station, 0.0) / CAP[0]) ** 2)) * eased((across + 0.6) / 0.8)
    crease = spot((station - CREASE[0]) / CREASE_WIDTHS[0], (across - CREASE[1]) / CREASE_WIDTHS[1])
    return np.asarray(cap - CREASE_DEPTH * crease, np.float32)


def eased(share: Floats) -> Floats:
    """From 0 to 1 without a kink at either end."""
    share = np.clip(share, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), np.float32)


def _trunk(figure: Figure, across: Floats, down: Floats) -> Floats:
    level = down * figure.unit / figure.torso_length
    half = np.interp(level, TORSO_LEVELS, (figure.bare["left"] + figure.bare["right"]) / 2) / figure.unit
    share = np.clip(across / np.maximum(half, 0.05), 0.0, 1.0)
    sides = -SIDE_LIGHT * share**6 * eased((level - 0.12) / 0.2)
    lower = -LOWER * eased((down - LOWER_UNITS[0]) / (LOWER_UNITS[1] - LOWER_UNITS[0]))
    sides -= BELLY_SIDES * share**3 * eased((level - 0.4) / 0.15)
    return np.asarray(
        _lift(across, down) + sides + lower + _belly(across, level) - ROUND * np.minimum(across / 0.5, 1.0) ** 2,
        np.float32,
    )


def _lift(across: Floats, down: Floats) -> Floats:
    """What light from above adds; the throat lies under the chin."""
    throat = eased((THROAT_UNITS - across) / 0.1) * eased((NECK_ENDS[0] + THROAT_FADE - down) / THROAT_FADE)
    return np.asarray(LIFT * (1.0 - throat), np.float32)


def _belly(across: Floats, level: Floats) -> Floats:
    """The groove down its middle, the navel with the light below it, and the muscles' ends at the sides."""
    wide, high, depth_ = NAVEL
    navel = spot(across / wide, (level - NAVEL_LEVEL) / high)
    lip = spot(across / (1.6 * wide), (level - NAVEL_LEVEL - 1.9 * high) / high)
    groove = MIDLINE[1] * np.exp(-((across / MIDLINE[0]) ** 2)) * eased((NAVEL_LEVEL - level) / 0.05)
    flank = FLANK[1] * eased((across - FLANK[0]) / 0.08)
    below = eased((level - 0.42) / 0.12)
    return np.asarray(below * (0.2 * depth_ * lip - groove - flank) - depth_ * navel, np.float32)


def _neck(across: Floats, down: Floats) -> Floats:
    present = eased((down - NECK_ENDS[0]) / (NECK_ENDS[1] - NECK_ENDS[0]))
    beside = eased((across - NECK_UNITS) / 0.06)
    return np.asarray(-NECK_SIDES * present * (1.0 - beside) * np.minimum(across / NECK_UNITS, 1.0) ** 4, np.float32)


def spot(across: Floats, down: Floats) -> Floats:
    """1 in the middle, fading over one half width to every side."""
    return np.asarray(np.exp(-(across**2) - down**2), np.float32)
