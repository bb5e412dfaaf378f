"""Looks at neck and limbs by the colour of this person's skin: what is there must be skin or cloth and nothing else."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.analysis import BodyLabel, Joint
from tryon.engines.local.check_view import SHOULDERS, UNIT_PX, Judged, View, around, square_units, without_specks
from tryon.engines.local.raster import among

FOREIGN: Final = 0.28
"""Log ratio beyond the seen skin's range from which a colour is no skin of this person in any light."""
SOLID: Final = 0.6
"""Opacity from which a pixel shows the person and hardly the background."""
RIM_UNITS: Final = 0.02
"""The rim of cloth and hair, where colours mix."""
THROAT_UNITS: Final = 0.25
"""The throat is looked at from the chin to so far below the shoulder joints, unless cloth begins before."""
CHIN_UNITS: Final = 0.12
"""Half the width of the chin."""
STEPS: Final = 60
"""Points at which each bone is looked at."""
ALONG: Final = (0.05, 0.97)
"""Part of a bone that is looked at: joints lie in the middle of shoulder and hand."""
ASIDE_UNITS: Final = 0.11
"""The joints of legs are found so far beside their middle, where legs stand close."""
SEEN: Final = 0.5
"""Least visibility of a limb's joints: nothing is told of an arm behind the back."""
ARMS: Final = (
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
)
LEGS: Final = (
    (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
)


def foreign_at_neck(view: View, dressed: Judged) -> float:
    """Square units between chin and new neckline that are neither skin nor hair nor cloth: an old collar, a hood."""
    figure = dressed.figure
    chin, scale = figure.chin * view.scale, np.float32(view.scale)
    low = view.points[SHOULDERS].mean(axis=0) + np.asarray([0.0, THROAT_UNITS * UNIT_PX], np.float32)
    aside = np.asarray([CHIN_UNITS * UNIT_PX, 0.0], np.float32)
    ring = np.stack(
        [chin - aside, figure.neck_root["right"] * scale, low, figure.neck_root["left"] * scale, chin + aside]
    )
    throat = np.zeros(view.labels.shape, np.uint8)
    cv2.fillConvexPoly(throat, cv2.convexHull(np.rint(ring).astype(np.int32)), 1)
    bare = (throat > 0) & (view.matte > SOLID) & (view.rows > chin[1])
    bare &= ~around((view.cloth > 0.15) | (view.labels == BodyLabel.HAIR), RIM_UNITS)
    bare &= ~among(view.labels, (BodyLabel.HEAD, BodyLabel.CARRIED))
    return square_units(without_specks(bare & (view.unlike_skin > FOREIGN), 2))


def limb_gap(view: View, legs: bool) -> float:
    """Largest share of an arm's (or leg's) middle line, within the old outline, that shows neither cloth nor skin."""
    expected = (BodyLabel.HAND, BodyLabel.HAIR, BodyLabel.CARRIED, BodyLabel.HEAD, BodyLabel.SHOES)
    fine = (view.cloth > 0.3) | (view.unlike_skin < FOREIGN) | (view.matte < 0.5) | among(view.labels, expected)
    fine |= ~view.changed & (view.labels == (BodyLabel.TOP if legs else BodyLabel.BOTTOM))
    if legs:
        fine = cv2.dilate(fine.astype(np.uint8), np.ones((1, 2 * round(ASIDE_UNITS * UNIT_PX) + 1), np.uint8)) > 0
    return max((_missing(view, fine, *limb) for limb in (LEGS if legs else ARMS)), default=0.0)


def _missing(view: View, fine: np.ndarray, begin: Joint, bend: Joint, end: Joint) -> float:
    share = np.linspace(*ALONG, STEPS)[:, None]
    bones = ((view.points[one], view.points[other]) for one, other in ((begin, bend), (bend, end)))
    column, row = np.rint(np.vstack([a + (b - a) * share for a, b in bones])).astype(int).T
    inside = (row >= 0) & (column >= 0) & (row < fine.shape[0]) & (column < fine.shape[1])
    return float((~fine[row[inside], column[inside]]).mean()) if inside.sum() > STEPS / 4 else 0.0
