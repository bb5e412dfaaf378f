"""Looks along the new garment's outline for a rim that belongs neither to it nor to what lies beyond: the old outline
beside the new one, a halo, a shred."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel
from tryon.engines.local.check_view import (
    UNIT_PX,
    Field,
    Mask,
    View,
    around,
    square_units,
    without_specks,
)
from tryon.engines.local.linear import to_lab
from tryon.engines.local.raster import among, bits, highest, length, reduced, resized

NEAREST_PX: Final = 2
"""Nearer to the cloth colours mix."""
RIM_UNITS: Final = 0.05
"""How far beside the cloth a rim is looked for."""
FAR_UNITS: Final = (0.06, 0.25)
"""From here to here beside the cloth the background is compared with."""
WINDOW_UNITS: Final = 0.4
"""Side of the square in which the background is averaged."""
EVEN: Final = 4.0
"""Greatest standard deviation (CIE Lab) of a background before which a rim can be told from what is there."""
DIFFERENT: Final = 10.0
"""CIE Lab distance at which a rim is seen at a glance."""
SKIN: Final = 0.15
"""Log ratio beyond the seen skin's range up to which a colour may be skin in odd light."""
BODY_UNITS: Final = 0.03
"""Around limbs and hair their own edges are no rim of the cloth."""
BROAD_UNITS: Final = 0.12
"""Half the width from which what the photo shows beside the cloth is a garment and not a shred of one."""


def rim_beside_cloth(view: View, old: BodyLabel) -> float:
    """Square units beside the cloth, before an even background, that look like neither."""
    away = cv2.distanceTransform(bits(view.cloth < 0.3), cv2.DIST_L2, 3)
    near = (away >= NEAREST_PX) & (away <= RIM_UNITS * UNIT_PX) & (view.cloth < 0.05) & ~_body(view, old)
    low, high = (units * UNIT_PX for units in FAR_UNITS)
    far = (view.matte < 0.02) & (away > low) & (away < high)
    mean, spread, weight = _surroundings(view, far)
    half = to_lab(reduced(view.after, 0.5))
    different = resized(length(half - mean), near.shape) > DIFFERENT
    even = (resized(spread, near.shape) < EVEN) & (resized(weight, near.shape) > 0.05)
    return square_units(without_specks(near & even & different, 1))


def _body(view: View, old: BodyLabel) -> Mask:
    """What may lie beside the cloth: limbs, hair, things carried, and broad parts of the other garment."""
    limbs = (
        BodyLabel.ARM, BodyLabel.HAND, BodyLabel.HAIR, BodyLabel.HEAD, BodyLabel.NECK, BodyLabel.LEG, BodyLabel.SHOES,
        BodyLabel.CARRIED,
    )  # fmt: skip
    skin = without_specks(view.unlike_skin < SKIN, 4) & (view.matte > 0.3)
    other = view.labels == (BodyLabel.TOP if old == BodyLabel.BOTTOM else BodyLabel.BOTTOM)
    broad = without_specks((other | (view.labels == BodyLabel.TOP)) & ~view.changed, round(BROAD_UNITS * UNIT_PX))
    return around(among(view.labels, limbs) | skin | broad, BODY_UNITS)


def _surroundings(view: View, far: Mask) -> tuple[NDArray[np.float32], Field, Field]:
    """Mean Lab (h/2, w/2, 3), its standard deviation, and the known share of the background around every pixel."""
    colours = to_lab(reduced(view.after, 0.5))
    known = (resized(far.astype(np.float32), colours.shape, cv2.INTER_AREA) > 0.99).astype(np.float32)
    size = (round(WINDOW_UNITS * UNIT_PX / 2),) * 2
    weight = np.asarray(cv2.blur(known, size))
    share = np.maximum(weight, np.float32(1e-3))[..., None]
    mean = cv2.blur(colours * known[..., None], size) / share
    square = cv2.blur(colours**2 * known[..., None], size) / share
    spread = np.sqrt(np.maximum(highest(square - mean**2), 0))
    return mean.astype(np.float32), spread.astype(np.float32), weight.astype(np.float32)
