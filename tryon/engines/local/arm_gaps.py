"""Background that is seen between an arm and the body: the coarse masks close most such gaps, the colours open them.

A gap that stays closed is taken for cloth or skin. It makes the worn garment wider than it is, and it stands before
the new one like an arm.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity
from tryon.engines.local.body import ARMS, Body, fill
from tryon.engines.local.nearby_colours import FAR, Fit, fit_nearby
from tryon.engines.local.raster import connected, holding
from tryon.engines.local.skin import hand_outline

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

REACH: Final = 0.22
"""Radius, in shoulder widths, of the surroundings in which the colours are compared."""
NOISE_VARIANCE: Final = 4.0
"""Lab² units (0..255 each) added to the colours' variance: sensor noise, and light that changes behind a body."""
SHADE_VARIANCE: Final = 144.0
"""The same, lightness alone, for cloth and skin: what is round grows darker towards its edge."""
CORE: Final = 0.055
"""Shoulder widths from the line over an arm's joints that surely show the arm."""
INNER: Final = 0.045
"""Shoulder widths from that line from which a gap can lie."""
ARM_EDGE: Final = 0.15
"""Shoulder widths from that line within which a gap begins: arms are hardly broader."""
HAND_RIM: Final = 0.03
"""Shoulder widths around a hand's outline that still belong to the hand."""
HIGHEST: Final = 0.4
"""Of the upper arm: above this there is the armpit, and no gap."""
TORSO: Final = 0.2
"""Shoulder widths from the torso's axis that show no background between shoulders and hips."""
BACKGROUND_RIM: Final = 0.04
"""Shoulder widths from the edge within which the background is no sample: it may be a blurred sleeve."""
DOUBT: Final = 0.93
DOUBT_REACH: Final = 0.07
"""A gap is only believed within so many shoulder widths of where a network is at least so unsure of the body."""
CLEARLY: Final = 1.5
"""Natural logarithms by which the background must explain a pixel better than cloth and arm do."""
ALIKE: Final = 11.0
WORN_TOO: Final = 0.06
"""Where more than this share of the cloth is within so many Lab units of the background, no colour opens a gap."""
PRIOR: Final = 0.5
"""How much the networks' log odds count."""
CALM: Final = 0.006
"""Shoulder widths (standard deviation) over which pixels decide together."""
LEAST: Final = 0.035
"""Shoulder widths: gaps smaller than the square of this are none."""
TONGUE: Final = 0.035
"""Shoulder widths: what reaches into a gap and is thinner than this is its own shade."""
SOFT_PX: Final = 0.6
"""Standard deviation that softens a gap's edge."""


def with_arm_gaps(lab: Floats, opacity: Opacity, sureness: Opacity, body: Body) -> Opacity:
    """`opacity`, open where background shows between arm and body.

    `lab` is the (height, width, 3) picture in 8-bit Lab, `sureness` the lowest that any network says about a body.
    """
    between, arms = _places(body)
    asked = between & (opacity > 0.5) & _doubted(sureness, opacity, body.width)
    away = round((FAR * REACH) * body.width) + 2
    rows, columns = np.flatnonzero(asked.any(1)), np.flatnonzero(asked.any(0))
    if not rows.size:
        return opacity
    box = np.s_[max(rows[0] - away, 0) : rows[-1] + away, max(columns[0] - away, 0) : columns[-1] + away]
    sure = opacity[box] > 0.95
    samples = _Samples(_behind(opacity[box], body.width), sure & arms[box], sure & ~arms[box] & ~between[box])
    gap = np.zeros_like(asked)
    gap[box] = asked[box] & _like_background(lab[box], sureness[box], samples, body.width)
    gap = _beside_arms(gap, asked, opacity, body)
    if not gap.any():
        return opacity
    soft = cv2.GaussianBlur(gap.astype(np.float32), (0, 0), SOFT_PX)
    return np.minimum(opacity, 1.0 - soft).astype(np.float32)


@dataclass(slots=True)
class _Samples:
    """Pixels that surely show the background, an arm, and the rest of the body."""

    behind: Mask
    arm: Mask
    body: Mask


