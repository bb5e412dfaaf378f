"""The lenses of glasses in a product picture: where they are, how they tint what is behind, how much they mirror."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import Opacity
from tryon.engines.local.ground import Lab, Mask
from tryon.engines.local.linear import Linear, luminance
from tryon.engines.local.raster import bits, disc

CLEAR_SHARE: Final = 0.35
"""Of the largest circle in one half of the glasses: with more of it like the ground, the lens is clear."""
CROSSED: Final = 0.04
"""Of a clear lens' area: what is not seen like the ground there is a temple."""
SEED: Final = 0.45
"""Of the circle's radius: surely lens."""
LEAST_PIECE: Final = 0.02
"""Of the circle's area: a smaller piece of ground between frame and temple is no part of the lens."""
UNEVEN: Final = 0.55
"""The smaller lens' radius over the larger one's: less is no pair of glasses seen from the front."""
EDGE_PX: Final = 3
"""Pixels this near a lens' edge mix frame and lens."""
FIT_ROUNDS: Final = 6
LEAST_SPREAD: Final = 0.04
"""Natural logarithm of light: the noise of a plain lens."""
DARKEST: Final = 0.004
"""Linear light."""
MIRRORED_LIGHT: Final = 0.05
"""Linear light that glass and its coating return by themselves: all that is seen of dark ones."""
COATED: Final = (0.20, 0.05)
"""Transmission of the darkest channel: from the second to the first a strong colour is ever less a mirror's."""
COLOURFUL: Final = (0.5, 0.7)
"""The channels' difference relative to the brightest one, likewise: brown and grey glass stays below."""
MOST_SURFACE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Lens:
    area: Mask
    centre: tuple[float, float]
    clear: bool
    """Whether the ground is seen in it nearly unchanged."""
    crossed: bool
    """Whether a folded temple is seen through it."""


