"""How opaque the person is against the background: two networks say roughly where, the photo's edges say exactly."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture, Points, Pose
from tryon.engines.local.arm_gaps import with_arm_gaps
from tryon.engines.local.body import Body, Window
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.guided import GuidedFilter, enlarge
from tryon.engines.local.nearby_colours import fit_nearby
from tryon.engines.local.pale_outline import beside_upper_arms, with_what_is_like_the_wall
from tryon.engines.local.raster import connected, pieces_holding

Floats = NDArray[np.float32]

WORK_PIXELS: Final = 220_000
"""Pixels of the reduced cut-out of the person on which the edges are decided."""
MARGIN: Final = 0.5
"""Shoulder widths around the pose network's mask that are looked at: it misses hair and things that are carried."""
TILE_SIDE: Final = 256
"""Pixels of the segmentation network's input."""
SURE: Final = 0.7
"""Samples of the person are at least this opaque, samples of the background at most one minus this."""
BANDS: Final = (0.11, 0.05)
"""Half widths, in shoulder widths, of the band in which the colours decide: the coarse masks err by up to the first,
and once the colours have decided, the samples may be taken nearer to the edge."""
REACH: Final = 0.22
"""Radius, in shoulder widths, of the surroundings in which the colours of person and background are compared."""
NOISE: Final = np.full(3, 3.0, np.float32)
"""Added to the colours' variance, in Lab² units (0..255 each): sensor noise and fine texture."""
COLOUR_TRUST: Final = 0.6
"""How much of the colours' log odds counts; below 1 because neighbouring pixels repeat each other's evidence."""
PRIOR_TRUST: Final = 0.7
"""Likewise of the coarse masks', whose errors lie side by side too."""
MAX_LOG_ODDS: Final = 6.0
NOT_AT_ALL: Final = -1e4
"""Log likelihood of a colour that can't be compared with any."""
AGREEMENT: Final = 8.0
AGREEMENT_REACH: Final = 0.05
"""How strongly, in log odds, a pixel follows those around it (radius in shoulder widths) that look alike."""
PINHOLE: Final = 0.0008
"""A hole smaller than this share of the background is not a gap between arm and body."""
NOTCH: Final = 0.022
"""Half the width, in shoulder widths, of a notch in the outline of the clothes: a stripe in the background's colour."""
DEEPEST_NOTCH: Final = 0.07
"""Shoulder widths; a narrow gap that reaches deeper lies between arm and body."""


def find_silhouette(picture: Picture, pose: Pose, eyes: Eyes) -> Opacity:
    """(height, width) opacity of the person, soft at hair and sharp at the body."""
    margin = round(MARGIN * Body.of(pose, None, (picture.shape[0], picture.shape[1])).width)
    window = Window.around(pose.body_mask > 0.2, margin, WORK_PIXELS)
    small = window.view(picture)
    body = Body.of(pose, None, (small.shape[0], small.shape[1]), window)
    body_mask = window.view(pose.body_mask)
    coarse, sureness = _coarse(small, body_mask, body, eyes)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2Lab).astype(np.float32)
    decided = with_arm_gaps(lab, _decide(small, lab, coarse, body), sureness, body)
    decided = _largest_piece(decided)
    notches = notches_of(decided, body)
    opacity = np.zeros(picture.shape[:2], np.float32)
    opacity[window.part] = _to_full_size(picture[window.part], small, decided, notches, body)
    return opacity


def _coarse(small: Picture, body_mask: Opacity, body: Body, eyes: Eyes) -> tuple[Opacity, Opacity]:
    """The pose network knows bodies, the segmentation network knows hair: each is believed where it is good.

    Also the lowest that any of them says.
    """
    whole, upper = _squares(body_mask, body)
    hair = _segment(small, upper, eyes)
    rest = _segment(small, whole, eyes)
    above = _above_shoulders(body, small.shape[0], 1.0)
    mixed = above * (0.35 * body_mask + 0.65 * hair) + (1.0 - above) * (0.7 * body_mask + 0.3 * rest)
    seen = cv2.blur(hair, (5, 5)) > 0.0
    lowest = np.minimum(body_mask, np.minimum(rest, np.where(seen, hair, 1.0)))
    return mixed.astype(np.float32), lowest.astype(np.float32)


