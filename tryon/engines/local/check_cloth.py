"""Looks at the shape of the new garment in the picture: straps in the air, uneven stretch."""

from typing import Final

import cv2
import numpy as np

from tryon.engines.local.check_view import SHOULDERS, UNIT_PX, Judged, View, around, square_units, without_specks
from tryon.engines.local.raster import reduced, resized

STRAP_UNITS: Final = 0.07
"""Half the width below which cloth is a strap, a frill or a shred."""
CHEST_UNITS: Final = 0.25
"""Straps are looked for down to so far below the shoulder joints."""
BESIDE_UNITS: Final = 0.015
"""A strap so little beyond the old outline still lies on the shoulder."""
MIDDLE_SHARE: Final = (5.0, 95.0)
"""Percentiles between which stretch is compared: a few pixels at the armholes are always strained."""
WARP_STEP: Final = 0.25
"""The maps are smooth: a quarter of their size tells all."""
LEAST_CLOTH_PX: Final = 100
"""Of less cloth no stretch is told."""


def loose_straps(view: View) -> float:
    """Square units of thin cloth at the shoulders that lies on no body: a strap that stands in the air."""
    cloth = view.cloth > 0.5
    thin = cloth & ~without_specks(cloth, round(STRAP_UNITS * UNIT_PX))
    body = around(view.matte > 0.5, BESIDE_UNITS)
    high = view.rows < view.points[SHOULDERS, 1].mean() + CHEST_UNITS * UNIT_PX
    return square_units(thin & ~body & high)


def uneven_stretch(dressed: Judged) -> float:
    """How many times more one part of the torso's cloth is stretched to the side than another: 1 is even."""
    warp = dressed.warp
    where = reduced(warp.torso, WARP_STEP)
    seen = resized(dressed.visible, where.shape, cv2.INTER_AREA) > 0.5
    seen &= resized(warp.torso_area, where.shape, cv2.INTER_AREA) > 0.9
    for sleeve in dressed.cloth.sleeves.values():
        seen &= resized(sleeve, where.shape, cv2.INTER_AREA) < 0.2
    if seen.sum() < LEAST_CLOTH_PX:
        return 1.0
    across, down = (np.linalg.norm(np.gradient(where, axis=axis)[seen], axis=1) for axis in (1, 0))
    low, high = np.percentile(np.log(np.maximum(across, 1e-3) / np.maximum(down, 1e-3)), MIDDLE_SHARE)
    return float(np.exp(high - low))
