"""The outline of legs that were hidden: they are no cones, and their middle is no straight line from hip to ankle.

Seen from before, the knee stands in, the lower leg bows out, its calf is widest in its upper third, and the ankle's
bones stand out, the inner one higher than the outer one. Where only an ankle is seen, the leg is led to it.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity, Side
from tryon.engines.local.bottoms_stance import LEG_STATIONS, Leg, Stance, Widths
from tryon.engines.local.raster import among, polygon_opacity, smoothed_row, tube_outline

BOW: Final[Widths] = np.interp(
    LEG_STATIONS,
    [0.25, 0.36, 0.44, 0.48, 0.50, 0.55, 0.585, 0.62, 0.68, 0.75, 0.80, 0.85, 0.90, 0.95, 1.0],
    [0.0, -0.04, -0.13, -0.16, -0.12, 0.0, 0.12, 0.15, 0.12, 0.13, 0.14, 0.12, 0.07, 0.0, 0.0],
).astype(np.float32)
"""How far the leg's middle lies outside the line between its joints, in half widths: 18 bare legs, the more bowed half
of them, for the rest stood turned."""
FULLER: Final[Widths] = np.interp(
    LEG_STATIONS,
    [0.40, 0.47, 0.51, 0.56, 0.60, 0.67, 0.73, 0.80, 0.86, 0.93, 1.0],
    [0.0, 0.05, 0.03, -0.01, -0.01, 0.04, 0.04, 0.02, 0.02, 0.0, 0.0],
).astype(np.float32)
"""Share by which knee and calf are wider than the medians of many legs, which even out where each is widest."""
BONES: Final = (0.960, 0.985, 0.022, 0.09)
"""Stations of the inner and the outer ankle bone, half their height, and how far they stand out (half widths)."""
ROOM: Final = 0.3
"""Trousers wider than the leg by this share tell nothing of its bow; tight ones have it themselves."""
ONLY_ANKLES: Final = 0.82
"""Of a leg whose old clothes reach farther down than this station nothing but the ankle is seen."""
ANKLE_ROWS: Final = (0.02, 0.10)
"""An ankle is looked for from so far above the old end to so far below it (leg lengths)."""
LEAST_ROWS: Final = 3
MOST_ROWS: Final = 8
"""So many rows, from the uppermost, tell where the ankle is."""
ANKLE_WIDTHS: Final = (0.55, 1.7)
"""What is not so many times as wide as the ankle is believed to be is none."""
WIDER: Final = (0.8, 1.15)
"""An ankle is so much narrower or wider than believed at most."""
MOST_ASIDE: Final = 1.3
"""Half widths that a leg is moved at most to meet its ankle."""
ALONE: Final = 0.97
"""An inner edge farther than this share of the way to the other leg is that of both legs' clothes."""
LEAST_HALF: Final = 0.75
"""A leg is narrowed to no less than this share where narrow clothes leave no room."""
OPENING: Final = 2.0
"""Half widths of a leg's end to all sides within which the shoe's opening lies."""
KNEE: Final = 0.5
"""The station from which on a leg is turned to where its ankle is seen."""
UNDER_THE_HEM: Final = 0.2
"""Stations: a made-up leg begins so far above the hem that hides it, which may be scalloped."""
INTO_SHOE: Final = 0.03
"""Stations that a made-up leg reaches into the shoe."""
UNDER_OLD_HEM: Final = 0.08
"""Stations that a made-up leg reaches down behind a seen ankle."""
ROUND_END: Final = (25, 50, 70, 85)
ROUND_DEPTH: Final = 0.45
"""Degrees at which a leg's round end is drawn, and how deep it is (half widths)."""
SHOE_POINTS: Final = 1
"""More than so many of five points across the leg lie on the shoe where that begins."""

SEEN_WIDER_PX: Final = 1.0
"""The outline of a seen leg is measured so far outside its edge, in the pixels that are half background."""
EDGE_PX: Final = 0.5
"""Softness of a made-up leg's outline, as sharp as a photo's: a softer one shows a pink rim on white."""

ABOVE_KNEE: Final = 0.55
"""A hem above this station is that of shorts, which gape between the legs."""
THIGHS_TOUCH: Final = 0.022
THIGHS_PART: Final = (0.17, 0.30)
"""Above this station legs that leave half so little room (leg lengths) between them touch; of a room that is to show
between the legs of shorts less counts from the one station to the other, and none below."""
TOUCHING_PX: Final = 2.0
"""Legs that touch overlap so far, or the background would shine through between them."""
TOUCHING: Final = 0.97
"""Share of the way to the other leg from which on they touch."""


def under_the_cloth(leg: Leg, labels: LabelMap) -> Leg:
    """The leg as it is believed to be where hidden; what is seen of it below the knee has its own outline."""
    return _within(leg, _led_to_ankle(_shaped(leg), labels)) if leg.old_end > ONLY_ANKLES else leg


