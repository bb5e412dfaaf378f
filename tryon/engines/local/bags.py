"""Bags and other things carried in a hand: they stay before whatever is put on, exactly as photographed.

Nobody can list what is carried, so that it is found by what it is not: something broad at or below a hand, within the
person's outline, with colours that neither the old top nor the old bottom show farther away from that hand.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Picture, Pose
from tryon.engines.local.bag_shadow import without_shadow
from tryon.engines.local.body import HANDS, Body, Window
from tryon.engines.local.minimum_cut import minimum_cut
from tryon.engines.local.raster import (
    among,
    bits,
    box_of,
    depth,
    disc,
    grown,
    opened,
    pieces_holding,
    pieces_of,
    resized,
)
from tryon.engines.local.relabelling import colour_cells, colour_costs, some_of

WIDTH_PX: Final = 150.0
"""Looked at so large that the shoulders would be this wide."""
REACH: Final = 1.1
"""Shoulder widths from the fingers up to which a thing in that hand reaches."""
FAR: Final = 1.3
MIDDLE: Final = 0.05
"""Cloth so far from the fingers, or so far past the body's middle on its other side, tells the clothes' colours."""
LEAST_SAMPLES: Final = 300
SHADES: Final = (1.0, 1.0, 0.93, 0.86)
GREY: Final = np.asarray((0.0, 128.0, 128.0), np.float32)
"""Clothes are learnt in these shares of their light as well, for a bag throws a shadow; and 8-bit Lab without any."""
CALM: Final = 0.02
"""Shoulder widths: a pattern is averaged over so much."""
FOREIGN: Final = 6.5
MORE_FOREIGN: Final = 1.0
"""Natural logarithms by which a colour is rare among the clothes: so many at least, and so many more than usual."""
USUAL: Final = 80.0
BEYOND: Final = 0.5
"""What is usual: percent of the cloth in a ring of so many shoulder widths beyond FAR that are less rare."""
NARROW: Final = 0.03
BROAD: Final = 0.13
"""Shoulder widths: what is nowhere broader than twice this is a fold in shade, a seam or a belt."""
LEAST: Final = 0.12
"""Squared shoulder widths: what is smaller is a pocket or a shadow."""
TOUCH: Final = 0.08
"""Shoulder widths from the hand to what it holds."""
ABOVE: Final = 0.05
"""Shoulder widths above the wrist at which the middle of what is carried is, at most."""
RIM: Final = 0.15
"""Shoulder widths around what was found in which the thing's true edge is looked for."""
STURDY: Final = 0.06
"""Shoulder widths: strips narrower than twice this beside a thing are arms' shadows; its handles are found again."""
SURE: Final = 0.04
"""Shoulder widths inside what was found from where it is the thing for sure."""
ISLAND: Final = 0.05
ENCLOSED: Final = 0.6
"""Squared shoulder widths of what it cuts off from cloth or background, as a handle does, and the share of such a
background's rim that is thing or hand."""
SMOOTH_PX: Final = 1.0
CLOTH: Final = (BodyLabel.TOP, BodyLabel.BOTTOM, BodyLabel.CARRIED)

Mask = NDArray[np.bool_]


def with_bags(picture: Picture, pose: Pose, labels: LabelMap) -> LabelMap:
    """The labels with what is carried in either hand under its own name."""
    whole = Window.around(np.ones(labels.shape, bool), 0, labels.size)
    width = Body.of(pose, None, (labels.shape[0], labels.shape[1])).width
    scale = min(1.0, WIDTH_PX / width)
    window = Window(whole.left, whole.top, whole.right, whole.bottom, scale)
    small = window.view(picture)
    body = Body.of(pose, None, (small.shape[0], small.shape[1]), window)
    names = resized(labels, small.shape, cv2.INTER_NEAREST)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2Lab).astype(np.float32)
    cells = colour_cells(lab)
    carried = np.zeros(names.shape, bool)
    for side in HANDS:
        carried |= _foreign(lab, cells, names, body, side)
    if not carried.any():
        return labels
    carried = _cut(small, names, carried, body.width)
    carried = without_shadow(lab, carried, among(names, CLOTH) | carried, body.width)
    large = cv2.GaussianBlur(resized(carried.astype(np.float32), labels.shape), (0, 0), SMOOTH_PX) > 0.5
    free = among(labels, (*CLOTH, BodyLabel.BACKGROUND))
    return np.where(large & free, np.uint8(BodyLabel.CARRIED), labels)


