"""Pictures of pale, plain products: their folds are seen and, enlarged, as sharp as those around them.

Pale cloth that was photographed for a bright page has hardly any light and shade left, and looks like paper. Its noise
is evened, and the folds are deepened to what is usual on worn cloth. Enlarged, what is left spreads over several pixels
each, and makes a fuzzy garment beside a sharp person: every edge is made as steep as it can be between the values on
its two sides, so that none overshoots. Patterns and stronger folds need none of it and stay as they are.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture
from tryon.engines.local.raster import bits, blurred, reduced, resized

FROM: Final = 1.25
FULL: Final = 2.2
"""Enlargement at which edges are sharpened, and from which that is done in full."""
NOISE: Final = 7.5
"""8-bit levels (standard deviation): neighbours that differ by less are evened out."""
STEEPER: Final = 1.2
TIMES: Final = 2
"""So many times the difference from the surroundings is added, held between their values, and this so often."""
EDGE_PX: Final = 0.7
CALM_PX: Final = 0.45
"""How far these surroundings reach, and over how much an edge is calmed before, in pixels of the product's picture."""
FOLDS: Final = (0.004, 0.03)
"""Standard deviations, of the picture's longer side, between which differences in light are folds."""
USUAL_FOLDS: Final = 0.028
"""How much the light of cloth varies with its folds, as a share of it: in pictures of products 0.03 and far more, of
overexposed ones 0.007."""
REDUCED: Final = 0.25
"""The broader of the two is found at this size."""
MOST_DEEPENED: Final = 4.0
BRIGHTER: Final = 0.5
"""Of what is brighter than around it, so much is added: near white there is no more room."""
PALE: Final = (0.62, 0.8)
"""Lightness, of 1, of cloth for which nothing of this is done, and all of it."""


def with_usual_folds(picture: Picture, opacity: NDArray[np.uint8]) -> Picture:
    """The picture with the folds of pale, plain cloth as deep as usual; `opacity` (0..255) tells where it is."""
    folds, deeper = _flat_folds(picture, opacity)
    return picture if folds is None else _deepened(picture, folds, deeper)


def folds_seen(picture: Picture, opacity: NDArray[np.uint8]) -> float:
    """How deep the folds of pale, plain cloth are, as a share of what is usual; 1 of any other cloth."""
    return 1.0 / (1.0 + _flat_folds(picture, opacity)[1])


def enlarged_crisply(picture: Picture, opacity: NDArray[np.uint8], size: tuple[int, int]) -> Picture:
    """The same at (width, height), which is larger, with edges as sharp as those around it."""
    factor = size[0] / picture.shape[1]
    share = float(np.clip((factor - FROM) / (FULL - FROM), 0.0, 1.0))
    folds, deeper = _flat_folds(picture, opacity)
    if folds is None:
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    even = _deepened(picture, folds, deeper)
    enlarged = np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    light = cv2.cvtColor(enlarged, cv2.COLOR_RGB2GRAY).astype(np.float32)
    # Calm along every edge first, or the steps of the product's pixels would be made steep, too.
    calm = cv2.GaussianBlur(light, (0, 0), CALM_PX * factor)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(EDGE_PX * factor) + 1,) * 2)
    least, most = cv2.erode(calm, around), cv2.dilate(calm, around)
    for _ in range(TIMES):
        calm = np.clip(calm + STEEPER * (calm - cv2.GaussianBlur(calm, (0, 0), EDGE_PX * factor)), least, most)
    lighter = np.rint((calm - light) * np.float32(share)).astype(np.int16)
    return np.asarray(cv2.add(enlarged, cv2.merge([lighter] * 3), dtype=cv2.CV_8U), np.uint8)


def _deepened(picture: Picture, folds: NDArray[np.float32], deeper: float) -> Picture:
    even = cv2.bilateralFilter(picture, 5, NOISE, 1.5)
    # A seam or the shade at a crotch is as deep as usual already; deeper, it would be a stain.
    usual = np.float32(USUAL_FOLDS * 255)
    added = deeper * folds * np.where(folds > 0, BRIGHTER, 1.0) / (1.0 + (folds / usual) ** 2)
    added = np.rint(added).astype(np.int16)
    return np.asarray(cv2.add(even, cv2.merge([added] * 3), dtype=cv2.CV_8U), np.uint8)


def _flat_folds(picture: Picture, opacity: NDArray[np.uint8]) -> tuple[NDArray[np.float32] | None, float]:
    """The folds' light as differences in 8-bit levels, and how much of them is to be added; None where the cloth is not
    pale, or its folds or its pattern are as strong as usual."""
    worn = opacity > 200
    inner = cv2.erode(bits(worn), np.ones((5, 5), np.uint8)) > 0
    light = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    middle = float(np.median(light[inner])) if inner.any() else 0.0
    pale = float(np.clip((middle / 255 - PALE[0]) / (PALE[1] - PALE[0]), 0.0, 1.0))
    if pale == 0.0:
        return None, 0.0
    weight, longer = worn.astype(np.float32), max(light.shape)
    fine = _within(light, weight, FOLDS[0] * longer)
    small, less = (reduced(field, REDUCED) for field in (light, weight))
    broad = resized(_within(small, less, FOLDS[1] * longer * REDUCED), light.shape)
    folds = np.where(worn, fine - broad, 0.0).astype(np.float32)
    varied = float(folds[inner].std()) / middle
    if varied >= USUAL_FOLDS:
        return None, 0.0
    return folds, pale * (float(np.clip(USUAL_FOLDS / max(varied, 1e-3), 1.0, MOST_DEEPENED)) - 1.0)


def _within(light: NDArray[np.float32], weight: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """The light around each pixel, of the garment's own alone."""
    near = np.maximum(blurred(weight, sigma), np.float32(1e-3))
    return np.asarray(blurred(light * weight, sigma) / near, np.float32)