def _within(worn: Leg, leg: Leg) -> Leg:
    """The leg no farther out to either side than the clothes `worn` on it: beyond them nothing is taken off."""
    aside = ((leg.path - worn.path) * worn.outward).sum(axis=1)
    outer = np.where(np.isfinite(worn.outer), worn.outer, np.inf)
    # Half way to the other leg is no outline.
    inner = np.where(worn.inner < ALONE * worn.to_middle, worn.inner, np.inf)
    over = np.maximum(aside + leg.bare_outer - outer, 0.0) - np.maximum(leg.bare_inner - aside - inner, 0.0)
    back = smoothed_row(over.astype(np.float32), 1.0)
    return replace(
        leg,
        path=(leg.path - worn.outward * back[:, None]).astype(np.float32),
        bare_outer=np.minimum(leg.bare_outer, np.maximum(outer - aside + back, LEAST_HALF * leg.bare_outer)),
        bare_inner=np.minimum(leg.bare_inner, np.maximum(inner + aside - back, LEAST_HALF * leg.bare_inner)),
    )


def leg_opacity(labels: LabelMap, stance: Stance, side: Side, hem: float, end: float) -> Opacity:
    """Where the bare leg is seen: from under the hem, of shorts from the crotch, down to its `end` in the shoe."""
    leg = stance.legs[side]
    crotch = float(np.interp(stance.crotch[1], leg.path[:, 1], LEG_STATIONS))
    start = min(hem - UNDER_THE_HEM, 0.95) if hem > ABOVE_KNEE else crotch
    pick = np.flatnonzero(np.clip(LEG_STATIONS, start, end) == LEG_STATIONS)
    if len(pick) < 2:
        return np.zeros(labels.shape, np.float32)
    outer, inner = np.maximum(leg.bare_outer - SEEN_WIDER_PX, 1.0)[pick], _inner(leg)[pick]
    path, across = leg.path[pick], leg.outward[pick]
    # A round end goes into the shoe like an instep.
    bend = np.radians(ROUND_END, dtype=np.float32)
    way = (path[-1] - path[-2]) / max(float(np.linalg.norm(path[-1] - path[-2])), 1e-3)
    path = np.vstack([path, path[-1] + np.outer(ROUND_DEPTH * outer[-1] * np.sin(bend), way)])
    across = np.vstack([across, np.tile(across[-1], (len(bend), 1))])
    outer, inner = (np.concatenate([side, side[-1] * np.cos(bend)]) for side in (outer, inner))
    opacity = polygon_opacity(
        labels.shape, tube_outline(path, across * outer[:, None], -across * inner[:, None]), EDGE_PX
    )
    window, inside = _in_the_shoe(labels, leg, end)
    opacity[window] = np.maximum(opacity[window], inside)
    return opacity


def _inner(leg: Leg) -> Widths:
    """Pixels to the leg's inner edge; legs that touch overlap a little."""
    apart = np.maximum(leg.bare_inner - SEEN_WIDER_PX, 1.0)
    return smoothed_row(np.where(touching(leg), leg.to_middle + TOUCHING_PX, apart), 1.5)


def touching(leg: Leg) -> NDArray[np.bool_]:
    """The stations at which this leg touches the other; thighs that nearly do, do."""
    near = np.interp(LEG_STATIONS, THIGHS_PART, (THIGHS_TOUCH * leg.length, 0.0))
    return np.asarray(leg.bare_inner + near > TOUCHING * leg.to_middle)


def foot_station(labels: LabelMap, leg: Leg) -> float:
    """A little below where the shoe begins on the leg or beside its middle line; where none is seen, below the ankle
    or, farther down, the old trousers' end."""
    height, width = labels.shape
    reach = np.linspace(-1.0, 1.0, 5)[:, None, None] * (leg.outward * leg.bare_outer[:, None])
    at = np.rint(leg.path + reach).astype(int)
    inside = (at[..., 0] >= 0) & (at[..., 0] < width) & (at[..., 1] >= 0) & (at[..., 1] < height)
    shoe = labels[np.clip(at[..., 1], 0, height - 1), np.clip(at[..., 0], 0, width - 1)] == BodyLabel.SHOES
    found = np.flatnonzero((shoe & inside).sum(axis=0) * (LEG_STATIONS > 0.85) > SHOE_POINTS)
    if not found.size and leg.old_end < LEG_STATIONS[-1] and (labels == BodyLabel.LEG).any():
        return max(1.0, leg.old_end) + UNDER_OLD_HEM
    if found.size:
        return float(LEG_STATIONS[found[0]]) + INTO_SHOE
    return max(1.0, leg.old_end) + INTO_SHOE


