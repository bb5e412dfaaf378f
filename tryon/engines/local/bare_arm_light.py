"""The light of a bare arm: a round limb with a deltoid, an elbow and the forearm's muscles, lit as this very arm is."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap
from tryon.engines.local.busy_cloth import SHEEN
from tryon.engines.local.linear import Linear, luminance
from tryon.engines.local.skin_tone import DARKEST, LEAST_SKIN_PX

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

ARM_ACROSS: Final = (-1.0, -0.88, -0.75, -0.62, -0.5, -0.25, 0.0, 0.25, 0.5, 0.62, 0.75, 0.88, 1.0)
"""Places across the arm, from its inner edge to its outer edge."""
ARM_LIGHT: Final[dict[float, tuple[float, ...]]] = {
    0.00: (-0.60, -0.45, -0.30, -0.18, -0.08, 0.04, 0.10, 0.10, 0.02, -0.08, -0.18, -0.30, -0.44),
    0.12: (-0.60, -0.48, -0.32, -0.18, -0.06, 0.06, 0.12, 0.10, -0.01, -0.11, -0.22, -0.33, -0.46),
    0.25: (-0.64, -0.54, -0.37, -0.20, -0.08, 0.03, 0.03, -0.02, -0.11, -0.18, -0.25, -0.32, -0.38),
    0.38: (-0.68, -0.59, -0.42, -0.24, -0.08, 0.04, 0.03, -0.02, -0.11, -0.19, -0.27, -0.35, -0.42),
    0.45: (-0.64, -0.52, -0.37, -0.25, -0.13, -0.05, -0.08, -0.02, -0.07, -0.16, -0.26, -0.35, -0.42),
    0.50: (-0.62, -0.49, -0.36, -0.23, -0.17, -0.15, -0.09, 0.02, 0.00, -0.09, -0.19, -0.31, -0.45),
    0.58: (-0.62, -0.52, -0.36, -0.21, -0.11, 0.00, 0.06, 0.09, 0.05, -0.04, -0.14, -0.26, -0.40),
    0.65: (-0.64, -0.53, -0.37, -0.25, -0.15, 0.00, 0.08, 0.06, -0.03, -0.13, -0.25, -0.38, -0.48),
    0.75: (-0.66, -0.55, -0.45, -0.32, -0.19, -0.05, 0.02, 0.01, -0.10, -0.19, -0.30, -0.38, -0.48),
    0.90: (-0.58, -0.44, -0.38, -0.30, -0.20, -0.09, -0.02, -0.01, -0.08, -0.18, -0.32, -0.38, -0.46),
    1.00: (-0.52, -0.42, -0.33, -0.27, -0.16, -0.06, -0.03, -0.03, -0.09, -0.19, -0.28, -0.37, -0.46),
}  # fmt: skip
"""Log luminance of a bare arm over its stations: the median of 39 arms without sleeves, smoothed.
Between shoulder and elbow the outer side is that of the 19 people measured against what was made up for them."""
ARM_DEPTH: Final = np.float32(1.2)
"""Single arms are deeper shaded than their median, in which highlights at different places even out."""
OUTERMOST: Final = 0.85
"""Beyond this place an arm is no darker: most arms are seen before a wall that throws light back."""
STEPS: Final = (41, 33)
"""Size of the table it is read from, along and across."""

TILT_LIMIT: Final = 0.22
"""Log luminance by which light from the side may brighten one edge of a limb and darken the other."""
TILT_PX: Final = 300
INNER_SHADE: Final = 0.18
"""So many pixels of an arm tell this; its inner half is usually darker by this much."""

LIMB_SHARE: Final = 0.9
"""How much of the difference between this very arm's seen skin and the usual tone holds for all of the arm."""
LIMB_LIMIT: Final = 0.4
SURE_PX: Final = 100
"""Of a hand with fewer pixels, one in a pocket, less is believed."""
PROFILE_PLACES: Final = np.linspace(-0.9, 0.9, 9).astype(np.float32)
PROFILE_LIMIT: Final = 0.45
PROFILE_PX: Final = 150
"""Strips across a seen arm whose own light is read, its log limit, and the fewest pixels of arm to read it from."""
LEAST_STRIP_PX: Final = 8


def arm_light(station: Floats, across: Floats) -> Floats:
    """(h, w) log luminance of an arm at each place of it, 0 where it faces the light."""
    stations = np.linspace(0.0, 1.0, STEPS[0])
    rows = np.asarray(list(ARM_LIGHT.values()))
    along = np.stack([np.interp(stations, list(ARM_LIGHT), column) for column in rows.T], axis=1)
    places = np.linspace(-1.0, 1.0, STEPS[1])
    table = np.stack([np.interp(places, ARM_ACROSS, row) for row in along]).astype(np.float32)
    table = cv2.GaussianBlur(table, (0, 0), 1.2, borderType=cv2.BORDER_REPLICATE)
    x = (np.clip(across, -OUTERMOST, OUTERMOST) + 1.0) * np.float32((STEPS[1] - 1) / 2)
    y = np.clip(station, 0.0, 1.0) * np.float32(STEPS[0] - 1)
    return np.asarray(cv2.remap(table, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR), np.float32)


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


def as_this_arm_is_lit(
    form: Floats, across: Floats, photo: Linear, labels: LabelMap, near: Mask, level: float
) -> Floats:
    """The arm's log luminance, `level` and `form`, moved to what is seen of this arm where it is `near`."""
    own = np.asarray(level + form, np.float32)
    near = near & (np.abs(across) < 1.0)
    if near.sum() <= LEAST_SKIN_PX:
        return own
    off = np.log(np.maximum(luminance(photo[near]), DARKEST)) - own[near]
    profile = limb_profile(np.asarray(off, np.float32), across[near], labels[near] == BodyLabel.ARM)
    return own + np.interp(across, PROFILE_PLACES, profile).astype(np.float32)
