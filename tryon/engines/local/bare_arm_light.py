"""The light of a bare arm: a round limb with a deltoid, an elbow and the forearm's muscles, lit as this very arm is."""

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Points
from tryon.engines.local.busy_cloth import SHEEN
from tryon.engines.local.linear import Linear, luminance
from tryon.engines.local.skin_tone import DARKEST, LEAST_SKIN_PX, SkinTone

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

ACROSS: Final = (-1.0, -0.88, -0.75, -0.62, -0.5, -0.25, 0.0, 0.25, 0.5, 0.62, 0.75, 0.88, 1.0)
ROUND: Final = (-0.63, -0.51, -0.38, -0.25, -0.13, -0.02, 0.02, 0.02, -0.06, -0.15, -0.26, -0.35, -0.43)
"""Log luminance of a bare arm across it, from its inner edge to its outer edge: the median of 39 arms without sleeves.
"""
RELIEF_ACROSS: Final = (-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75)
RELIEF: Final[dict[float, tuple[float, ...]]] = {
    0.00: (0.10, 0.10, 0.10, 0.12, 0.15, 0.18, 0.18),
    0.06: (0.05, 0.02, 0.03, 0.06, 0.12, 0.18, 0.20),
    0.11: (-0.10, -0.16, -0.15, -0.10, -0.02, 0.10, 0.16),
    0.16: (-0.20, -0.24, -0.22, -0.18, -0.13, -0.03, 0.06),
    0.22: (-0.24, -0.18, -0.12, -0.08, -0.11, -0.09, -0.02),
    0.30: (-0.20, -0.08, -0.02, -0.05, -0.13, -0.11, -0.02),
    0.36: (-0.15, -0.03, 0.03, -0.02, -0.12, -0.11, -0.03),
    0.41: (-0.12, -0.05, -0.03, -0.10, -0.15, -0.10, -0.03),
    0.44: (-0.12, -0.09, -0.14, -0.25, -0.22, -0.06, 0.02),
    0.47: (-0.08, -0.10, -0.28, -0.38, -0.20, 0.08, 0.15),
    0.50: (0.02, 0.03, -0.17, -0.26, -0.03, 0.24, 0.26),
    0.53: (0.10, 0.09, 0.00, -0.03, 0.12, 0.31, 0.29),
    0.57: (0.08, 0.06, 0.02, 0.06, 0.18, 0.31, 0.27),
    0.62: (0.07, 0.04, 0.08, 0.14, 0.20, 0.25, 0.15),
    0.68: (0.09, 0.07, 0.13, 0.17, 0.13, 0.05, -0.06),
    0.75: (0.08, 0.08, 0.14, 0.11, 0.03, -0.06, -0.10),
    0.85: (0.10, 0.10, 0.09, 0.03, -0.05, -0.07, -0.05),
    0.92: (0.12, 0.10, 0.07, 0.01, -0.08, -0.07, 0.00),
    1.00: (0.12, 0.12, 0.08, -0.06, -0.16, -0.16, -0.08),
}
"""What its muscles and joints add to that, over its stations: the mean of those 15 of 30 straight bare arms that show
most of it. The deltoid and its end, the biceps between two grooves, the elbow's pit, the forearm's muscles that catch
the light below it, and the wrist's outer side in shade. Medians over all arms lose it, as each has it elsewhere."""
SHADE_DEPTH: Final = 0.75
LIGHT_DEPTH: Final = 0.6
"""How much of that is drawn. Each arm has its shades elsewhere; drawn at full depth where the mean has them they look
like bruises: before the elbow of 54 arms light is lost by 0.18 and 0.07 (medians of two halves of the people)."""
CREASE: Final = (0.492, -0.035, 0.03, -0.1, 0.4)
"""The shade about the folds below the biceps: its station in the arm's middle and at its ends, log depth, middle and
half width across. The folds themselves are sharp (`bare_arm_lines`)."""
CREASE_STATIONS: Final = 0.012
GROOVE: Final = (0.46, 0.11, 0.05)
GROOVE_STATIONS: Final = (0.33, 0.09)
"""Beside the biceps, at its outer side: place across the arm, half width, log depth; its middle along the arm, and half
its length."""
ABOVE_ELBOW: Final = (0.3, 0.4)
SEEN_ELBOW: Final = 0.58
"""Stations over which the relief fades above an elbow that is seen; sleeves that end at an earlier one show it."""
BENT_ACROSS: Final = 0.7
BENT_STATIONS: Final = 0.09
"""So far towards its inner edge the elbow's pit lies in an arm bent at a right angle, and so near to the elbow."""
ARM_DEPTH: Final = np.float32(1.2)
"""Single arms are deeper shaded than their median, in which highlights at different places even out."""
OUTERMOST: Final = 0.85
"""Beyond this place an arm is no darker: most arms are seen before a wall that throws light back."""
STEPS: Final = (121, 33)
"""Size of the table it is read from, along and across."""

