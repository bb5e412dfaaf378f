"""A small photo studio: bodies given as height maps, lit by one large lamp from above left, on a plain ground.

Everything is computed in linear light at twice the size (`FINER`) and reduced at the end, so every edge is antialiased.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
Floats = NDArray[np.floating]
Picture = NDArray[np.uint8]
Spots = Sequence[tuple[float, float]]

FINER: Final = 2
"""Drawn at twice the size and reduced."""
LAMP: Final = (-0.38, -0.56, 0.74)
"""Direction to the lamp: left, above, before the product."""
EVEN: Final = 0.42
"""Share of the light that comes from everywhere."""
HOLLOWS: Final = 0.13
HOLLOWS_WIDE: Final = 3.0
"""How much less light reaches what lies a pixel lower than what is around it within so many pixels."""
GRAIN: Final = 0.8
"""Standard deviation of a camera's noise, levels of 255."""


@dataclass(frozen=True)
class Cloth:
    """What a body is made of."""

    colour: Colour
    gloss: float = 0.0
    """Strength of the lamp's reflection; 0 is cloth, 0.05 leather, 0.3 polished plastic."""
    sharp: float = 24.0
    """Exponent of that reflection: how small the highlight is."""
    mottled: float = 0.0
    """How much the colour varies from spot to spot."""


