"""Whether a face already wears glasses: a bridge crosses the nose between the eyes, where a bare nose is smooth."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.heads import Head

GLASSES_WORN: Final = "You are wearing glasses in this photo. Take them off for the photo, and try again."

PATCH_PX_A_CM: Final = 12.0
ACROSS: Final = (-0.45, 0.45)
DOWN: Final = (4.6, 0.9)
"""Centimetres of the standard face: the bridge of the nose, from between the brows to its middle."""
LINE_CM: Final = (0.15, 0.5)
STEP: Final = 18.0
"""8-bit codes by which a bridge differs from the skin above and below it, relative to a mid grey skin. Bare noses stay
below 13; frames of plastic reach 30 and more, thin wire is not told from a wrinkle."""
MAX_YAW_DEGREES: Final = 25.0
"""On a face turned farther the eye behind the nose would be taken for a bridge."""


def wears_glasses(picture: Picture, head: Head) -> bool:
    return abs(head.yaw) < MAX_YAW_DEGREES and bridge_contrast(picture, head) > STEP


def bridge_contrast(picture: Picture, head: Head) -> float:
    """How much the strongest line across the nose differs from the skin on both its sides."""
    return _line_contrast(_nose(picture, head))


def _nose(picture: Picture, head: Head) -> NDArray[np.float32]:
    """The nose's bridge, upright, as grey values relative to its own median."""
    wide, tall = (round(abs(a[1] - a[0]) * PATCH_PX_A_CM) for a in (ACROSS, DOWN))
    y = np.linspace(*DOWN, tall)
    z = np.interp(y, (0.9, 1.7, 2.5, 3.3, 4.6), (6.9, 6.3, 5.8, 5.25, 5.35))
    x = np.linspace(*ACROSS, wide)
    spots = np.stack([np.broadcast_to(x, (tall, wide)), *(np.repeat(v[:, None], wide, 1) for v in (y, z))], axis=-1)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    patch = cv2.remap(grey, head.at(spots), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return (patch * (128 / max(float(np.median(patch)), 8.0))).astype(np.float32)


def _line_contrast(patch: NDArray[np.float32]) -> float:
    profile = cv2.GaussianBlur(np.median(patch, axis=1).reshape(-1, 1), (1, 5), 0.8)
    best = 0.0
    for thick in LINE_CM:
        reach = max(1, round(thick * PATCH_PX_A_CM))
        middle = profile[reach:-reach]
        above, below = profile[: -2 * reach], profile[2 * reach :]
        dark, bright = np.minimum(above, below) - middle, middle - np.maximum(above, below)
        best = max(best, float(dark.max()), float(bright.max()))
    return best