TILT_LIMIT: Final = 0.22
"""Log luminance by which light from the side may brighten one edge of a limb and darken the other."""
TILT_PX: Final = 300
INNER_SHADE: Final = 0.18
"""So many pixels of an arm tell this; its inner half is usually darker by this much."""

LIMB_SHARE: Final = 0.9
"""How much of the difference between this very arm's seen skin and the usual tone holds for all of the arm."""
LIMB_LIMIT: Final = 0.5
HAND_FORM: Final = -0.1
"""Log luminance of a hand where the arm's is 0: its median is 0.15 below that of the forearm's middle, on 42 arms."""
SURE_PX: Final = 100
"""Of a hand with fewer pixels, one in a pocket, less is believed."""
HUE_SHARE: Final = 0.8
HUE_LIMIT: Final = 0.15
"""How much of a hand's hue holds for its arm, which is less red, and the log limit: beyond it the light is coloured."""
SHADE_RANGE: Final = 0.6
SHADE_RIDGE: Final = 0.01
"""Log light within which an arm's hue goes on changing with its shade, and the variance from which on that is believed.
"""
PROFILE_PLACES: Final = np.linspace(-0.9, 0.9, 9).astype(np.float32)
PROFILE_LIMIT: Final = 0.45
PROFILE_PX: Final = 150
"""Strips across a seen arm whose own light is read, its log limit, and the fewest pixels of arm to read it from."""
LEAST_STRIP_PX: Final = 8


def arm_light(station: Floats, across: Floats, bend: float = 0.0, elbow: bool = True) -> Floats:
    """(h, w) log luminance of an arm at each place of it, 0 where it faces the light; `bend` is 1 at a right angle.

    Where the photo shows the `elbow`, no other is drawn above it.
    """
    table = _table(round(min(bend, 1.0), 1), elbow)
    x = (np.clip(across, -OUTERMOST, OUTERMOST) + 1.0) * np.float32((STEPS[1] - 1) / 2)
    y = np.clip(station, 0.0, 1.0) * np.float32(STEPS[0] - 1)
    return np.asarray(cv2.remap(table, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR), np.float32)


@cache
def _table(bend: float, elbow: bool) -> Floats:
    """(121, 33) the same over stations and places; that of a bent arm has its elbow's pit nearer to the inner edge."""
    stations, places = np.linspace(0.0, 1.0, STEPS[0]), np.linspace(-1.0, 1.0, STEPS[1])
    rows = np.asarray(list(RELIEF.values()))
    along = np.stack([np.interp(stations, list(RELIEF), column) for column in rows.T], axis=1)
    moved = np.exp(-(((stations - 0.5) / BENT_STATIONS) ** 2)) * BENT_ACROSS * bend
    relief = np.stack([np.interp(places + by, RELIEF_ACROSS, row) for row, by in zip(along, moved, strict=True)])
    relief = cv2.GaussianBlur(relief, (0, 0), sigmaX=1.6, sigmaY=1.5, borderType=cv2.BORDER_REPLICATE)
    relief *= np.where(relief < 0.0, SHADE_DEPTH, LIGHT_DEPTH)
    relief -= _lines(stations, places + moved[:, None])
    if not elbow:
        relief *= np.interp(stations, ABOVE_ELBOW, (1.0, 0.0))[:, None]
    return np.asarray(np.interp(places, ACROSS, ROUND) + relief, np.float32)


