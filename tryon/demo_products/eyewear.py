"""Glasses drawn as they are photographed for shops: from the front on a plain ground, with the true frame and lenses.

Everything is drawn from shapes and a little physics: tinted lenses multiply the ground's light, mirrored ones return
the studio's, the frame has a bevel that catches the light, and all of it throws a soft shadow.
"""

from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.demo_products.studio import FINER, Cloth, Colour, Floats, Picture, Studio, curve, domed, linear

Shape = Literal["round", "square", "cat_eye", "aviator", "rimless", "wayfarer", "panto"]

WIDTH, HEIGHT = 800, 416
PX_A_MM = 4.64
SIZES: dict[Shape, tuple[float, float, float]] = {
    "round": (47.0, 46.0, 22.0), "square": (52.0, 40.0, 19.0), "cat_eye": (52.0, 41.0, 19.0),
    "aviator": (57.0, 50.0, 15.0), "rimless": (51.0, 33.0, 19.0),
    "wayfarer": (51.0, 39.0, 18.0), "panto": (48.0, 43.0, 21.0),
}  # fmt: skip
"""Width and height of a lens and the distance between the lenses, in millimetres."""


@dataclass(frozen=True)
class Spectacles:
    shape: Shape = "square"
    frame: Colour = (24, 24, 26)
    rim_mm: float = 4.0
    brow_mm: float = 0.0
    """How much thicker the rim is above the lenses."""
    tortoise: Colour | None = None
    """The lighter colour of a frame that is flecked."""
    lens_top: Colour = (250, 252, 251)
    lens_bottom: Colour = (250, 252, 251)
    """What the lens looks like on white."""
    mirror: float = 0.0
    """How much of a studio's lamps is seen in the lenses."""
    temples: Literal["none", "folded", "open"] = "none"
    ground: Colour = (246, 246, 245)
    shadow: float = 0.18


@dataclass(frozen=True)
class DrawnGlasses:
    picture: Picture
    frame: NDArray[np.bool_]
    lenses: NDArray[np.bool_]
    points: dict[str, tuple[float, float]] = field(default_factory=dict)


KINDS: dict[str, Spectacles] = {
    "black_square": Spectacles(),
    "tortoise_round": Spectacles("round", (104, 62, 30), 3.2),
    "red_cat_eye": Spectacles("cat_eye", (165, 22, 40), 4.0, temples="folded"),
    "gold_aviator": Spectacles("aviator", (190, 150, 84), 1.4, lens_top=(74, 58, 44), lens_bottom=(196, 174, 150)),
    "mirror_aviator": Spectacles(
        "aviator", (168, 170, 174), 1.4, lens_top=(40, 96, 178), lens_bottom=(96, 172, 220), mirror=0.5
    ),
    "rimless": Spectacles("rimless", (150, 152, 158), 0.0, lens_top=(240, 245, 243), lens_bottom=(240, 245, 243)),
    "dark_square": Spectacles(
        "square", (20, 20, 22), 4.6, lens_top=(30, 31, 33), lens_bottom=(44, 45, 47), temples="open"
    ),
    "white_round": Spectacles(
        "round", (236, 232, 226), 5.0, lens_top=(58, 60, 64), lens_bottom=(90, 92, 96), ground=(214, 216, 219)
    ),
    "silver_round": Spectacles("round", (150, 152, 156), 1.3),
    "black_wayfarer": Spectacles(
        "wayfarer", (22, 21, 22), 3.4, 3.0, lens_top=(34, 38, 40), lens_bottom=(96, 104, 104), mirror=0.10
    ),
    "tortoise_panto": Spectacles("panto", (52, 26, 14), 3.4, 1.2, (176, 104, 42)),
    "yellow_square": Spectacles("square", (40, 40, 42), 2.4, lens_top=(250, 226, 120), lens_bottom=(252, 238, 170)),
}


