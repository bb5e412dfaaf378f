"""Background that is seen through a hand, between a forearm and the body, and along a hand's rim.

The silhouette closes the ring that thumb and fingers make and the slit between a hand and the hip. What is named a hand
stays before every new garment: before a wider one such ground would stand as a pale hole, and its rim as a row of dots.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Picture
from tryon.engines.local.nearby_colours import fit_nearby
from tryon.engines.local.raster import among, bits, grown, highest, pieces_of, shrunk, sum_of_channels

Mask = NDArray[np.bool_]

REACH: Final = 0.22
"""Radius, in shoulder widths, of the surroundings in which the colours are compared."""
AROUND: Final = 0.45
"""Shoulder widths around a hand that are looked at: such gaps go on beside the forearm."""
LEAST_HAND: Final = 0.08
"""Shoulder widths: what is smaller than the square of this is no hand."""
SURE: Final = 0.03
"""Shoulder widths from the silhouette from which the background is a sample of itself."""
NOISE_VARIANCE: Final = 4.0
"""Lab² units (0..255 each) added to the background's variance."""
EVEN: Final = 8.0
"""Standard deviation of a channel (8-bit Lab) up to which the background around a hand is even; an uneven one can have
any colour, skin's too."""
WITHIN: Final = 3.0
"""Standard deviations of every channel within which a pixel is the background."""
APART: Final = 28.0
"""Distance in Lab from which skin and background can't be mistaken for each other."""
CLEAR: Final = 0.75
ABRUPT: Final = 0.75
"""Of the skin right beside a piece of background, the last share is at least the first share of that distance away."""
MOSTLY: Final = 0.5
"""Beside such a pixel another one is background if it has so much of it: their colours are mixed there."""
MIXED_PX: Final = 2
LEAST: Final = 0.02
"""Shoulder widths: pieces inside a hand that are smaller than the square of this are a nail's or a ring's gleam."""
SKIN: Final = (BodyLabel.HAND, BodyLabel.ARM)


def without_ground_in_hands(picture: Picture, labels: LabelMap, width: float) -> LabelMap:
    """The labels with hands and arms opened where an even background shows; `width` is that of the shoulders, in
    pixels."""
    opened = labels.copy()
    for window, piece in pieces_of(labels == BodyLabel.HAND, margin=round(AROUND * width)):
        if piece.sum() < (LEAST_HAND * width) ** 2:
            continue
        lab = cv2.cvtColor(np.ascontiguousarray(picture[window]), cv2.COLOR_RGB2Lab).astype(np.float32)
        opened[window][_ground(lab, labels[window], width)] = BodyLabel.BACKGROUND
    return opened


def _ground(lab: NDArray[np.float32], labels: LabelMap, width: float) -> Mask:
    """Where skin's name stands on background."""
    skin, background = among(labels, SKIN), labels == BodyLabel.BACKGROUND
    sure = shrunk(bits(background), max(1, round(SURE * width))) > 0
    reach = max(4, round(REACH * width))
    fit = fit_nearby(lab, sure, reach, np.full(3, NOISE_VARIANCE, np.float32))
    ground = np.stack(fit.mean, axis=-1)
    spread = np.stack([_spread(lab[..., channel], sure, fit.mean[channel], reach) for channel in range(3)], axis=-1)
    known = skin & fit.known & (highest(spread) < EVEN)
    alike = known & (highest(np.abs(lab - ground) - WITHIN * np.sqrt(spread**2 + NOISE_VARIANCE)) < 0)
    # Skin's own colour, as what is named so and can't be background, all around.
    flesh = skin & ~(grown(bits(alike), MIXED_PX) > 0)
    own = np.stack(fit_nearby(lab, flesh, reach, np.full(3, NOISE_VARIANCE, np.float32)).mean, axis=-1)
    way = ground - own
    length = sum_of_channels(way * way)
    alike &= length > APART**2
    clear = sum_of_channels((lab - ground) ** 2) > (CLEAR * APART) ** 2
    found = _pieces(alike, background, skin & clear, skin, width)
    mixed = sum_of_channels((lab - own) * way) > MOSTLY * length
    return found | (grown(bits(found), MIXED_PX) > 0) & mixed & known & (length > APART**2)


def _spread(plane: NDArray[np.float32], samples: Mask, mean: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """(h, w) standard deviation of the samples around each pixel."""
    size = (2 * reach + 1, 2 * reach + 1)
    away = np.where(samples, (plane - mean) ** 2, np.float32(0.0))
    share = np.maximum(cv2.blur(samples.astype(np.float32), size), np.float32(1e-5))
    # Running sums of the blur may end a hair below nothing.
    return np.sqrt(np.maximum(cv2.blur(away, size), np.float32(0.0)) / share)


def _pieces(alike: Mask, background: Mask, clear: Mask, skin: Mask, width: float) -> Mask:
    """Those that are large enough, or lie at the background, and end abruptly: a gleam on the skin fades into it."""
    found = np.zeros_like(alike)
    beside = grown(bits(background), 1) > 0
    for window, piece in pieces_of(alike, margin=3 * MIXED_PX):
        if piece.sum() <= (LEAST * width) ** 2 and not (piece & beside[window]).any():
            continue
        ring = (grown(bits(piece), 3 * MIXED_PX) > 0) & (grown(bits(piece), MIXED_PX) == 0) & skin[window]
        ring &= ~alike[window]
        found[window] |= piece & (clear[window][ring].mean() > ABRUPT if ring.any() else True)
    return found