class Studio:
    """A picture in the making. Lengths are in pixels of the finished picture."""

    def __init__(self, width: int, height: int, ground: Colour = (244, 243, 241), seed: int = 5) -> None:
        self.size = (width, height)
        self.shape = (height * FINER, width * FINER)
        self.random = np.random.default_rng(seed)
        x, y = np.meshgrid(np.linspace(-1, 1, self.shape[1]), np.linspace(-1, 1, self.shape[0]))
        vignette = 1 - 0.045 * (x * x + y * y) - 0.02 * (x + y)
        self.light = (linear(ground) * vignette[..., None]).astype(np.float32)

    def grid(self, x: float, y: float, unit: float) -> tuple[Floats, Floats]:
        """Distances from a place to the right and down, in units of so many pixels."""
        rows, columns = np.indices(self.shape, dtype=np.float32)
        return (columns / FINER - x) / np.float32(unit), (rows / FINER - y) / np.float32(unit)

    def area(self, spots: Spots, *, smooth: float = 0.0) -> Floats:
        """The inside of an outline, 0 to 1; `smooth` rounds its corners."""
        canvas = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(canvas, [np.rint(curve(spots, smooth) * FINER * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        return canvas.astype(np.float32) / 255

    def stroke(self, spots: Spots, width: float, *, smooth: float = 0.0) -> Floats:
        canvas = np.zeros(self.shape, np.uint8)
        path = np.rint(curve(spots, smooth, closed=False) * FINER * 16).astype(np.int32)
        cv2.polylines(canvas, [path], False, 255, max(1, round(width * FINER)), cv2.LINE_AA, 4)
        return canvas.astype(np.float32) / 255

    def stitches(self, spots: Spots, *, length: float = 7.0, width: float = 1.6, smooth: float = 0.0) -> Floats:
        """A seam's thread: short dashes along a path."""
        path = curve(spots, smooth, closed=False)
        along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
        canvas = np.zeros(self.shape, np.uint8)
        for start in np.arange(0, along[-1] - length, length * 1.5):
            ends = [[np.interp(s, along, path[:, k]) for k in (0, 1)] for s in (start, start + length)]
            dash = np.rint(np.array(ends) * FINER * 16).astype(np.int32)
            cv2.polylines(canvas, [dash], False, 255, max(1, round(width * FINER)), cv2.LINE_AA, 4)
        return canvas.astype(np.float32) / 255

    def noise(self, size: float, across: float | None = None) -> Floats:
        """Smooth noise around 0 with a standard deviation of 1; its grains measure about `size` × `across`."""
        fine = max(1.0, size * FINER / 6)
        rows, columns = (int(np.ceil(side / fine)) + 8 for side in self.shape)
        raw = self.random.normal(size=(rows, columns)).astype(np.float32)
        raw = cv2.GaussianBlur(raw, (0, 0), (across or size) * FINER / fine / 2, sigmaY=size * FINER / fine / 2)
        full = cv2.resize(raw, self.shape[::-1], interpolation=cv2.INTER_CUBIC)
        return ((full - full.mean()) / full.std()).astype(np.float32)

    def shade(self, area: Floats, strength: float, *, soft: float, shift: tuple[float, float] = (0, 0)) -> None:
        """A shadow of an area on what is there already."""
        dark = blurred(moved(area, shift), soft)
        if dark.any():
            part = _around(dark)
            self.light[part] *= (1 - strength * dark[part])[..., None]

    def put(self, area: Floats, height: Floats, cloth: Cloth, *, tint: Floats | None = None) -> None:
        """Lay a body down. `height` in pixels; `tint` multiplies the colour, per pixel or per channel of it."""
        part = _around(area)
        own = linear(cloth.colour)[None, None] * np.ones((*area[part].shape, 1), np.float32)
        if cloth.mottled:
            spots = 0.6 * self.noise(9) + 0.4 * self.noise(2.5)
            own = own * (1 + cloth.mottled * spots[part])[..., None]
        if tint is not None:
            own = own * (tint[part] if tint.ndim == 3 else tint[part][..., None])
        seen = lit(height[part], own, cloth.gloss, cloth.sharp)
        self.light[part] += (seen - self.light[part]) * area[part][..., None]

    def tone(self, area: Floats, factor: float) -> None:
        """Make an area darker or lighter: seams, folds, thread."""
        if area.any():
            part = _around(area)
            self.light[part] *= (1 + (factor - 1) * area[part])[..., None]

    def picture(self) -> Picture:
        small = cv2.resize(np.clip(self.light, 0, 1), self.size, interpolation=cv2.INTER_AREA)
        noise = self.random.normal(0, GRAIN, small.shape)
        return np.clip(small ** (1 / 2.2) * 255 + noise, 0, 255).astype(np.uint8)


def _around(area: Floats) -> tuple[slice, slice]:
    """The rows and columns of an area, with some room."""
    rows, columns = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
    room = 16 * FINER
    return slice(max(rows[0] - room, 0), rows[-1] + room), slice(max(columns[0] - room, 0), columns[-1] + room)


def lit(height: Floats, own: Floats, gloss: float, sharp: float) -> Floats:
    """What a surface of this height (pixels of the finished picture) and own colour (linear) looks like."""
    across = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) * (FINER / 8)
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) * (FINER / 8)
    long = np.sqrt(across**2 + down**2 + 1)
    lamp = np.asarray(LAMP, np.float32) / np.linalg.norm(LAMP)
    facing = (-across * lamp[0] - down * lamp[1] + lamp[2]) / long
    diffuse = np.clip(0.25 + 0.75 * facing, 0, 1.2) / (0.25 + 0.75 * lamp[2])
    hollow = np.clip(1 + HOLLOWS * (height - blurred(height, HOLLOWS_WIDE)), 0.55, 1.15)
    seen = own * (hollow * (EVEN * (0.55 + 0.45 / long) + (1 - EVEN) * diffuse))[..., None]
    if gloss:
        half = lamp + np.array((0, 0, 1), np.float32)
        half /= np.linalg.norm(half)
        mirror = np.clip((-across * half[0] - down * half[1] + half[2]) / long, 0, 1)
        seen = seen + (gloss * mirror**sharp)[..., None]
    return seen.astype(np.float32)


def domed(area: Floats, radius: float) -> Floats:
    """The height of a body whose rim is rounded with this radius, flat further inside."""
    edge = radius * FINER
    deep = np.minimum(cv2.distanceTransform((area > 0.5).astype(np.uint8), cv2.DIST_L2, 5), edge)
    return blurred(np.sqrt(np.maximum(edge**2 - (edge - deep) ** 2, 0)).astype(np.float32) / FINER, radius * 0.16)


def tube(area: Floats, flat: float = 1.0) -> Floats:
    """The height of an upright body that is round in every row; `flat` shares of a circle's height."""
    solid = area > 0.5
    rows = np.flatnonzero(solid.any(axis=1))
    nearest = solid[np.clip(np.arange(len(area)), rows[0] + 3, rows[-1] - 3)]
    first, last = nearest.argmax(axis=1), area.shape[1] - 1 - nearest[:, ::-1].argmax(axis=1)
    middle, half = (first + last) / 2, np.maximum((last - first) / 2, 1)
    out = (np.arange(area.shape[1], dtype=np.float32)[None] - middle[:, None]) / half[:, None]
    height = np.sqrt(np.clip(1 - out**2, 0.01, 1)) * half[:, None] * (flat / FINER)
    return blurred(height.astype(np.float32), 2.5)


def curve(spots: Spots, smooth: float = 0.0, closed: bool = True) -> NDArray[np.float64]:
    """(N, 2) a dense path through an outline, its corners rounded by about `smooth` pixels."""
    ring = np.asarray(spots, np.float64)
    ring = np.vstack([ring, ring[:1]]) if closed else ring
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
    dense = np.stack([np.interp(np.arange(0, along[-1], 1.0), along, ring[:, k]) for k in (0, 1)], axis=1)
    if smooth <= 0 or len(dense) < 4:
        return dense if closed else np.vstack([dense, ring[-1:]])
    pad = min(round(3 * smooth), len(dense) - 1)
    ends = (
        (dense[-pad:], dense[:pad])
        if closed
        else (2 * dense[0] - dense[pad:0:-1], 2 * dense[-1] - dense[-2 : -pad - 2 : -1])
    )
    path = np.vstack([ends[0], dense, ends[1]])
    reach = np.arange(-pad, pad + 1)
    weights = np.exp(-0.5 * (reach / smooth) ** 2)
    weights /= weights.sum()
    return np.stack([np.convolve(path[:, k], weights, "same")[pad:-pad] for k in (0, 1)], axis=1)


def mirrored(half: Spots, middle: float) -> list[tuple[float, float]]:
    """An outline from its right half, given as distances from the middle, from its top to its bottom."""
    return [(middle + x, y) for x, y in half] + [(middle - x, y) for x, y in half[::-1]]


def blurred(values: Floats, sigma: float) -> Floats:
    """A wide blur is made on a smaller picture, where it looks the same and costs little."""
    factor = max(1, int(sigma * FINER / 4))
    if factor == 1:
        return cv2.GaussianBlur(values, (0, 0), sigma * FINER) if sigma > 0 else values
    size = (values.shape[1] // factor, values.shape[0] // factor)
    small = cv2.GaussianBlur(cv2.resize(values, size, interpolation=cv2.INTER_AREA), (0, 0), sigma * FINER / factor)
    return cv2.resize(small, values.shape[::-1], interpolation=cv2.INTER_CUBIC)


def moved(values: Floats, shift: tuple[float, float]) -> Floats:
    move = np.array(((1, 0, shift[0] * FINER), (0, 1, shift[1] * FINER)), np.float32)
    return cv2.warpAffine(values, move, values.shape[::-1])


def linear(colour: Colour) -> Floats:
    return ((np.array(colour) / 255) ** 2.2).astype(np.float32)