def _lines(stations: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log light lost in the fold of the elbow and in the groove beside the biceps."""
    middle, ends, deep, at, half = CREASE
    off = (places - at) / half
    fold = deep * np.exp(-(((stations[:, None] - middle - ends * off**2) / CREASE_STATIONS) ** 2) - off**2)
    at, half, deep = GROOVE
    aside = ((places - at) / half) ** 2 + ((stations[:, None] - GROOVE_STATIONS[0]) / GROOVE_STATIONS[1]) ** 2
    return np.asarray(fold + deep * np.exp(-aside), np.float64)


def bend(path: Points) -> float:
    """How far an arm is bent at its elbow: 0 straight, 1 at a right angle, by its middle line's (21, 2) points."""
    upper, lower = path[8] - path[2], path[18] - path[12]
    turned = float(np.arctan2(upper[0] * lower[1] - upper[1] * lower[0], upper @ lower))
    return abs(turned) / (np.pi / 2)


def limb_profile(off: Floats, across: Floats, is_arm: Mask) -> NDArray[np.float32]:
    """(9,) log light at PROFILE_PLACES by which this arm differs from the usual one, read from (n,) seen pixels of it.

    A hand tells how bright the arm is, but not on which side.
    """
    sure = min(1.0, len(off) / SURE_PX)
    whole = sure * LIMB_SHARE * float(np.clip(np.median(off), -LIMB_LIMIT, LIMB_LIMIT))
    profile = np.full(len(PROFILE_PLACES), whole, np.float32)
    if is_arm.sum() < PROFILE_PX:
        return profile
    off, across = off[is_arm], across[is_arm]
    half = float(PROFILE_PLACES[1] - PROFILE_PLACES[0]) / 2
    strips = [off[np.abs(across - place) < half] for place in PROFILE_PLACES]
    read = np.asarray([np.median(own) if len(own) >= LEAST_STRIP_PX else np.nan for own in strips], np.float32)
    known = np.isfinite(read)
    if known.sum() < 3:
        return profile
    read = np.interp(PROFILE_PLACES, PROFILE_PLACES[known], read[known]).astype(np.float32)
    smooth = np.convolve(np.pad(read, 1, mode="edge"), (0.25, 0.5, 0.25), "valid")
    return np.asarray(np.clip(smooth, -PROFILE_LIMIT, PROFILE_LIMIT), np.float32)


def tilt(labels: LabelMap, photo: Linear, where: Mask, across: Floats, usual: float) -> float:
    """Light from the side: how much brighter the arm is at its outer edge (log), where too little of it is seen, as
    `usual` for this person."""
    own = where & (labels == BodyLabel.ARM)
    outer, inner = own & (across > 0.25), own & (across < -0.25)
    if own.sum() < TILT_PX or min(outer.sum(), inner.sum()) < 60:
        return usual
    bright, dark = (np.median(np.log(luminance(photo[half]) + SHEEN)) for half in (outer, inner))
    return float(np.clip((bright - dark - INNER_SHADE) / 1.2, -TILT_LIMIT, TILT_LIMIT))


def hue_of_limb(seen: Linear, is_arm: Mask, tone: SkinTone, level: Floats) -> NDArray[np.float32]:
    """(h, w, 3) log light by which an arm at log luminance `level` differs from the tone's hue, told by (n, 3) seen
    pixels of it and of its hand. The arm itself tells how its shade differs, too."""
    if len(seen) <= LEAST_SKIN_PX:
        return np.zeros((*level.shape, 3), np.float32)
    light = np.maximum(seen, DARKEST)
    bright = np.log(luminance(light))
    off = np.log(light) - tone.offset - tone.slope * bright[:, None]
    off -= off.mean(axis=1, keepdims=True)
    middle, sure = np.median(off, axis=0), HUE_SHARE * min(1.0, len(seen) / SURE_PX)
    hue = np.broadcast_to(np.clip(middle, -HUE_LIMIT, HUE_LIMIT), (*level.shape, 3))
    if is_arm.sum() >= PROFILE_PX:
        usual = np.float32(np.median(bright[is_arm]))
        x = np.clip(bright[is_arm] - usual, -SHADE_RANGE, SHADE_RANGE)
        steep = (x[:, None] * (off[is_arm] - middle)).mean(axis=0) / (np.square(x).mean() + SHADE_RIDGE)
        hue = hue + np.clip(level - usual, -SHADE_RANGE, SHADE_RANGE)[..., None] * np.clip(steep, -0.4, 0.4)
    return np.asarray(sure * hue, np.float32)


def as_this_arm_is_lit(
    form: Floats, across: Floats, photo: Linear, labels: LabelMap, near: Mask, level: float
) -> Floats:
    """The arm's log luminance, `level` and `form`, moved to what is seen of this arm where it is `near`."""
    own = np.asarray(level + form, np.float32)
    if near.sum() <= LEAST_SKIN_PX:
        return own
    is_arm = labels[near] == BodyLabel.ARM
    drawn = np.where(is_arm, own[near], np.float32(level + HAND_FORM))
    off = np.log(np.maximum(luminance(photo[near]), DARKEST)) - drawn
    profile = limb_profile(np.asarray(off, np.float32), across[near], is_arm)
    return own + np.interp(across, PROFILE_PLACES, profile).astype(np.float32)
