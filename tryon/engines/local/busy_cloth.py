"""Where old cloth is patterned: plaid, stripes, flowers and prints, whose contrast must not be taken for shading.

Folds change lightness gently and hue hardly at all; paint does both at sharp edges, and many of them close together.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Opacity, Picture
from tryon.engines.local.fill import smooth_known
from tryon.engines.local.linear import luminance, to_linear
from tryon.engines.local.raster import bits, shrunk

SHEEN: Final = 0.025
"""Linear light that every cloth returns whatever its dye; without it the folds of black cloth come out too deep."""
NOISE_PX: Final = 0.8
"""Standard deviation that evens out the camera's noise before edges are looked for."""
RIM_PX: Final = 3
"""So far inside the outline the background and the outline's own edge no longer count."""
USUAL_UNIT_PX: Final = 140.0
"""Size of the body's unit at which the two limits below hold."""
AROUND_UNITS: Final = 0.10
"""Standard deviation over which edges are counted: wider than one crease, narrower than a print."""
PLAIN: Final = 0.15
BUSY: Final = 0.27
"""Mean change per pixel of the logarithms of light and hue: all plain cloth, jeans too, lies below the first as a
whole, plaid, stripes, camouflage and all-over prints above the second."""
SOFT_UNITS: Final = 0.03
STRETCH_UNITS: Final = 0.08
"""Standard deviation of the least fold, and of the stretch of cloth over which a fold keeps its direction."""


def busyness(cloth: Picture, inner: NDArray[np.bool_], unit: float) -> Opacity:
    """0 where the cloth seen in `inner` is plain, 1 where it is patterned; nothing outside `inner` counts."""
    core = shrunk(bits(inner), RIM_PX).astype(np.float32)
    light = to_linear(cv2.GaussianBlur(cloth, (0, 0), NOISE_PX))
    logs = np.log(light + SHEEN)
    planes = (np.log(luminance(light) + SHEEN), logs[..., 0] - logs[..., 1], logs[..., 2] - logs[..., 1])
    lightness, *hue = (_steepness(plane) for plane in planes)
    edges = np.sqrt(lightness) + np.sqrt(hue[0] + hue[1])
    mean = smooth_known(edges * np.float32(unit / USUAL_UNIT_PX), core, AROUND_UNITS * unit)
    return np.clip((mean - PLAIN) / (BUSY - PLAIN), 0.0, 1.0).astype(np.float32)


def directedness(relief: NDArray[np.float32], weight: Opacity, unit: float) -> float:
    """1 where what varies on the cloth runs in one direction wherever one looks, as folds do; below a half where it is
    as likely to vary in any, as acid wash, wear and lace do. `weight` says which pixels count."""
    soft = cv2.resize(cv2.GaussianBlur(relief * weight, (0, 0), SOFT_UNITS * unit), None, fx=0.5, fy=0.5)
    counts = cv2.resize(weight, soft.shape[::-1], interpolation=cv2.INTER_AREA)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *way, ksize=3) for way in ((1, 0), (0, 1)))
    around = STRETCH_UNITS * unit / 2
    xx, yy, xy = (cv2.GaussianBlur(one * two * counts, (0, 0), around)
                  for one, two in ((across, across), (down, down), (across, down)))  # fmt: skip
    directed = np.hypot(xx - yy, 2 * xy)[counts > 0.5].sum()
    return float(directed / max(float((xx + yy)[counts > 0.5].sum()), 1e-9))


def _steepness(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared change per pixel."""
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    down = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    return np.asarray(across * across + down * down, np.float32)
