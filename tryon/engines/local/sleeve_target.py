"""Where a sleeve comes to lie on the arm: its cross sections from the armhole to the product's cuff."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.base import TryOnOptions
from tryon.engines.local.analysis import Points, Sleeve
from tryon.engines.local.figure import ARM_STATIONS, Arm, Widths
from tryon.engines.local.pattern import RIBS, SleeveOutline
from tryon.engines.local.torso_target import COVER_PX, worn_half_width

SAME_SLEEVE = 0.42
"""A garment whose width is within this share of the old silhouette's fills it exactly; beyond, it differs by so much
less."""

THREE_QUARTERS = 0.9
"""A long sleeve shorter than this share of neck to side hem ends before the wrist; others reach it."""

INNER_SEAM_WORN = 0.7
"""At least this share of a sleeve's inner seam is seen below the armpit."""


def place_sleeve(
    arm: Arm, source: SleeveOutline, garment_length: float, sleeve: Sleeve, tip: Points, armpit: Points, scale: float,
    options: TryOnOptions,
) -> SleeveOutline:  # fmt: skip
    """A sleeve's cross sections along the arm, from the armhole to the product's cuff."""
    end = _sleeve_end(arm, source, garment_length, sleeve, tip, scale)
    flat = source.half_widths * scale
    begin = _station_of(arm, armpit)
    inner_end = max(end, begin + INNER_SEAM_WORN * source.inner_length * scale / arm.length)
    share = np.linspace(0.0, 1.0, RIBS)
    outer = _edge(arm, share * end, flat, (arm.outward, arm.outer, arm.bare_outer), options)
    inner = _edge(arm, begin + (inner_end - begin) * share, flat, (arm.inward, arm.inner, arm.bare_inner), options)
    fade = np.clip(1 - share * end / 0.3, 0.0, 1.0)[:, None] ** 2
    outer = outer + (tip - outer[0]) * fade
    inner = inner + (armpit - inner[0]) * (1 - share[:, None]) ** 2
    return SleeveOutline(outer.astype(np.float32), inner.astype(np.float32))


def _edge(
    arm: Arm, stations: NDArray[np.floating], flat: NDArray[np.floating], edge: tuple[Points, Widths, Widths],
    options: TryOnOptions,
) -> Points:  # fmt: skip
    """One edge of a sleeve at the given stations: the old sleeve's edge where it is like it, else the arm's and the
    product's own. `edge` holds direction, silhouette and skin on one side of the arm."""
    direction, seen, bare = edge
    own = worn_half_width(np.interp(stations, ARM_STATIONS, bare), flat, options)
    old = np.interp(stations, ARM_STATIONS, seen)
    kept = np.clip(old + COVER_PX, own * (1 - SAME_SLEEVE), own * (1 + SAME_SLEEVE))
    share = np.clip((np.interp(stations, ARM_STATIONS, arm.covered) - 0.3) / 0.4, 0.0, 1.0)
    half = np.asarray([own + (kept - own) * share], np.float32)
    half = cv2.GaussianBlur(half, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)[0]
    across = np.stack([np.interp(stations, ARM_STATIONS, direction[:, i]) for i in (0, 1)], axis=1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-3)
    return (_along_arm(arm, stations) + across * half[:, None]).astype(np.float32)


def _along_arm(arm: Arm, stations: NDArray[np.floating]) -> Points:
    """Points of the arm's middle line, continued straight beyond the wrist."""
    path = np.stack([np.interp(stations, ARM_STATIONS, arm.path[:, i]) for i in (0, 1)], axis=1)
    beyond = np.maximum(stations - 1.0, 0.0)[:, None] * (len(ARM_STATIONS) - 1)
    return (path + (arm.path[-1] - arm.path[-2]) * beyond).astype(np.float32)


def _station_of(arm: Arm, point: Points) -> float:
    """The station of the upper arm nearest to a point."""
    upper = len(ARM_STATIONS) // 2
    return float(ARM_STATIONS[np.linalg.norm(arm.path[:upper] - point, axis=1).argmin()])


def _sleeve_end(
    arm: Arm, source: SleeveOutline, garment_length: float, sleeve: Sleeve, tip: Points, scale: float
) -> float:
    """The station of the arm at which the sleeve ends."""
    if sleeve == "long" and source.outer_length > THREE_QUARTERS * garment_length:
        return arm.cuff + 0.02 if arm.cuff >= 0.86 else 0.98
    above = 0.6 * float(np.linalg.norm(tip - arm.path[0]))
    return float(np.clip((0.95 * source.outer_length * scale - above) / arm.length, 0.10, 0.92))