def find_lenses(lab: Lab, solid: Mask, unlike: Mask) -> tuple[Lens, Lens]:
    """The lens at the picture's left and the one at its right. `solid` is frame and lenses without gaps, `unlike`
    where the picture differs from the ground. Raises GarmentNotFound where there are no two of a size."""
    columns = np.flatnonzero(solid.any(axis=0))
    middle = int((columns[0] + columns[-1]) // 2)
    depth = cv2.distanceTransform(np.pad(bits(solid), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    halves = [np.zeros(solid.shape, bool), np.zeros(solid.shape, bool)]
    halves[0][:, :middle], halves[1][:, middle:] = True, True
    circles = [_largest_circle(depth, half) for half in halves]
    radii = [radius for _, radius in circles]
    if min(radii) < UNEVEN * max(radii) or min(radii) < 0.05 * len(columns):
        raise GarmentNotFound(reason="no_two_lenses")
    found = [_lens(lab, solid & half, unlike, *circle) for half, circle in zip(halves, circles, strict=True)]
    return found[0], found[1]


def _largest_circle(depth: NDArray[np.float32], half: Mask) -> tuple[tuple[int, int], float]:
    _, radius, _, spot = cv2.minMaxLoc(depth, bits(half))
    return (int(spot[0]), int(spot[1])), float(radius)


def _lens(lab: Lab, solid: Mask, unlike: Mask, spot: tuple[int, int], radius: float) -> Lens:
    circle = np.zeros(solid.shape, np.uint8)
    cv2.circle(circle, spot, max(2, round(0.8 * radius)), 1, -1)
    clear = float((~unlike)[circle > 0].mean()) > CLEAR_SHARE
    area = _like_ground(solid & ~unlike, circle) if clear else _inside_the_rim(lab, solid, spot, radius)
    hull = _hull(area) & solid
    rows, columns = np.nonzero(hull)
    centre = ((columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2)
    crossed = clear and float(unlike[cv2.erode(bits(hull), disc(EDGE_PX)) > 0].mean()) > CROSSED
    return Lens(hull, (float(centre[0]), float(centre[1])), clear, crossed)


def _like_ground(ground_inside: Mask, circle: NDArray[np.uint8]) -> Mask:
    """The pieces of ground inside the rim; folded temples may part them."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(bits(ground_inside), connectivity=4)
    large = stats[:, cv2.CC_STAT_AREA] > LEAST_PIECE * circle.sum()
    touched = np.zeros(len(stats), bool)
    touched[np.unique(pieces[circle > 0])] = True
    touched[0] = False
    return (large & touched)[pieces]


def _inside_the_rim(lab: Lab, solid: Mask, spot: tuple[int, int], radius: float) -> Mask:
    """From the middle outwards to the strongest edge before the outline: where the rim begins."""
    markers = np.zeros(solid.shape, np.int32)
    markers[~solid] = 3
    rim = solid & (cv2.erode(bits(solid), np.ones((3, 3), np.uint8), borderValue=0) == 0)
    markers[rim] = 2
    seed = np.zeros(solid.shape, np.uint8)
    cv2.circle(seed, spot, max(2, round(SEED * radius)), 1, -1)
    markers[seed > 0] = 1
    coded = np.clip(lab * (2.55, 1, 1) + (0, 128, 128), 0, 255).astype(np.uint8)
    flooded = cv2.watershed(coded, markers)
    return np.asarray(flooded == 1)


def _hull(area: Mask) -> Mask:
    """Lenses bulge outwards everywhere: what a temple behind it or a lamp in it took away is given back."""
    spots = cv2.findNonZero(cv2.morphologyEx(bits(area), cv2.MORPH_OPEN, disc(2)))
    if spots is None:
        raise GarmentNotFound(reason="no_two_lenses")
    filled = np.zeros(area.shape, np.uint8)
    cv2.fillConvexPoly(filled, cv2.convexHull(spots), 1)
    return filled > 0


def lens_tint(ratio: Linear, lens: Lens) -> tuple[Linear, Opacity]:
    """What the lens makes of white light, (h, w, 3), and the share of it that is its own surface.

    `ratio` is the picture over the ground in linear light. Its colour is smooth, from top to bottom at most; lamps
    mirrored in it stay, temples and edges seen through it do not.
    """
    smooth = _smooth_tint(ratio, lens.area)
    mean = np.exp(np.log(np.maximum(smooth, DARKEST)).mean(axis=2))
    dense = np.minimum(MIRRORED_LIGHT / np.maximum(luminance(smooth), DARKEST), 1) * (1 - mean)
    least, most = smooth.min(axis=2), smooth.max(axis=2)
    coated = np.clip((COATED[0] - least) / (COATED[0] - COATED[1]), 0, 1)
    coated *= np.clip(((most - least) / most - COLOURFUL[0]) / (COLOURFUL[1] - COLOURFUL[0]), 0, 1)
    surface = MOST_SURFACE * np.maximum(dense, coated)
    inner = cv2.erode(bits(lens.area), disc(EDGE_PX)) > 0
    lamps = np.where(inner[..., None], np.maximum(ratio - smooth, 0), 0)
    # On a clear lens the ground's own unevenness would look like a stain.
    lamps *= np.clip((surface - 0.1) / 0.3, 0, 1)[..., None]
    return np.clip(smooth + lamps, 0, 1).astype(np.float32), surface.astype(np.float32)


def _smooth_tint(ratio: Linear, area: Mask) -> Linear:
    """A surface of third degree from top to bottom, second across, fitted to what most of the lens looks like."""
    rows, columns = np.nonzero(area)
    top, left = rows.min(), columns.min()
    tall, wide = max(int(np.ptp(rows)), 1), max(int(np.ptp(columns)), 1)
    inner = cv2.erode(bits(area), disc(EDGE_PX)) > 0
    y, x = np.nonzero(inner if inner.sum() > 200 else area)
    step = max(1, len(y) // 4000)
    y, x = y[::step], x[::step]
    light = np.log(np.maximum(ratio[y, x], DARKEST))
    terms = _terms((x - left) / wide, (y - top) / tall)
    weight = np.ones(len(terms))
    for _ in range(FIT_ROUNDS):
        found, *_ = np.linalg.lstsq(terms * weight[:, None], light * weight[:, None], rcond=None)
        rest = np.abs(light - terms @ found).max(axis=1)
        spread = max(1.4826 * float(np.median(rest)), LEAST_SPREAD)
        weight = np.clip(1 - (rest / (3 * spread)) ** 2, 0, 1)
    fitted = np.ones_like(ratio)
    values = np.exp(_terms((columns - left) / wide, (rows - top) / tall) @ found)
    fitted[rows, columns] = np.clip(values, 0, 1)
    return fitted


def _terms(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y, y**3], axis=-1)
