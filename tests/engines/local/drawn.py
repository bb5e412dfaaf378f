"""T-shirts drawn on a ground, with their true mask and landmarks: what the garment's readers are measured with."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture

SIDE = 900
MIDDLE = 450
Colour = tuple[int, int, int]

SHORT_SLEEVE = {"cuff_outer": (330, 330), "cuff_inner": (262, 388)}
LONG_SLEEVE = {"cuff_outer": (345, 700), "cuff_inner": (268, 716)}
TORSO = {"neck": (72, 120), "shoulder": (205, 160), "armpit": (192, 300), "hem": (192, 770)}


@dataclass(frozen=True)
class Drawn:
    picture: Picture
    mask: NDArray[np.bool_]
    points: dict[str, tuple[float, float]]


def t_shirt(
    ground: Colour = (238, 236, 232),
    cloth: Colour = (60, 90, 160),
    *,
    sleeve: str = "short",
    shadow: float = 0.25,
    slope: float = 0.0,
    drop: int = 0,
    neck: int = 72,
) -> Drawn:
    """A T-shirt with a rib, seen from the front: `slope` tilts the ground's light, `shadow` is how dark it casts,
    `drop` moves it down, over the picture's lower edge if it is large enough, `neck` is half the neckline's width."""
    side = (
        TORSO
        | {"neck": (neck, 120)}
        | ({"short": SHORT_SLEEVE, "long": LONG_SLEEVE}[sleeve] if sleeve != "none" else {})
    )
    mask = _filled(_outline(side, drop))
    opening = _filled([(MIDDLE + x, y + drop) for x, y in _bow(neck, 120, 60)] + [(MIDDLE, 100 + drop)]) & mask
    picture = _lit_ground(ground, slope)
    picture = _with_shadow(picture, mask, shadow)
    picture = np.where(mask[..., None], _cloth(cloth), picture)
    picture = np.where(opening[..., None], picture * 0.72, picture)
    cv2.polylines(
        picture,
        [np.array([(MIDDLE + x, y + drop) for x, y in _bow(neck + 12, 124, 74)], np.int32)],
        False,
        [0.8 * c for c in cloth],
        2,
        cv2.LINE_AA,
    )
    noise = np.random.default_rng(7).normal(0, 1.2, picture.shape)
    final = np.clip(cv2.GaussianBlur(picture, (0, 0), 0.7) + noise, 0, 255).astype(np.uint8)
    return Drawn(final, mask, _named(side, drop))


def blank(colour: Colour = (240, 240, 240)) -> Picture:
    noise = np.random.default_rng(3).normal(0, 1.0, (400, 400, 3))
    return np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)


def _outline(side: dict[str, tuple[int, int]], drop: int) -> list[tuple[int, int]]:
    order = ["shoulder", "cuff_outer", "cuff_inner", "armpit", "hem"]
    ours = [side[name] for name in order if name in side]
    top = [(x, y) for x, y in _bow(side["neck"][0], 120, 14)]
    right = [(-x, y) for x, y in ours][::-1]
    ring = [(x, y) for x, y in top] + ours + right
    return [(MIDDLE + x, y + drop) for x, y in ring]


def _bow(half: int, y: int, depth: int) -> list[tuple[int, int]]:
    """Half an ellipse hanging between two points of one height, from left to right."""
    t = np.linspace(-1, 1, 41)
    return [(round(half * x), round(y + depth * float(np.sqrt(1 - x * x)))) for x in t]


def _filled(polygon: list[tuple[int, int]]) -> NDArray[np.bool_]:
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(canvas, [np.array(polygon, np.int32)], 1)
    return canvas.astype(bool)


def _lit_ground(colour: Colour, slope: float) -> NDArray[np.float64]:
    light = 1 + slope * (np.linspace(-0.5, 0.5, SIDE)[:, None] + np.linspace(-0.5, 0.5, SIDE)[None])
    return np.array(colour, float) * light[..., None]


def _with_shadow(picture: NDArray[np.float64], mask: NDArray[np.bool_], depth: float) -> NDArray[np.float64]:
    moved = np.roll(mask.astype(np.float32), (9, 5), axis=(0, 1))
    return picture * (1 - depth * cv2.GaussianBlur(moved, (0, 0), 9))[..., None]


def _cloth(colour: Colour) -> NDArray[np.float64]:
    folds = 1 + 0.025 * np.sin(np.linspace(0, 22, SIDE))[None, :] * np.ones((SIDE, 1))
    return np.array(colour, float) * folds[..., None]


def _named(side: dict[str, tuple[int, int]], drop: int) -> dict[str, tuple[float, float]]:
    points = {f"{name}_left": (MIDDLE + x, y + drop) for name, (x, y) in side.items()}
    points |= {f"{name}_right": (MIDDLE - x, y + drop) for name, (x, y) in side.items()}
    points["neck_front"] = (MIDDLE, 180 + drop)
    return {name: (float(x), float(y)) for name, (x, y) in points.items()}


def without_shoulders(sleeve: str = "short") -> Drawn:
    """An off-shoulder top, or with sleeve "none" a strapless one: level from one outer corner to the other."""
    side = {"shoulder": (300, 150), "cuff_outer": (320, 340), "cuff_inner": (220, 352), "armpit": (192, 300)}
    side = {"shoulder": (192, 150)} if sleeve == "none" else side
    side |= {"hem": (200, 640)}
    ours = [side[name] for name in ("shoulder", "cuff_outer", "cuff_inner", "armpit", "hem") if name in side]
    ring = [(MIDDLE + x, y) for x, y in ours] + [(MIDDLE - x, y) for x, y in ours[::-1]]
    mask = _filled(ring)
    picture = np.where(mask[..., None], _cloth((170, 40, 60)), _lit_ground((238, 236, 232), 0.0))
    noise = np.random.default_rng(7).normal(0, 1.2, picture.shape)
    final = np.clip(cv2.GaussianBlur(picture, (0, 0), 0.7) + noise, 0, 255).astype(np.uint8)
    points = _named(side, 0)
    del points["neck_front"]
    return Drawn(final, mask, points)


def ribbed_inside_out(cloth: Colour = (236, 236, 238)) -> Drawn:
    """A T-shirt whose opening shows the seam of the back's ribbing more clearly than the front's own edge."""
    drawn = t_shirt(cloth=cloth, shadow=0.1)
    picture = np.where(drawn.mask[..., None], _cloth(cloth), drawn.picture)
    for depth, darkness, width in ((34, 0.9, 2), (76, 0.93, 3), (90, 0.93, 2)):
        bow = np.array([(MIDDLE + x, y) for x, y in _bow(70, 122, depth)], np.int32)
        cv2.polylines(picture, [bow], False, [darkness * c for c in cloth], width, cv2.LINE_AA)
    return Drawn(np.clip(cv2.GaussianBlur(picture, (0, 0), 0.7), 0, 255).astype(np.uint8), drawn.mask, drawn.points)