def _places(body: Body) -> tuple[Mask, Mask]:
    """Where gaps can be, between an arm and the torso's axis, and where arms surely are."""
    across, down = body.frame
    between, arms = np.zeros(body.shape, bool), np.zeros(body.shape, bool)
    for side, joints in ARMS.items():
        distance, position = body.arm(side)
        arms |= (distance < CORE) & (position > 0.1)
        wrist = body[joints[2]]
        level = max(float((wrist - body.neck) @ body.down), 0.0)
        outline = np.stack([*(body[joint] for joint in joints), body.neck + level * body.down, body.neck])
        between |= fill(outline, body.shape) & (distance > INNER) & (position > HIGHEST)
        between &= ~_near_hand(body, side)
    return between & (np.abs(across) > TORSO) & (down > 0.1) & ~arms, arms


def _near_hand(body: Body, side: str) -> Mask:
    outline = hand_outline(body, side).astype(np.uint8)
    rim = 2 * max(1, round(HAND_RIM * body.width)) + 1
    return np.asarray(cv2.dilate(outline, np.ones((rim, rim), np.uint8)) > 0)


def _behind(opacity: Opacity, width: float) -> Mask:
    return np.asarray(cv2.distanceTransform((opacity < 0.5).astype(np.uint8), cv2.DIST_L2, 3) > BACKGROUND_RIM * width)


def _doubted(sureness: Opacity, opacity: Opacity, width: float) -> Mask:
    sure = ((sureness > DOUBT) & (opacity > 0.5)).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(sure, cv2.DIST_L2, 3) < DOUBT_REACH * width)


def _like_background(lab: Floats, sureness: Opacity, samples: _Samples, width: float) -> Mask:
    """Which pixels the colours of the background around them explain better than those of the arm and of the body."""
    reach = max(4, round(REACH * width))
    noise = np.full(3, NOISE_VARIANCE, np.float32)
    shade = noise + np.array((SHADE_VARIANCE, 0.0, 0.0), np.float32)
    person = np.maximum(*(_likely(fit_nearby(lab, place, reach, shade)) for place in (samples.arm, samples.body)))
    behind = fit_nearby(lab, samples.behind, reach, noise)
    odds = _likely(behind) - person
    sure = cv2.blur(sureness, (2 * round(CORE * width) + 1,) * 2)
    odds -= PRIOR * np.log((sure + 0.03) / (1.03 - sure))
    clear = cv2.GaussianBlur(np.clip(odds, -12.0, 12.0), (0, 0), max(0.5, CALM * width)) > CLEARLY
    # White stripes before a white wall: one Gaussian does not know that the cloth has this colour too.
    alike = samples.body.copy()
    for channel, mean in enumerate(behind.mean):
        alike &= np.abs(lab[..., channel] - mean) < ALIKE
    size = (2 * FAR * reach + 1, 2 * FAR * reach + 1)
    share = cv2.blur(alike.astype(np.float32), size) / np.maximum(cv2.blur(samples.body.astype(np.float32), size), 1e-3)
    return np.asarray(clear & (share < WORN_TOO))


def _likely(fit: Fit) -> Floats:
    """Very unlikely where there are no samples."""
    return np.where(fit.known, fit.likely, np.float32(-60.0))


def _beside_arms(gap: Mask, asked: Mask, opacity: Opacity, body: Body) -> Mask:
    """The pieces that are large enough and lie at an arm or at a gap that was open already, not amid the cloth."""
    side = max(3, round(TONGUE * body.width))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    gap = (cv2.morphologyEx(gap.astype(np.uint8), cv2.MORPH_CLOSE, disc) > 0) & asked
    pieces, sizes = connected(gap, connectivity=4)
    beside = np.minimum(*(body.arm(side)[0] for side in ARMS)) < ARM_EDGE
    beside |= cv2.dilate((opacity < 0.5).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    large = (sizes > (LEAST * body.width) ** 2).take(pieces)
    return holding(pieces, large & beside)
