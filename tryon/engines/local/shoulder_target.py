"""How large a top is on this body, and where its shoulder seams and neck points come to lie."""

from collections.abc import Mapping

import numpy as np

from tryon.engines.local.analysis import SIDES, BodyLabel, PersonAnalysis, Points, Side
from tryon.engines.local.bare_shoulder_target import place_corners, place_edge_ends, strap_scale
from tryon.engines.local.figure import TORSO_LEVELS, Figure
from tryon.engines.local.pattern import SHOULDER_STEPS, Pattern
from tryon.engines.local.worn_width import COVER_PX

SHOULDER_SLACK = 0.045
"""The shoulder's outline leaves the straight line from neck to shoulder by at most so much (units)."""

RAISED = 2.5
"""A bare shoulder is looked for up to so many times that slack above where it should be."""

NARROWEST_NECK = (0.36, 0.46)
MOST_WIDENED = 1.3
"""Units between the neck points at least: no opening is narrower than the neck where it meets the shoulders. Shirts cut
so wide that their seams hang over the shoulders would come out smaller than they are. Beyond the first the product's
own width grows so many times at most: a standing collar, narrow at its upper end, would open down to the chest."""

STEP_OUT, STEEPEST = 0.05, 1.2
"""The shoulder falls by less than this share of a step outwards (units)."""

STRAPS = 0.7
"""A sleeveless top whose neck points are farther apart than this share of its shoulder points hangs on straps."""

NEAREST_STRAPS, FARTHEST_STRAPS = 0.5, 0.72
"""Straps lie between these shares of the way from the body's middle to the shoulder tips: where they do not slip."""

THIN_STRAP = 0.06
"""Of the chest's width: neck point and shoulder point of a thin strap are no farther apart."""

WIDENED = 1.5
"""A sleeveless shoulder is at most this many times as wide as the product's: one strap may be narrower than the other.
"""

BARE = (BodyLabel.ARM, BodyLabel.NECK)
"""The skin of neck and shoulders."""

SHOULDERS = (BodyLabel.TOP, BodyLabel.ARM, BodyLabel.NECK)
"""What shows the outline of neck and shoulders."""

SLEEVELESS_CHEST = 1.3
"""A sleeveless top laid flat is at most this many times as wide as the chest is in front view."""


def garment_scale(figure: Figure, pattern: Pattern) -> float:
    """Photo pixels per garment pixel: shoulder seams end at the shoulder tips."""
    by_length = 1.62 * figure.torso_length / pattern.length
    if pattern.on_straps:
        return float(np.clip(strap_scale(figure, pattern), by_length * 0.35, by_length))
    if pattern.bare_shoulders:
        corners = place_corners(figure, pattern)
        return float(np.linalg.norm(corners["left"] - corners["right"])) / max(pattern.shoulder_width, 1e-3)
    tips = float(np.linalg.norm(figure.shoulder_tip["left"] - figure.shoulder_tip["right"]))
    tips = max(tips, 1.05 * figure.unit)
    by_shoulder = tips / pattern.shoulder_width
    if not pattern.sleeves:
        # Straps and armholes sit anywhere on a shoulder; what holds a sleeveless top is the chest.
        chest = float(np.interp(0.3, TORSO_LEVELS, figure.bare["left"] + figure.bare["right"]))
        by_shoulder = min(by_shoulder, SLEEVELESS_CHEST * chest / pattern.chest_width)
    return float(np.clip(by_shoulder, by_length * 0.35, by_length))