def draw(kind: Spectacles, seed: int = 5) -> DrawnGlasses:
    studio = Studio(WIDTH, HEIGHT, kind.ground, seed)
    lenses = _lenses(kind, studio.shape)
    frame = _frame(kind, lenses)
    solid = np.maximum(frame, lenses)
    studio.shade(frame + 0.5 * lenses * _density(kind), kind.shadow, soft=14, shift=(6, 16))
    studio.shade(frame, kind.shadow, soft=3.5, shift=(2, 5))
    light = _with_temples(kind, studio.light)
    seen = light * _lens_tint(kind, lenses)
    seen = seen + kind.mirror * _lamps(*studio.shape)[..., None] * linear(kind.lens_bottom) * 0.6
    metal = kind.rim_mm < 2
    cloth = Cloth(kind.frame, gloss=0.22 if metal else 0.10, sharp=18 if metal else 40)
    bevel = domed(frame, 0.35 * max(kind.rim_mm, 1.4) * PX_A_MM) * (1.0 if metal else 0.6)
    studio.light = light
    studio.put(
        cv2.dilate(frame, np.ones((3, 3), np.uint8)) * (frame + lenses > 0), bevel, cloth, tint=_flecks(studio, kind)
    )
    studio.light += (seen - studio.light) * (lenses * (1 - frame))[..., None]
    small = [cv2.resize(mask, studio.size, interpolation=cv2.INTER_AREA) > 0.5 for mask in (frame, lenses)]
    inner = small[1] & ~small[0] & (solid[::FINER, ::FINER] > 0)
    return DrawnGlasses(studio.picture(), small[0], inner, _points(kind))


def _flecks(studio: Studio, kind: Spectacles) -> Floats | None:
    """Tortoiseshell: light patches and dark ones, soft at their edges; a factor for each channel."""
    if kind.tortoise is None:
        return None
    share = np.clip(0.45 + 0.5 * (studio.noise(22) + 0.4 * studio.noise(8)), 0, 1)[..., None]
    return (1 + (linear(kind.tortoise) / linear(kind.frame) - 1) * share).astype(np.float32)


def _points(kind: Spectacles) -> dict[str, tuple[float, float]]:
    wide, _, bridge = SIZES[kind.shape]
    x, middle = (wide + bridge) / 2 * PX_A_MM, WIDTH / 2
    return {"lens_left": (middle + x, HEIGHT / 2), "lens_right": (middle - x, HEIGHT / 2)}


def _grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Millimetres from the picture's middle, to the right and down."""
    rows, columns = np.indices(shape, dtype=np.float32)
    scale = np.float32(1 / (PX_A_MM * FINER))
    return (columns - shape[1] / 2) * scale, (rows - shape[0] / 2) * scale


def _lenses(kind: Spectacles, shape: tuple[int, int]) -> Floats:
    wide, tall, bridge = SIZES[kind.shape]
    x, y = _grid(shape)
    out = (np.abs(x) - (wide + bridge) / 2) / (wide / 2)
    down = y / (tall / 2)
    if kind.shape == "cat_eye":
        down = down + 0.16 * out
        power, out = 3.0, out * (1 + 0.10 * down)
    elif kind.shape in ("wayfarer", "panto"):
        narrows = 0.13 if kind.shape == "wayfarer" else 0.08
        power, out = 3.4 if kind.shape == "wayfarer" else 2.3, out * (1 + narrows * down)
        down = down + (0.07 * out if kind.shape == "wayfarer" else 0.0)
    elif kind.shape == "aviator":
        power, out, down = 2.4, out * (1 + 0.16 * down) + 0.10 * down, down * (1 - 0.06 * out)
    else:
        power = {"round": 2.0, "square": 4.5, "rimless": 3.2}[kind.shape]
    inside = 1 - (np.abs(out) ** power + np.abs(down) ** power) ** (1 / power)
    return np.clip(inside * wide / 2 * PX_A_MM * FINER + 0.5, 0, 1).astype(np.float32)


