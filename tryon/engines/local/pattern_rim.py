"""Gives a pattern in the ground's colour its rim back: white stripes end where the dark ones beside them do.

A flood that looks for the garment's edge takes the stronger one between a white stripe and a dark one for it, and the
end of the white stripe is lost. Along the outline, such a bite lies between two pieces that are surely garment.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.ground import Mask
from tryon.engines.local.likeness import Likeness, depth_of, grown, reaching_the_frame
from tryon.engines.local.raster import bits, disc, frame_of, opened, pieces_holding, pieces_of

Floats = NDArray[np.float32]

LONGEST_SHARE: Final = 0.1
"""Of the longer side: the longest bite along the outline."""
DIRECTIONS: Final = 12
"""In so many directions the outline is taken to run; 15° off, a bite's chord is as good as along it."""
COURSE_SHARE: Final = 0.02
"""Of the longer side: over so much the outline's course is averaged, so that bites do not turn it."""
SMALLER: Final = 2
"""Bites are looked for on a picture so many times smaller."""

PATTERN_SHARE: Final = 0.05
"""Of the longer side: half the window in which the garment's pattern is looked at, and no stripe is wider."""
GROUND_COLOURED: Final = (22.0, 9.0)
"""Lab L and chroma: cloth that is no farther from the ground than this can be lost to it."""
LEAST_OF_EACH: Final = 0.12
"""Share of such cloth, and of cloth that is STRIKING, in a pattern of which pieces are lost."""
STRIKING: Final = 40.0

GROUND: Final = (1.5, 1.5)
"""Lab L and chroma: what is no farther from the ground and hangs together with it outside is ground (measured: 0.4 on
a clean one; the shaded rim of a white stripe 3 to 9)."""
NOISES: Final = 3.0
LEAK_PX: Final = 2
"""Half the width of the widest break in that rim."""
STRIPE_SHARE: Final = 0.014
"""Of the longer side: half the width of the widest stripe that is lost between two others."""
NARROW_SHARE: Final = 0.008
"""The same of one that opens to the outside."""
BROAD_SHARE: Final = 0.03
BESIDE_SHARE: Final = 0.03
"""Of the longer side: half the width of what is broader than a strap, and how far around it bites are closed."""
SEALED_PX: Final = 3
"""Half the width of the widest leak at such a stripe's end."""
BODY_PX: Final = 3
"""So far the edges of the first cut are as sharp."""
SHARP: Final = 1.0
"""Lab L a pixel: cloth ends by more (measured: 1.6 and above), the shadow beside it by less."""


def with_pattern_rim(body: Mask, likeness: Likeness, steps: Floats, gaps: Mask, noise: float) -> Mask:
    """The cut `body` with the bites in a pattern of the ground's colour closed; `noise` is the ground's, Lab L,
    `steps` the picture's colour change a pixel, `gaps` the ground that was found between sleeve and body."""
    pattern = _in_pale_pattern(body, likeness) & _beside_broad_cloth(body)
    if not pattern.any():
        return body
    open_ = bites(body) & pattern
    limit = max(GROUND[0], NOISES * noise)
    even = (np.abs(likeness.lightness) < limit) & (likeness.chroma < GROUND[1]) & ~body
    outside = reaching_the_frame(opened(even, LEAK_PX), gap_share=0)
    outside = grown(outside, LEAK_PX + 1) & even
    whole = body | _ending_sharply(open_ & ~outside, body, steps)
    narrow = cv2.morphologyEx(bits(whole), cv2.MORPH_CLOSE, disc(round(NARROW_SHARE * max(body.shape)))) > 0
    whole |= narrow & open_
    return whole | (_slits(whole, gaps) & pattern)


def _slits(body: Mask, gaps: Mask) -> Mask:
    """Stripes with garment all around them, but for a leak, that are no gap between sleeve and body."""
    open_ = cv2.morphologyEx(bits(body), cv2.MORPH_CLOSE, disc(SEALED_PX)) == 0
    other = frame_of(body.shape) | (depth_of(open_) > STRIPE_SHARE * max(body.shape)) | gaps
    found = open_ & ~pieces_holding(open_, other, connectivity=4)
    return grown(found, SEALED_PX) & ~body


