"""Long sleeves end over the wrist: what of a hand lies under its own cuff is arm there, and does not cut it off."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, Joint, Opacity, PersonAnalysis, Points, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.pattern import SleeveOutline
from tryon.engines.local.raster import polygon_opacity
from tryon.engines.local.target import Target

AT_THE_WRIST: Final = 0.85
"""Of the arm's length: a sleeve that ends before has no hand under it."""

FRILL_UNITS: Final = 0.06
"""A cuff's frill reaches at most so far beyond its two corners."""

ASIDE: Final = 0.25
"""Of the cuff's width: how far to both sides of it a hand is wider than the wrist."""

COVERED: Final = 0.1
"""A sleeve's opacity from which on it covers the hand: its soft edge included."""

LAST_RIBS: Final = 4
"""Cross sections of the sleeve, from the cuff up, beside which a hand may have been seen."""

KNUCKLES: Final[Mapping[Side, tuple[Joint, Joint, Joint]]] = {
    "left": (Joint.LEFT_WRIST, Joint.LEFT_INDEX, Joint.LEFT_PINKY),
    "right": (Joint.RIGHT_WRIST, Joint.RIGHT_INDEX, Joint.RIGHT_PINKY),
}


def with_hands_in_cuffs(
    person: PersonAnalysis, sleeves: Mapping[Side, Opacity], figure: Figure, target: Target, factor: float
) -> PersonAnalysis:
    """The person with the beginning of each hand, as far as its new sleeve covers it, under the name of the arm.

    `person` and `sleeves`, what each sleeve covers, are `factor` times as large as the frame of figure and target.
    """
    labels = person.labels.copy()
    for side, outline in target.sleeves.items():
        arm = figure.arms[side]
        if float(np.linalg.norm(outline.middle[-1] - arm.path[-1])) > (1 - AT_THE_WRIST) * arm.length:
            continue
        end = _end_of_sleeve(outline, FRILL_UNITS * figure.unit) * np.float32(factor)
        under = (polygon_opacity(labels.shape, end, 0.0) > 0.5) & (sleeves[side] > COVERED)
        rows, columns = np.nonzero(under & (labels == BodyLabel.HAND))
        own = _nearer_to(np.stack([columns, rows], axis=1) / factor, person.pose.points / factor, side)
        labels[rows[own], columns[own]] = BodyLabel.ARM
    return replace(person, labels=labels)


def _end_of_sleeve(outline: SleeveOutline, frill: float) -> Points:
    """The outline of the sleeve's last piece, its cuff's frill and a margin to both sides of it included."""
    outer, inner = outline.outer[-LAST_RIBS:], outline.inner[-LAST_RIBS:]
    aside = (outer - inner) * np.float32(ASIDE)
    along = outline.middle[-1] - outline.middle[-2]
    beyond = along * np.float32(frill / max(float(np.linalg.norm(along)), 1e-3))
    outer, inner = outer + aside, inner - aside
    ring = [*outer, outer[-1] + beyond, inner[-1] + beyond, *inner[::-1]]
    return np.asarray(ring, np.float32)


def _nearer_to(spots: NDArray[np.floating], points: Points, side: Side) -> NDArray[np.bool_]:
    """Which of the spots belong to that side's hand rather than to the other."""
    away = {
        name: np.linalg.norm(spots[:, None] - points[list(joints)][None], axis=2).min(axis=1)
        for name, joints in KNUCKLES.items()
    }
    return np.asarray(away[side] <= away["left" if side == "right" else "right"], np.bool_)