def _frame(kind: Spectacles, lenses: Floats) -> Floats:
    px = PX_A_MM * FINER
    frame = np.zeros(lenses.shape, np.float32)
    if kind.rim_mm:
        swept = np.maximum.reduce([_raised(lenses, up) for up in np.linspace(0, kind.brow_mm * px, 5)])
        away = cv2.distanceTransform((swept < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
        frame = np.clip(kind.rim_mm * px - away + 0.5, 0, 1) * (1 - lenses)
    wide, tall, bridge = SIZES[kind.shape]
    thick = max(kind.rim_mm, 1.6)
    bars = [([(-bridge * 0.62, -0.12 * tall), (0, -0.22 * tall), (bridge * 0.62, -0.12 * tall)], thick)]
    if kind.shape == "aviator":
        bars.append(([(-bridge * 1.1, -0.46 * tall), (bridge * 1.1, -0.46 * tall)], thick))
    for side in (-1, 1):
        edge = side * (bridge / 2 + wide)
        high = -0.28 * tall - 0.4 * kind.brow_mm
        end = [(edge - side * 4, high + 0.04 * tall), (edge + side * (thick + 3.4), high)]
        bars.append((end, thick + 0.7 * kind.brow_mm))
    extra = np.maximum.reduce([_bar(lenses.shape, spots, width) for spots, width in bars])
    return np.maximum(frame, extra * (1 - lenses) if kind.rim_mm else extra).astype(np.float32)


def _bar(shape: tuple[int, ...], spots: list[tuple[float, float]], thick: float) -> Floats:
    """A bar through places given in millimetres from the middle."""
    px = PX_A_MM * FINER
    spots = [(x * px + shape[1] / 2, y * px + shape[0] / 2) for x, y in spots]
    path = curve(spots, 2.5 * px, closed=False)
    canvas = np.zeros(shape, np.uint8)
    cv2.polylines(canvas, [np.rint(path * 16).astype(np.int32)], False, 255, max(2, int(thick * px)), cv2.LINE_AA, 4)
    return canvas.astype(np.float32) / 255


def _raised(lenses: Floats, up: float) -> Floats:
    return cv2.warpAffine(lenses, np.array(((1, 0, 0), (0, 1, -up)), np.float32), lenses.shape[::-1])


def _with_temples(kind: Spectacles, light: Floats) -> Floats:
    """Folded behind the lenses, or open: a short piece of each is seen inside its hinge."""
    if kind.temples == "none":
        return light
    px = PX_A_MM * FINER
    wide, tall, bridge = SIZES[kind.shape]
    middle = np.array((light.shape[1] / 2, light.shape[0] / 2))
    end = bridge / 2 + wide
    canvas = np.zeros(light.shape[:2], np.uint8)
    for side in (-1, 1):
        inner = -0.3 * wide if kind.temples == "folded" else 0.62 * wide + bridge / 2
        drop = 0.10 * tall if kind.temples == "folded" else -0.16 * tall
        bar = [(side * end, -0.22 * tall), (side * inner, drop + side * 2.0)]
        points = np.rint((middle + np.array(bar) * px) * 8).astype(np.int32)
        cv2.polylines(canvas, [points], False, 255, int(max(kind.rim_mm, 1.6) * 1.1 * px), cv2.LINE_AA, 3)
    where = canvas.astype(np.float32)[..., None] / 255
    return (light + (linear(kind.frame) * 0.8 - light) * where).astype(np.float32)


def _density(kind: Spectacles) -> float:
    return 1 - float(np.mean(kind.lens_bottom)) / 255


def _lens_tint(kind: Spectacles, lenses: Floats) -> Floats:
    rows = np.flatnonzero(lenses.max(axis=1) > 0.5)
    down = np.clip((np.arange(lenses.shape[0]) - rows[0]) / max(rows[-1] - rows[0], 1), 0, 1).astype(np.float32)
    down = (down**1.3)[:, None, None]
    tint = linear(kind.lens_top) * (1 - down) + linear(kind.lens_bottom) * down
    edge = cv2.distanceTransform((lenses > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / (PX_A_MM * FINER)
    return (tint * (1 - 0.25 * np.exp(-edge / 0.5))[..., None]).astype(np.float32)


def _lamps(height: int, width: int) -> Floats:
    """Two soft boxes, mirrored in each lens."""
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    x = np.abs(x) - 0.42
    return np.exp(-(((x - 0.08 + 0.3 * y) / 0.05) ** 2) - ((y + 0.15) / 0.35) ** 2).astype(np.float32)