def _foreign(
    lab: NDArray[np.float32], cells: NDArray[np.int32], labels: LabelMap, body: Body, side: str
) -> Mask:  # fmt: skip
    """What is at or below this hand, broad, and of none of the clothes' colours; `cells` are those of `lab`."""
    wrist, little, index = (body[joint] for joint in HANDS[side])
    tips = wrist + 1.5 * ((little + index) / 2.0 - wrist)
    rows, columns = np.indices(labels.shape, dtype=np.float32)
    away = np.hypot(columns - tips[0], rows - tips[1]) / body.width
    other = (body.frame[0] if side == "left" else -body.frame[0]) < -MIDDLE
    near, nothing = among(labels, CLOTH) & (away < REACH), np.zeros(labels.shape, bool)
    hand = (labels == BodyLabel.HAND) & (away < REACH)
    if not near.any() or not hand.any():
        return nothing
    near &= ~other
    box = box_of(among(labels, CLOTH) & (away < FAR + BEYOND), 1)
    cost = np.full(lab[box].shape[:2], np.inf, np.float32)
    for name in (BodyLabel.TOP, BodyLabel.BOTTOM):
        samples = some_of(lab, (labels == name) & ((away > FAR) | other))
        if len(samples) < LEAST_SAMPLES:
            # What is not seen elsewhere can't be told from what lies on it.
            near &= labels != name
        else:
            samples = np.concatenate([(samples - GREY) * shade + GREY for shade in SHADES])
            known = colour_costs(samples)[cells[box]]
            np.minimum(cost, cv2.GaussianBlur(known, (0, 0), CALM * body.width), out=cost)
    if not np.isfinite(cost).all():
        return nothing
    beyond = among(labels[box], CLOTH) & ((away[box] > FAR) | other[box])
    usual = float(np.percentile(cost[beyond], USUAL)) if beyond.any() else 0.0
    foreign = nothing.copy()
    foreign[box] = near[box] & (cost > max(FOREIGN, usual + MORE_FOREIGN))
    foreign = opened(foreign, max(1, round(NARROW * body.width)), round_=True)
    at_hand = grown(bits(hand), round(TOUCH * body.width), True) > 0
    _, pieces, stats, middles = cv2.connectedComponentsWithStats(bits(foreign))
    kept = (stats[:, cv2.CC_STAT_AREA] > LEAST * body.width**2) & (middles[:, 1] > wrist[1] - ABOVE * body.width)
    inside = depth(bits(foreign))
    for k in np.flatnonzero(kept):
        piece = pieces == k
        kept[k] = k > 0 and bool((piece & at_hand).any()) and float(inside[piece].max()) > BROAD * body.width
    return np.asarray(kept[pieces], bool)


def _cut(picture: Picture, labels: LabelMap, found: Mask, width: float) -> Mask:
    """What was found, cut along the photo's edges."""
    cloth = among(labels, CLOTH)
    box = box_of(found, round(2 * RIM * width))
    background, hand = labels[box] == BodyLabel.BACKGROUND, labels[box] == BodyLabel.HAND
    found, cloth, part = found[box], cloth[box], np.ascontiguousarray(picture[box])
    core = opened(found, max(1, round(STURDY * width)), round_=True)
    near = (grown(bits(found), round(RIM * width), True) > 0) & cloth
    around = cloth & ~near
    if around.any():
        # Skin and background must not teach what the cloth looks like: many a bag has their colour.
        part[~cloth] = np.median(part[around], axis=0)
    seeds = np.full(found.shape, cv2.GC_BGD, np.uint8)
    seeds[near] = cv2.GC_PR_BGD
    seeds[core] = cv2.GC_PR_FGD
    seeds[core & (depth(bits(core)) > SURE * width)] = cv2.GC_FGD
    cut = minimum_cut(part, seeds)
    cut = pieces_holding(cut, core)
    # What it encloses, as a handle does, is part of it, or seen through it and stays, whatever hangs behind it now.
    for others, enclosed in ((cloth & ~cut, 0.0), (background, ENCLOSED)):
        for area, island in pieces_of(others, 2):
            rim = (grown(bits(island), 2) > 0) & ~island
            held = (cut | hand)[area][rim]
            if island.sum() < ISLAND * width**2 and cut[area][rim].any() and float(held.mean()) > enclosed:
                cut[area] |= island
    cut = cv2.morphologyEx(bits(cut), cv2.MORPH_CLOSE, disc(round(NARROW * width))) > 0
    whole = np.zeros(labels.shape, bool)
    whole[box] = cut
    return whole