def _above_shoulders(body: Body, rows: int, scale: float) -> Floats:
    """(rows, 1): 1 above the shoulders, 0 below, fading between; for a picture `scale` times as large."""
    row = np.arange(rows, dtype=np.float32)[:, None]
    return np.clip((scale * body.neck[1] - row) / (0.3 * scale * body.width) + 0.5, 0.0, 1.0).astype(np.float32)


def _squares(body_mask: Opacity, body: Body) -> tuple[Points, Points]:
    """Two squares (left, top, side): around the whole person, and around head and torso."""
    rows, columns = np.nonzero(body_mask > 0.3)
    if not rows.size:
        return np.array((0.0, 0.0, max(body_mask.shape))), np.array((0.0, 0.0, max(body_mask.shape)))
    low, high = np.array((columns.min(), rows.min())), np.array((columns.max(), rows.max()))
    side = float((high - low).max()) * 1.15
    whole = np.array((*((low + high) / 2.0 - side / 2.0), side))
    side = max((float(body.hips[1]) - low[1]) * 1.2, float(high[0] - low[0]) * 0.8)
    upper = np.array(((low[0] + high[0]) / 2.0 - side / 2.0, low[1] - 0.08 * side, side))
    return whole, upper


def _segment(small: Picture, square: Points, eyes: Eyes) -> Opacity:
    """The segmentation network's answer for one square of the photo, 0 outside the square."""
    scale = TILE_SIDE / square[2]
    interpolation = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    resized = cv2.resize(small, None, fx=scale, fy=scale, interpolation=interpolation)
    shift = np.array(((1.0, 0.0, -square[0] * scale), (0.0, 1.0, -square[1] * scale)))
    tile = cv2.warpAffine(resized, shift, (TILE_SIDE, TILE_SIDE))
    answer = eyes.run("selfie_segmentation", tile.astype(np.float32) / 255.0)[0][..., 0]
    back = np.array(((scale, 0.0, -square[0] * scale), (0.0, scale, -square[1] * scale)))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(answer, back, (small.shape[1], small.shape[0]), flags=flags).astype(np.float32)


def _decide(small: Picture, lab: Floats, coarse: Opacity, body: Body) -> Opacity:
    width, arms = body.width, beside_upper_arms(body)
    agree = GuidedFilter(small * np.float32(1 / 255), max(3, round(AGREEMENT_REACH * width)), 1e-3)
    decided = coarse
    for band in BANDS:
        half, reach = max(2, round(band * width)), max(4, round(REACH * width))
        decided = _decide_band(lab, decided, coarse, agree, half, reach, arms)
    return decided


def _decide_band(
    lab: Floats, known: Opacity, coarse: Opacity, agree: GuidedFilter, half: int, reach: int, arms: NDArray[np.bool_]
) -> Opacity:
    """In a band of `half` pixels to each side of the `known` edge, compare each pixel with the colours around it."""
    inside = _shrink(known > 0.5, half) & (known > SURE)
    outside = _shrink(known < 0.5, half) & (known < 1.0 - SURE)
    wall = _log_likelihood(lab, outside, reach)
    odds = _log_likelihood(lab, inside, reach) - wall
    odds = with_what_is_like_the_wall(lab, odds, wall, inside, reach, arms, NOISE)
    prior = PRIOR_TRUST * np.log((coarse + 0.03) / (1.03 - coarse))
    odds = np.clip(COLOUR_TRUST * odds, -MAX_LOG_ODDS, MAX_LOG_ODDS) + prior
    opacity = known
    for pull in (0.0, AGREEMENT):
        pulled = odds + pull * (agree.smooth(opacity) - 0.5) if pull else odds
        opacity = (1.0 / (1.0 + np.exp(-pulled))).astype(np.float32)
        opacity[inside] = 1.0
        opacity[outside] = 0.0
    return opacity