def place_shoulders(figure: Figure, pattern: Pattern, scale: float) -> dict[Side, Points]:
    """Seam ends: the shoulder tips, nearer to the neck where the product's shoulders are narrower than the body's."""
    if pattern.bare_shoulders:
        return place_corners(figure, pattern)
    tips = float(np.linalg.norm(figure.shoulder_tip["left"] - figure.shoulder_tip["right"]))
    share = float(np.clip(pattern.shoulder_width * scale / tips, 0.5, 1.0))
    if not pattern.sleeves and pattern.neck_width > STRAPS * pattern.shoulder_width:
        share = float(np.clip(share / SLEEVELESS_CHEST, NEAREST_STRAPS, FARTHEST_STRAPS))
    middle = (figure.shoulder_tip["left"] + figure.shoulder_tip["right"]) / 2
    placed = {}
    for side in SIDES:
        root, tip = figure.neck_root[side], figure.shoulder_tip[side]
        x = middle[0] + (tip[0] - middle[0]) * share
        along = float(np.clip((x - root[0]) / (tip[0] - root[0] + 1e-6), 0.0, 1.0))
        placed[side] = (root + (tip - root) * along).astype(np.float32)
    return placed


def place_neck(
    person: PersonAnalysis, figure: Figure, pattern: Pattern, shoulder: Mapping[Side, Points], scale: float
) -> dict[Side, Points]:
    """Neck points on the shoulder line, as far apart as the product's neckline is wide, never inside the neck. Those of
    thin straps are where the shoulder points are: spread, they would make a bow of the strap."""
    if pattern.bare_shoulders:
        return place_edge_ends(pattern, shoulder)
    if not pattern.sleeves and pattern.shoulder_width - pattern.neck_width < 2 * THIN_STRAP * pattern.chest_width:
        return {
            side: shoulder[side] + (pattern.neck[side] - pattern.shoulder[side]) * np.float32(scale) for side in SIDES
        }
    own, (least, usual) = pattern.neck_width * scale, (share * figure.unit for share in NARROWEST_NECK)
    least = max(least, min(usual, MOST_WIDENED * own))
    width = float(np.clip(own, least, 0.92 * abs(shoulder["left"][0] - shoulder["right"][0])))
    middle = (figure.neck_root["left"] + figure.neck_root["right"]) / 2
    placed = {}
    for side in SIDES:
        root, tip = figure.neck_root[side], figure.shoulder_tip[side]
        sign = 1.0 if side == "left" else -1.0
        x = float(middle[0] + sign * width / 2)
        along = (x - root[0]) / (tip[0] - root[0] + 1e-6)
        slope = (tip[1] - root[1]) if along > 0 else 0.55 * abs(tip[0] - root[0])
        placed[side] = np.asarray([x, root[1] + along * slope], np.float32)
    slack = SHOULDER_SLACK * figure.unit
    shifts = [_to_silhouette(person, placed[side], slack) for side in SIDES]
    if np.isnan(shifts).all():
        shifts = [_told_farther_out(person, placed[side], shoulder[side], slack) for side in SIDES]
    # The lower side is right for both: hair on a shoulder, like a collar, hides how low it is.
    fall = 0.0 if np.isnan(shifts).all() else float(np.nanmax(shifts))
    # A bare shoulder is where it is seen, however high the other one is; what is steeper is the neck's side.
    outwards = {side: np.asarray([(1.0 if side == "left" else -1.0) * STEP_OUT * figure.unit, 0.0]) for side in SIDES}
    falls = {}
    for side in SIDES:
        here, beside = (to_bare_shoulder(person, placed[side] + out, slack) for out in (0.0, outwards[side]))
        steep = np.isfinite(here) and not beside - here < STEEPEST * STEP_OUT * figure.unit
        falls[side] = fall if steep else min(fall, here)
    return {side: placed[side] + np.asarray([0.0, falls[side]], np.float32) for side in SIDES}


def _told_farther_out(person: PersonAnalysis, neck: Points, shoulder: Points, slack: float) -> float:
    """Pixels down from a neck point that hair hides, as the nearest point of the shoulder that is seen tells: cloth
    would stand up beside the neck as a horn. NaN where none is seen."""
    for share in SHOULDER_STEPS:
        shift = _to_silhouette(person, neck + (shoulder - neck) * np.float32(share), slack)
        if np.isfinite(shift):
            return float(np.clip(shift / (1 - share), -slack, slack))
    return np.nan