def _shaped(leg: Leg) -> Leg:
    worn, bare = (leg.outer + leg.inner) / 2, (leg.bare_outer + leg.bare_inner) / 2
    room = np.nan_to_num(worn / np.maximum(bare, 1.0) - 1.0, nan=ROOM)
    unknown = smoothed_row(np.clip(room / ROOM, 0.0, 1.0).astype(np.float32), 2.0)
    aside = BOW * bare * unknown
    inner, outer = (1.0 + FULLER * unknown + BONES[3] * _bone(station) for station in BONES[:2])
    middle = np.maximum(leg.to_middle + aside, 1.0).astype(np.float32)
    return replace(
        leg,
        path=(leg.path + leg.outward * aside[:, None]).astype(np.float32),
        bare_outer=(leg.bare_outer * outer).astype(np.float32),
        bare_inner=np.minimum(leg.bare_inner * inner, middle).astype(np.float32),
        to_middle=middle,
    )


def _bone(station: float) -> Widths:
    return np.exp(-(((LEG_STATIONS - station) / BONES[2]) ** 2)).astype(np.float32)


def _led_to_ankle(leg: Leg, labels: LabelMap) -> Leg:
    half = float(np.interp(1.0, LEG_STATIONS, (leg.bare_outer + leg.bare_inner) / 2))
    rows = [_ankle_in(y, leg, labels, half) for y in _rows(leg, labels)]
    found = np.asarray([row for row in rows if row is not None][:MOST_ROWS])
    if len(found) < LEAST_ROWS:
        return leg
    aside, wide = np.median(found, axis=0)
    share = smoothed_row(np.clip((LEG_STATIONS - KNEE) / (leg.old_end - KNEE), 0.0, 1.0).astype(np.float32), 1.5)
    path = leg.path + np.outer(np.clip(aside, -MOST_ASIDE, MOST_ASIDE) * half * share, [1.0, 0.0])
    wider = (1.0 + (np.clip(wide, *WIDER) - 1.0) * share**2).astype(np.float32)
    return replace(
        leg, path=path.astype(np.float32), bare_outer=leg.bare_outer * wider, bare_inner=leg.bare_inner * wider
    )


def _rows(leg: Leg, labels: LabelMap) -> range:
    """Rows of the picture in which the ankle may be seen."""
    end = float(np.interp(leg.old_end, LEG_STATIONS, leg.path[:, 1]))
    first, last = (round(end + way * leg.length) for way in (-ANKLE_ROWS[0], ANKLE_ROWS[1]))
    return range(max(0, first), min(last, len(labels)))


def _ankle_in(y: int, leg: Leg, labels: LabelMap, half: float) -> tuple[float, float] | None:
    """How far to the picture's right of the leg's middle line an ankle is seen in a row, in believed `half` widths of
    it in pixels, and how wide it is.

    Where cloth or a shoe hides one side of it, the other one and the believed width tell.
    """
    middle = float(np.interp(y, leg.path[:, 1], leg.path[:, 0]))
    first = max(0, round(middle - (1 + MOST_ASIDE) * half))
    row = labels[y, first : round(middle + (1 + MOST_ASIDE) * half)]
    skin = np.flatnonzero(row == BodyLabel.LEG)
    if not len(skin):
        return None
    start, end = int(skin[0]), int(skin[-1]) + 1
    wide = (end - start) / (2 * half)
    if not ANKLE_WIDTHS[0] < wide < ANKLE_WIDTHS[1] or len(skin) < 0.9 * (end - start):
        return None
    aside = (first + (start + end) / 2 - middle) / half
    if wide > WIDER[0]:
        return aside, wide
    open_before = start > 1 and row[start - 2] == BodyLabel.BACKGROUND
    open_after = end + 1 < len(row) and row[end + 1] == BodyLabel.BACKGROUND
    if open_before == open_after:
        return (aside, wide) if open_before else None
    return aside + (1.0 - wide if open_before else wide - 1.0), 1.0


def _in_the_shoe(labels: LabelMap, leg: Leg, end: float) -> tuple[tuple[slice, slice], Opacity]:
    """A window around the leg's end, and 1 in it where the shoe it goes into is open: the old clothes with shoe to both
    sides and below."""
    x, y = (float(np.interp(end, LEG_STATIONS, leg.path[:, k])) for k in (0, 1))
    half = float(np.interp(end, LEG_STATIONS, (leg.bare_outer + leg.bare_inner) / 2))
    top, left = max(0, round(y - half)), max(0, round(x - OPENING * half))
    window = np.s_[top : max(top, round(y + OPENING * half)), left : max(left, round(x + OPENING * half))]
    part = labels[window]
    shoe = part == BodyLabel.SHOES
    if not shoe.any():
        return window, np.zeros(part.shape, np.float32)
    before, after = np.maximum.accumulate(shoe, axis=1), np.maximum.accumulate(shoe[:, ::-1], axis=1)[:, ::-1]
    below = np.maximum.accumulate(shoe[::-1], axis=0)[::-1]
    inside = before & after & below & among(part, (BodyLabel.BOTTOM, BodyLabel.LEG))
    return window, inside.astype(np.float32)