def _ending_sharply(found: Mask, body: Mask, steps: Floats) -> Mask:
    """The pieces whose outer edge is cloth's: shadows and what shines through lace end softly."""
    sharp = cv2.dilate(steps, np.ones((3, 3), np.uint8))
    away, kept = ~grown(body, BODY_PX), np.zeros(found.shape, bool)
    for window, piece in pieces_of(found, margin=3):
        outer = sharp[window][grown(piece, 1) & ~piece & away[window]]
        if len(outer) and np.median(outer) > SHARP:
            kept[window] |= piece
    return kept


def _beside_broad_cloth(body: Mask) -> Mask:
    """Where no strap is: between its two strands lies the ground."""
    side = max(body.shape)
    broad = opened(body, round(BROAD_SHARE * side))
    return depth_of(~broad) < BESIDE_SHARE * side


def bites(body: Mask) -> Mask:
    """What lies outside, but along the outline between two pieces of the garment, LONGEST_SHARE apart or less."""
    small = cv2.resize(bits(body), (body.shape[1] // SMALLER, body.shape[0] // SMALLER), interpolation=cv2.INTER_AREA)
    course = _course(small)
    length = max(3, round(LONGEST_SHARE * max(small.shape)))
    found = np.zeros(small.shape, bool)
    for number in range(DIRECTIONS):
        along = course == number
        if not along.any():
            continue
        closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, _line(length, np.pi * number / DIRECTIONS))
        found |= along & (closed > 0)
    whole = cv2.resize(bits(found), body.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return np.asarray(whole & ~body)


def _course(small: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Number of the direction in which the outline near each pixel runs, -1 where none is near."""
    sigma = COURSE_SHARE * max(small.shape)
    soft = cv2.GaussianBlur(small.astype(np.float32), (0, 0), sigma / 2)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(part, (0, 0), sigma) for part in (across * across, down * down, across * down))
    normal = 0.5 * np.arctan2(2 * xy, xx - yy)
    number = np.rint((normal / np.pi + 0.5) * DIRECTIONS).astype(np.int32) % DIRECTIONS
    return np.where(xx + yy > 1e-5, number, -1).astype(np.int32)


def _line(length: int, angle: float) -> NDArray[np.uint8]:
    """A straight line as a kernel, `angle` from the x axis, y down."""
    half = length // 2
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
    reach = np.rint(half * np.array([np.cos(angle), np.sin(angle)])).astype(int)
    cv2.line(kernel, (int(half - reach[0]), int(half - reach[1])), (int(half + reach[0]), int(half + reach[1])), 1)
    return kernel


def _in_pale_pattern(body: Mask, likeness: Likeness) -> Mask:
    """Where the garment nearby shows both cloth in the ground's colour and cloth that is nothing like it."""
    size = (body.shape[1] // SMALLER, body.shape[0] // SMALLER)
    light, chroma = (
        cv2.resize(field, size, interpolation=cv2.INTER_AREA) for field in (likeness.lightness, likeness.chroma)
    )
    inside = cv2.resize(bits(depth_of(body) > 2 * SMALLER), size, interpolation=cv2.INTER_NEAREST) > 0
    window = (2 * round(PATTERN_SHARE * max(size)) + 1,) * 2
    around = np.maximum(cv2.blur(inside.astype(np.float32), window), 1e-4)
    alike = inside & (np.abs(light) < GROUND_COLOURED[0]) & (chroma < GROUND_COLOURED[1])
    striking = inside & (np.abs(light) + chroma > STRIKING)
    shares = [cv2.blur(part.astype(np.float32), window) / around for part in (alike, striking)]
    both = (shares[0] > LEAST_OF_EACH) & (shares[1] > LEAST_OF_EACH)
    return np.asarray(cv2.resize(bits(both), body.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)
