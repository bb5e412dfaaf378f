"""Hats drawn as they are photographed for shops: from the front on a plain ground, shaded as round things are."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tryon.demo_products.studio import FINER, Cloth, Colour, Floats, Picture, Studio, blurred, domed

Shape = Literal["beanie", "cap", "brim", "bucket", "headband"]
Mask = NDArray[np.bool_]

WIDTH, HEIGHT = 760, 578
PX_A_MM = 1.75
BASE = 0.6
"""Of the picture's height: where the crown meets the head."""
CROWN_MM = {"beanie": 186.0, "cap": 184.0, "brim": 172.0, "bucket": 174.0, "headband": 180.0}
"""Width of the crown there."""


@dataclass(frozen=True)
class Hat:
    shape: Shape
    colour: Colour
    trim: Colour
    """Cuff, visor or band."""
    ground: Colour = (244, 243, 241)
    shadow: float = 0.25


@dataclass(frozen=True)
class DrawnHat:
    picture: Picture
    mask: Mask
    points: dict[str, tuple[float, float]]
    """Where the crown meets the head, left and right, and the highest and lowest point of the middle."""


@dataclass(frozen=True)
class Layer:
    area: Mask
    height: Floats
    """Millimetres."""
    shade: Floats
    """Multiplies the colour: seams, and the shade of what lies above."""
    is_trim: bool = False


KINDS: dict[str, Hat] = {
    "grey_beanie": Hat("beanie", (120, 124, 132), (112, 116, 124)),
    "mustard_beanie": Hat("beanie", (206, 152, 44), (196, 142, 38)),
    "navy_cap": Hat("cap", (34, 44, 78), (28, 36, 66)),
    "white_cap": Hat("cap", (238, 237, 234), (230, 229, 226), ground=(206, 208, 212)),
    "straw_hat": Hat("brim", (214, 184, 132), (60, 44, 36)),
    "black_hat": Hat("brim", (30, 30, 32), (70, 66, 62)),
    "olive_bucket": Hat("bucket", (104, 108, 70), (96, 100, 64)),
    "red_headband": Hat("headband", (176, 40, 52), (176, 40, 52)),
}


def draw(kind: Hat, seed: int = 9) -> DrawnHat:
    studio = Studio(WIDTH, HEIGHT, kind.ground, seed)
    x, y = studio.grid(WIDTH / 2, HEIGHT * BASE, PX_A_MM)
    build = {"beanie": _beanie, "cap": _cap, "brim": _brim, "bucket": _bucket, "headband": _headband}[kind.shape]
    layers = build(x, y)
    mask = np.logical_or.reduce([layer.area for layer in layers])
    whole = mask.astype(np.float32)
    studio.shade(whole, kind.shadow, soft=15, shift=(8, 20))
    studio.shade(whole, kind.shadow * 0.9, soft=4, shift=(1, 5))
    for layer in layers:
        area = blurred(layer.area.astype(np.float32), 0.5)
        cloth = Cloth(kind.trim if layer.is_trim else kind.colour, gloss=0.008, sharp=6, mottled=0.03)
        height = layer.height * PX_A_MM + 0.14 * studio.noise(2) + 1.1 * studio.noise(46)
        studio.put(area, height.astype(np.float32), cloth, tint=layer.shade)
    small = mask[::FINER, ::FINER]
    return DrawnHat(studio.picture(), small, _points(kind, small))


