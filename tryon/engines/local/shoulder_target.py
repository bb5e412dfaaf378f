"""How large a top is on this body, and where its shoulder seams and neck points come to lie."""

from collections.abc import Mapping

import numpy as np

from tryon.engines.local.analysis import BodyLabel, PersonAnalysis, Points
from tryon.engines.local.figure import SIDES, TORSO_LEVELS, Figure, Side
from tryon.engines.local.pattern import SHOULDER_STEPS, Pattern

COVER_PX = 1.5
"""The new garment stands out so much beyond the old silhouette, to hide the old garment's edge."""

SHOULDER_SLACK = 0.045
"""The shoulder's outline leaves the straight line from neck to shoulder by at most so much (units)."""

SLEEVELESS_CHEST = 1.3
"""A sleeveless top laid flat is at most this many times as wide as the chest is in front view."""


def garment_scale(figure: Figure, pattern: Pattern) -> float:
    """Photo pixels per garment pixel: shoulder seams end at the shoulder tips."""
    tips = float(np.linalg.norm(figure.shoulder_tip["left"] - figure.shoulder_tip["right"]))
    tips = max(tips, 1.05 * figure.unit)
    by_shoulder = tips / pattern.shoulder_width
    if not pattern.sleeves:
        # Straps and armholes sit anywhere on a shoulder; what holds a sleeveless top is the chest.
        chest = float(np.interp(0.3, TORSO_LEVELS, figure.bare["left"] + figure.bare["right"]))
        by_shoulder = min(by_shoulder, SLEEVELESS_CHEST * chest / pattern.chest_width)
    by_length = 1.62 * figure.torso_length / pattern.length
    return float(np.clip(by_shoulder, by_length * 0.35, by_length))


def place_shoulders(figure: Figure, pattern: Pattern, scale: float) -> dict[Side, Points]:
    """Seam ends: the shoulder tips, nearer to the neck where the product's shoulders are narrower than the body's."""
    tips = float(np.linalg.norm(figure.shoulder_tip["left"] - figure.shoulder_tip["right"]))
    share = float(np.clip(pattern.shoulder_width * scale / tips, 0.5, 1.0))
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
    """Neck points on the shoulder line, as far apart as the product's neckline is wide, never inside the neck."""
    width = float(np.clip(pattern.neck_width * scale, 0.36 * figure.unit, 0.92 * abs(
        shoulder["left"][0] - shoulder["right"][0])))  # fmt: skip
    middle = (figure.neck_root["left"] + figure.neck_root["right"]) / 2
    placed = {}
    for side in SIDES:
        root, tip = figure.neck_root[side], figure.shoulder_tip[side]
        sign = 1.0 if side == "left" else -1.0
        x = float(middle[0] + sign * width / 2)
        along = (x - root[0]) / (tip[0] - root[0] + 1e-6)
        slope = (tip[1] - root[1]) if along > 0 else 0.55 * abs(tip[0] - root[0])
        straight = np.asarray([[x, root[1] + along * slope]], np.float32)
        placed[side] = _on_silhouette(person, straight, SHOULDER_SLACK * figure.unit)[0] if along > 0 else straight[0]
    return placed


def shoulder_line(person: PersonAnalysis, figure: Figure, neck: Points, shoulder: Points) -> Points:
    """The silhouette between neck and shoulder where it is near the straight line, for shoulders are not straight."""
    return _on_silhouette(person, neck + (shoulder - neck) * SHOULDER_STEPS[:, None], SHOULDER_SLACK * figure.unit)


def _on_silhouette(person: PersonAnalysis, points: Points, slack: float) -> Points:
    """The points on the silhouette above or below them, moved by at most `slack` pixels."""
    worn = np.isin(person.labels, (BodyLabel.TOP, BodyLabel.ARM, BodyLabel.NECK))
    height, width = worn.shape
    moved = points.astype(np.float32)
    for point in moved:
        column = worn[:, int(np.clip(point[0], 0, width - 1))]
        start = int(np.clip(point[1] - 2 * slack, 0, height - 1))
        run = column[start : int(np.clip(point[1] + 2 * slack, start + 1, height))]
        if run.any() and not run[0]:
            point[1] = np.clip(start + int(run.argmax()) - COVER_PX, point[1] - slack, point[1] + slack)
    return moved
