"""Do the colours where the product should be come from the product?"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart, Picture
from tryon.engines.truth.frame import Mask

Floats = NDArray[np.float32]

COLOURS: Final = 6
"""Of a product, at most; of what is worn, one more."""
WORN_SIDE_PX: Final = 200
"""Longest side of a product's picture when its colours are read: fine patterns mix as they do when worn."""
LIGHT: Final = 26.0
TINT: Final = 11.0
"""Lab distances in lightness, and in hue and saturation, at which a colour is half as likely the product's: folds and
shade change the first, the colour of the light a little of the second."""
BRIGHTER: Final = 14.0
"""The most that all of a product may be lighter or darker than in its own picture."""


def product_colours(product: GarmentAnalysis) -> tuple[Floats, Floats]:
    """Lab colours of the product's outside, (n, 3), and the share of each."""
    scale = min(1.0, WORN_SIDE_PX / max(product.opacity.shape))
    size = (max(1, round(product.opacity.shape[1] * scale)), max(1, round(product.opacity.shape[0] * scale)))
    opacity = cv2.resize(product.opacity, size, interpolation=cv2.INTER_AREA)
    parts = cv2.resize(product.parts, size, interpolation=cv2.INTER_NEAREST)
    picture = cv2.resize(product.picture, size, interpolation=cv2.INTER_AREA)
    worn = (opacity > 0.8) & ~np.isin(parts, (GarmentPart.INNER_BACK, GarmentPart.LENS))
    return _palette(_lab(picture)[worn], COLOURS)


def worn_colours(picture: Picture, worn: Mask) -> tuple[Floats, Floats]:
    """The same of what is seen in the region."""
    return _palette(_lab(picture)[worn], COLOURS + 1)


def nearness(worn: tuple[Floats, Floats], products: list[tuple[Floats, Floats]]) -> float:
    """0..1: how much of what is worn has a colour of the products, and of a product is worn; 1 is all of both."""
    return max(_near(worn, product) for product in [*products, *_together(products)])


def _together(products: list[tuple[Floats, Floats]]) -> list[tuple[Floats, Floats]]:
    if len(products) < 2:
        return []
    shares = [share / len(products) for _, share in products]
    colours = np.concatenate([colours for colours, _ in products])
    return [(colours, np.concatenate(shares).astype(np.float32))]


def _near(worn: tuple[Floats, Floats], product: tuple[Floats, Floats]) -> float:
    """The cheapest way to move the one's shares to the other's colours, what is alike costing nothing."""
    (seen, seen_share), (given, given_share) = worn, product
    lighter = float(np.clip(seen_share @ seen[:, 0] - given_share @ given[:, 0], -BRIGHTER, BRIGHTER))
    apart = seen[:, None] - given[None] - np.array((lighter, 0.0, 0.0), np.float32)
    squared = (apart[..., 0] / LIGHT) ** 2 + (apart[..., 1] ** 2 + apart[..., 2] ** 2) / TINT**2
    alike = np.exp2(-squared)
    return float(0.7 * (seen_share @ alike.max(1)) + 0.3 * (given_share @ alike.max(0)))


def _lab(picture: NDArray[np.uint8]) -> Floats:
    return np.asarray(cv2.cvtColor(picture.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)


def _palette(colours: Floats, most: int) -> tuple[Floats, Floats]:
    """Up to `most` colours that stand for all of them; the same for the same pixels."""
    if len(colours) == 0:
        return np.zeros((1, 3), np.float32), np.ones(1, np.float32)
    samples = np.ascontiguousarray(colours[:: max(1, len(colours) // 4000)], np.float32)
    number = min(most, len(samples))
    cv2.setRNGSeed(1)
    stop = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.5
    _, which, centres = cv2.kmeans(samples, number, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    shares = np.bincount(which.ravel(), minlength=number) / len(samples)
    return np.asarray(centres, np.float32), shares.astype(np.float32)