def with_own_widths(
    pattern: Pattern, neck: Mapping[Side, Points], shoulder: Mapping[Side, Points], scale: float
) -> tuple[dict[Side, Points], dict[Side, Points]]:
    """Neck and shoulder points of a sleeveless garment, nearer to each other where the product's own strap is much
    narrower than what lies between them."""
    inner, outer = dict(neck), dict(shoulder)
    if pattern.sleeves or pattern.bare_shoulders:
        return inner, outer
    for side in SIDES:
        half = (shoulder[side] - neck[side]) / 2
        own = float(np.linalg.norm(pattern.shoulder[side] - pattern.neck[side])) * scale * WIDENED
        share = np.float32(min(own / max(float(np.linalg.norm(2 * half)), 1e-3), 1.0))
        middle = neck[side] + half
        inner[side], outer[side] = ((middle + half * way).astype(np.float32) for way in (-share, share))
    return inner, outer


def to_bare_shoulder(person: PersonAnalysis, point: Points, slack: float) -> float:
    """Pixels down from the point to the first bare skin there, under hair or not: cloth begins no lower. Infinite
    where none begins near, or what is worn stands between: then the skin is the neck's, above its collar."""
    height, width = person.labels.shape
    start = int(np.clip(point[1] - RAISED * slack, 0, height - 1))
    stop = int(np.clip(point[1] + slack, start + 1, height))
    column = person.labels[start:stop, int(np.clip(point[0], 0, width - 1))]
    skin = np.isin(column, BARE)
    first = int(skin.argmax())
    down_to = max(first, round(float(point[1])) - start)
    if not skin.any() or skin[0] or (column[:down_to] == BodyLabel.TOP).any():
        return np.inf
    return float(start + first - COVER_PX - point[1])


def shoulder_line(person: PersonAnalysis, figure: Figure, neck: Points, shoulder: Points) -> Points:
    """The silhouette between neck and shoulder where it is near the straight line, for shoulders are not straight."""
    return _on_silhouette(person, neck + (shoulder - neck) * SHOULDER_STEPS[:, None], SHOULDER_SLACK * figure.unit)


def _on_silhouette(person: PersonAnalysis, points: Points, slack: float) -> Points:
    """The points on the silhouette above or below them, moved by about `slack` pixels at most."""
    shifts = np.asarray([0.0, *(_to_silhouette(person, point, slack) for point in points), 0.0])
    # Between those that are seen, and the ends of the line, it is even where hair hides it.
    seen, places = np.isfinite(shifts), np.concatenate([[0.0], SHOULDER_STEPS, [1.0]])
    even = np.interp(SHOULDER_STEPS, places[seen], shifts[seen]).astype(np.float32)
    return points.astype(np.float32) + np.stack([np.zeros_like(even), even], axis=1)


def _to_silhouette(person: PersonAnalysis, point: Points, slack: float) -> float:
    """Pixels down from the point to the silhouette; NaN where there is none near. Up, it is followed farther where it
    is skin than where it is cloth: collars, straps and frills of what is worn only raise it."""
    height, width = person.labels.shape
    start = int(np.clip(point[1] - 2 * slack, 0, height - 1))
    stop = int(np.clip(point[1] + 2 * slack, start + 1, height))
    column = person.labels[start:stop, int(np.clip(point[0], 0, width - 1))]
    run = np.isin(column, SHOULDERS)
    if run[0] or not run.any():
        return np.nan
    first = int(run.argmax())
    if column[first - 1] == BodyLabel.HAIR:
        # What is seen below hair that lies on a shoulder is not the shoulder's edge.
        return np.nan
    upwards = slack / 2 if column[first] == BodyLabel.TOP else 1.5 * slack
    return float(np.clip(start + first - COVER_PX - point[1], -upwards, slack))