def _points(kind: Hat, mask: Mask) -> dict[str, tuple[float, float]]:
    half, middle = CROWN_MM[kind.shape] / 2 * PX_A_MM, WIDTH / 2
    rows = np.flatnonzero(mask[:, WIDTH // 2])
    return {
        "crown_left": (middle + half, HEIGHT * BASE),
        "crown_right": (middle - half, HEIGHT * BASE),
        "top": (middle, float(rows[0])),
        "front": (middle, float(rows[-1])),
    }


def _beanie(x: Floats, y: Floats) -> list[Layer]:
    half = CROWN_MM["beanie"] / 2
    dome = _dome(x, y, half * 0.985, 138.0, 0.0, 2.4) & (y < 6)
    sag = 5 * (1 - (x / half) ** 2)
    ends = 5 * np.clip((np.abs(y - 30 - sag) - 24) / 8, 0, 1) ** 2
    cuff = (np.abs(x) < half - ends) & (y > -4 + sag) & (y < 62 + sag)
    narrows = np.sqrt(np.clip(1 - (np.clip(-y, 0, None) / 150) ** 2, 0.02, 1))
    height = _ball(x, y, half, 138.0, 0.0) + _knit(x / narrows, y, half)
    edge = 1 - 0.45 * np.exp(-np.clip(sag - 4 - y, 0, None) / 5)
    folded = _ball(x, y, half, 1e4, 0.0) + 5 * _edge(cuff, 7) + _knit(x, y, half)
    return [Layer(dome, height, edge), Layer(cuff, folded, np.ones_like(x), is_trim=True)]


def _knit(x: Floats, y: Floats, half: float) -> Floats:
    """Two-by-two ribs around a head, each a column of V-shaped stitches; millimetres."""
    turn = np.arcsin(np.clip(x / half, -0.999, 0.999)) * 30
    rib = np.tanh(2.2 * np.sin(turn))
    stitch = np.cos(y * 2.1 + 2.4 * np.abs(np.sin(turn)))
    return (0.75 * rib + 0.16 * stitch).astype(np.float32)


def _cap(x: Floats, y: Floats) -> list[Layer]:
    half = CROWN_MM["cap"] / 2
    sag = 14 * (1 - (x / half) ** 2)
    crown = _dome(x, y, half, 122.0, 8.0, 2.3) & (y < 8 + sag)
    crown |= np.hypot(x, (y + 114) * 1.4) < 7
    panel = 0.62 * half * np.sqrt(np.clip(1 - ((y - 8) / 122) ** 2, 0, 1))
    seam = np.minimum(np.abs(x), np.abs(np.abs(x) - panel))
    ditch = np.exp(-((seam / 1.1) ** 2))
    thread = np.exp(-(((seam - 3.2) / 0.5) ** 2)) * (np.sin(y * 2.4) > -0.3)
    eyelet = np.exp(-(((np.hypot(np.abs(x) - 0.36 * half, (y + 72) * 0.9) - 3.0) / 1.0) ** 2))
    height = _ball(x, y, half, 122.0, 8.0) * 1.05 - 0.9 * ditch + 0.7 * eyelet
    height = height + 3 * np.clip(1 - (np.hypot(x, (y + 114) * 1.4) / 7) ** 2, 0, 1)
    shade = (1 - 0.25 * ditch) * (1 + 0.22 * thread) * (1 - 0.18 * np.exp(-np.clip(8 + sag - y, 0, None) / 6))
    out = np.clip(1 - (x / half) ** 2, 0, 1)
    visor = (np.abs(x) < half) & (y > 4 + 14 * out - 8) & (y < 2 + 56 * out**0.55)
    stitch = np.exp(-((np.abs((y - 56 * out**0.55) % 7 - 3.5) / 0.6) ** 2)) * (np.sin(x * 2.0) > -0.4)
    front = _ball(x, y, half * 1.15, 1e4, 0.0) * 0.5 - 0.5 * y + 2.5 * _edge(visor, 3) - 0.25 * stitch
    under = 1 - 0.55 * np.exp(-np.clip(y - 8 - sag, 0, None) / 6)
    return [
        Layer(visor, front.astype(np.float32), (under * (1 - 0.10 * stitch)).astype(np.float32), is_trim=True),
        Layer(crown, height.astype(np.float32), shade.astype(np.float32)),
    ]


def _brim(x: Floats, y: Floats) -> list[Layer]:
    half = CROWN_MM["brim"] / 2
    base = 18 * np.sqrt(np.clip(1 - (x / half) ** 2, 0, 1))
    crown = _dome(x, y, half, 118.0, 0.0, 3.4) & (y < base) & (y > -118 + 12 * np.exp(-((x / 26) ** 2)))
    band = (np.abs(x) < half) & (y < base) & (y > base - 26) & (y > -60)
    brim = (x / 196) ** 2 + ((y - 4) / 46) ** 2 < 1
    weave = (0.22 * np.sin(x * 1.35 + 0.6 * np.sin(y * 1.3)) * np.sin(y * 1.7)).astype(np.float32)
    pinch = sum(np.exp(-(((x - s * 42) / 17) ** 2) - ((y + 92) / 34) ** 2) for s in (-1, 1))
    dent = np.exp(-((x / 20) ** 2) - ((y + 116) / 22) ** 2)
    round_ = _ball(x, y, half, 122.0, 0.0, 3.4) - 9 * pinch - 7 * dent
    flat = 0.55 * (1 - (x / 196) ** 2) * 60 - 0.55 * y - 0.006 * (y - 4) ** 2 + 2.5 * _edge(brim, 2.5)
    cast = 1 - 0.5 * np.exp(-(np.clip(np.hypot(x / half, (y - 6) / 24) - 1, 0, None) / 0.14))
    ribbon = _ball(x, y, half * 1.01, 1e4, 0.0) + 1.6 * _edge(band, 2) + 0.14 * np.sin(y * 3.4)
    return [
        Layer(brim, (flat + weave).astype(np.float32), cast.astype(np.float32)),
        Layer(crown, (round_ + weave).astype(np.float32), (1 - 0.15 * pinch - 0.22 * dent).astype(np.float32)),
        Layer(band, ribbon.astype(np.float32), np.ones_like(x), is_trim=True),
    ]


def _bucket(x: Floats, y: Floats) -> list[Layer]:
    half = CROWN_MM["bucket"] / 2
    share = np.clip((y + 92) / 92, 0, 1)
    sag = 10 * (1 - (x / half) ** 2)
    lid = 12 * np.sqrt(np.clip(1 - (x / 76) ** 2, 0, 1))
    crown = (np.abs(x) < half * (0.80 + 0.20 * share)) & (y < sag) & (y > -92 - lid)
    wide = half + 44 * np.clip(y / 58, 0, 1.1)
    low = 50 + 22 * (1 - (x / 132) ** 2)
    brim = (np.abs(x) < wide) & (y > -4) & (y < low)
    rows = np.exp(-((np.abs((y - 0.3 * sag) % 9 - 4.5) / 0.7) ** 2))
    line = 1 - 0.4 * np.exp(-np.abs(y - sag) / 2.5)
    twill = 0.12 * np.sin((x + y) * 2.2)
    lid_seam = np.exp(-(((y + 92 - 0.3 * lid) / 1.0) ** 2))
    return [
        Layer(
            brim,
            (_ball(x, y, 150.0, 1e4, 0.0) * 0.8 - 0.45 * y - 0.5 * rows + 2 * _edge(brim, 2.5) + twill).astype(
                np.float32
            ),
            (line * (1 - 0.08 * rows)).astype(np.float32),
            is_trim=True,
        ),
        Layer(
            crown,
            (_ball(x, y, half, 1e4, 0.0) + 5 * _edge(crown, 8) - 0.8 * lid_seam + twill).astype(np.float32),
            (line * (1 - 0.2 * lid_seam)).astype(np.float32),
        ),
    ]


def _headband(x: Floats, y: Floats) -> list[Layer]:
    half = CROWN_MM["headband"] / 2
    sag = 12 * (1 - (x / half) ** 2)
    strip = (np.abs(x) < half) & (y > -30 + sag) & (y < 32 + sag)
    folds = np.sin((y - sag) * 0.45 + 0.5 * np.sin(x * 0.06)) * (1 - 0.6 * np.exp(-((x / 20) ** 2)))
    knot = np.exp(-((x / 9) ** 2))
    height = _ball(x, y, half, 1e4, 0.0) + 1.8 * folds + 5 * _edge(strip, 6) + 4 * knot
    return [Layer(strip, height.astype(np.float32), (1 - 0.25 * knot).astype(np.float32))]


def _dome(x: Floats, y: Floats, half: float, tall: float, base: float, power: float) -> Mask:
    return np.asarray(np.abs(x / half) ** power + np.clip((base - y) / tall, 0, None) ** power < 1)


def _ball(x: Floats, y: Floats, half: float, tall: float, base: float, power: float = 2.4) -> Floats:
    """The height of a head's roundness, flattened as a long lens sees it."""
    inside = 1 - np.abs(x / half) ** power - (np.clip(base - y, 0, None) / tall) ** power
    return (0.62 * half * np.sqrt(np.clip(inside, 0.004, 1))).astype(np.float32)


def _edge(area: Mask, radius: float) -> Floats:
    """1 inside, rounded down to 0 over so many millimetres at the rim."""
    return domed(area.astype(np.float32), radius * PX_A_MM) / np.float32(radius * PX_A_MM)