def _largest_piece(opacity: Opacity) -> Opacity:
    """Without the scattered spots that are not joined to the person, and without pinholes in the person."""
    solid = (opacity > 0.5).astype(np.uint8)
    for keep, value in ((solid, 0.0), (1 - solid, 1.0)):
        pieces, areas = connected(keep, connectivity=4)
        few = areas < (0.02 if value == 0.0 else PINHOLE) * areas.max(initial=1)
        opacity = np.where((keep > 0) & few.take(pieces), np.float32(value), opacity)
    return opacity


def notches_of(opacity: Opacity, body: Body) -> Opacity:
    """1 in the notches that are narrow and not deep, below the shoulders: there the person is as opaque as beside.

    Clothes end in calm lines. A striped or patterned one has the background's colour here and there on its edge.
    """
    person = (opacity > 0.5).astype(np.uint8)
    radius = max(1, round(NOTCH * body.width))
    size = (2 * radius + 1, 2 * radius + 1)
    closed = cv2.morphologyEx(person, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size))
    closed[: round(float(body.neck[1]))] = person[: round(float(body.neck[1]))]
    filled = closed > person
    deep = cv2.distanceTransform(closed, cv2.DIST_L2, 3) > DEEPEST_NOTCH * body.width
    return (filled & ~pieces_holding(filled, deep, connectivity=4)).astype(np.float32)


def _shrink(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """The mask less a rim; the picture's border does not count as a rim."""
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    return distance > pixels


def _log_likelihood(lab: Floats, samples: NDArray[np.bool_], reach: int) -> Floats:
    """How well each pixel's colour fits the samples around it, not at all where there are none."""
    fit = fit_nearby(lab, samples, reach, NOISE)
    return np.where(fit.known, fit.likely, np.float32(NOT_AT_ALL))


def _to_full_size(picture: Picture, small: Picture, decided: Opacity, notches: Opacity, body: Body) -> Opacity:
    """Enlarge along the photo's edges: widely at the hair, whose strands are fine, narrowly at the body; at `notches`
    regardless of them, for it was the photo that misled there."""
    guide_small, guide = small * np.float32(1 / 255), picture * np.float32(1 / 255)
    scale = picture.shape[0] / small.shape[0]
    above = _above_shoulders(body, picture.shape[0], scale)
    rounded = np.asarray(cv2.GaussianBlur(decided, (0, 0), 1.2), np.float32)
    firm = enlarge(GuidedFilter(guide_small, 3, 1e-4).coefficients(rounded), guide)
    if notches.any():
        calm = cv2.GaussianBlur(np.maximum(decided, notches), (0, 0), 1.2)
        near = cv2.GaussianBlur(cv2.dilate(notches, np.ones((7, 7), np.uint8)), (0, 0), 1.0)
        size = (picture.shape[1], picture.shape[0])
        calm, near = (cv2.resize(part, size, interpolation=cv2.INTER_LINEAR) for part in (calm, near))
        firm = near * calm + (1.0 - near) * firm
    firm = (firm - 0.5) * 2.0 + 0.5
    head = int(np.flatnonzero(above[:, 0] > 0.0).max(initial=-1)) + 1
    if head:
        upper = np.s_[: min(round(head / scale) + 1, small.shape[0])]
        radius = max(3, round(0.04 * body.width))
        strands = GuidedFilter(guide_small[upper], radius, 1e-4).coefficients(decided[upper])
        soft = enlarge(strands, guide[:head])
        firm[:head] = above[:head] * soft + (1.0 - above[:head]) * firm[:head]
    return np.clip(firm, 0.0, 1.0).astype(np.float32)
