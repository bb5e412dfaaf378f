"""Clothes in the colours of the wall behind them: there what is worn is compared with the wall alone.

A plain wall has one colour and the person many, so that any pixel near the wall's colour is far likelier the wall's; a
white sleeve before a white wall would be bitten as far as its folds. Where a part of the person beside it is near that
colour too, that part is compared with the wall on its own, without buttons, hair and skin.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Points
from tryon.engines.local.body import ARMS, Body
from tryon.engines.local.nearby_colours import fit_nearby
from tryon.engines.local.raster import box_of

OUTWARDS: Final = 0.35
"""Shoulder widths from the upper arm's line to its outer side: as wide as sleeves are there."""
INWARDS: Final = 0.2
"""The same to the inner side at the shoulder, where it is body; at the elbow none, for gaps may begin there."""
ABOVE: Final = 0.1
"""Shoulder widths over the joint in which the shoulder ends."""
ALIKE: Final = 1.0
"""Log odds below which a sample of the person has the wall's colours."""
LEAST_SHARE: Final = 0.01
"""As many samples beside the arms, for their area, look like the wall at least where any of this matters."""
LEAST: Final = 1e-5

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


def beside_upper_arms(body: Body) -> Mask:
    """(h, w) of the body's picture: the outer sides of both upper arms, where no gap lies between arm and body."""
    area = np.zeros(body.shape, np.uint8)
    for side, (shoulder, elbow, _) in ARMS.items():
        cv2.fillConvexPoly(area, np.rint(_outer_side(body, side, body[shoulder], body[elbow])).astype(np.int32), 1)
    return area > 0


def _outer_side(body: Body, side: str, shoulder: Points, elbow: Points) -> Points:
    along = (elbow - shoulder) / np.float32(np.linalg.norm(elbow - shoulder) or 1.0)
    out = np.asarray((along[1], -along[0]), np.float32) * (body.width if side == "left" else -body.width)
    start = shoulder - ABOVE * body.width * along
    return np.stack([start - INWARDS * out, elbow, elbow + OUTWARDS * out, start + OUTWARDS * out])


def with_what_is_like_the_wall(
    lab: Floats, odds: Floats, wall: Floats, inside: Mask, reach: int, area: Mask, noise: Floats
) -> Floats:
    """Log odds (h, w) that a pixel is the person's: in the `area` no lower than the samples `inside` that look like
    the wall tell on their own.

    `lab` (h, w, 3) is compared with samples within `reach` pixels; `wall` (h, w) is how well the wall explains it, in
    natural logarithms, `noise` (3,) the least variance of colours.
    """
    if not area.any():
        return odds
    alike = inside & (odds < ALIKE)
    box = box_of(area, 2 * reach)
    if alike[box].sum() < LEAST_SHARE * area.sum():
        return odds
    size = (2 * reach + 1,) * 2
    own, whole = (cv2.blur(part[box].astype(np.float32), size) for part in (alike, inside))
    share = np.clip(own / np.maximum(whole, np.float32(LEAST)), np.float32(LEAST), 1.0)
    fit = fit_nearby(np.ascontiguousarray(lab[box]), alike[box], reach, noise)
    least = np.where(fit.known & area[box], fit.likely - wall[box] + np.log(share), -np.inf)
    found = odds.copy()
    np.maximum(found[box], least, out=found[box])
    return found
