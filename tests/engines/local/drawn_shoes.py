"""Shoes drawn on a plain ground, from the side and from the front: what the readers of shoes are tried with."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture

Colour = tuple[int, int, int]
Kind = Literal["sneaker", "boot", "pump"]
Outline = list[tuple[float, float]]

SIDE = 900
FINER = 2
GROUND: Colour = (243, 243, 242)

UPPER: dict[Kind, Outline] = {
    "sneaker": [
        (70, 590), (75, 500), (95, 420), (110, 372), (150, 352), (185, 372), (250, 402), (310, 398), (372, 388),
        (420, 410), (500, 470), (590, 510), (700, 530), (780, 560), (812, 610), (810, 640), (70, 640),
    ],
    "boot": [
        (90, 640), (95, 520), (110, 400), (105, 250), (100, 110), (210, 95), (345, 105), (350, 250), (370, 380),
        (430, 450), (540, 490), (690, 520), (780, 560), (812, 610), (810, 640),
    ],
    "pump": [
        (80, 520), (85, 430), (100, 380), (125, 375), (160, 430), (230, 500), (360, 560), (480, 590), (560, 575),
        (640, 590), (740, 630), (800, 668), (790, 690), (600, 690), (430, 640), (250, 590), (120, 580),
    ],
}  # fmt: skip
"""The upper from the side, toe to the picture's right, clockwise from the heel."""
SOLE: dict[Kind, Outline] = {
    "sneaker": [
        (60, 600),
        (240, 618),
        (520, 622),
        (815, 590),
        (830, 640),
        (800, 680),
        (400, 690),
        (80, 690),
        (55, 650),
    ],
    "boot": [(82, 625), (300, 632), (818, 612), (826, 650), (800, 676), (330, 676), (318, 690), (84, 690)],
    "pump": [(80, 520), (118, 575), (110, 690), (80, 690), (70, 600)],
}
FRONT: dict[Kind, tuple[Outline, Outline]] = {
    "sneaker": (
        [(0, 690), (70, 680), (112, 630), (120, 540), (108, 440), (92, 340), (86, 250), (76, 190), (40, 180), (0, 178)],
        [(0, 700), (80, 694), (124, 650), (132, 560), (120, 560), (112, 630), (70, 676), (0, 686)],
    ),
    "boot": (
        [(0, 690), (66, 682), (108, 630), (114, 550), (100, 450), (90, 330), (100, 200), (104, 90), (60, 80), (0, 78)],
        [(0, 700), (76, 692), (118, 645), (120, 590), (112, 600), (106, 635), (66, 676), (0, 686)],
    ),
    "pump": (
        [(0, 696), (40, 668), (84, 590), (98, 500), (94, 400), (84, 300), (70, 230), (40, 200), (0, 192)],
        [(0, 704), (44, 674), (40, 668), (0, 696)],
    ),
}  # fmt: skip
"""Half of the upper and of the sole, toe towards the viewer, from the toe round to the collar."""
OPENING: dict[Kind, tuple[float, float, float]] = {
    "sneaker": (186, 56, 26), "boot": (84, 86, 16), "pump": (330, 62, 130),
}  # fmt: skip
"""Centre height, half width and half height of the opening from the front."""


def from_the_side(kind: Kind = "sneaker", colour: Colour = (52, 84, 128), toe_left: bool = False) -> Picture:
    """One shoe."""
    canvas = _Canvas()
    canvas.fill(SOLE[kind], (236, 234, 228) if kind == "sneaker" else _darker(colour, 0.35))
    canvas.fill(UPPER[kind], colour)
    if kind != "pump":
        canvas.line([(640, 520), (600, 560), (590, 625)], _darker(colour, 0.7), 5)
        canvas.line([(250, 410), (300, 500), (280, 620)], _darker(colour, 0.75), 5)
        for step in range(4):
            x, y = 400 + 46 * step, 402 + 30 * step
            canvas.line([(x - 22, y + 26), (x + 14, y - 6)], (240, 240, 236), 9)
    picture = canvas.picture()
    return np.ascontiguousarray(picture[:, ::-1]) if toe_left else picture


def from_the_front(kind: Kind = "sneaker", colour: Colour = (52, 84, 128), apart: float = 300.0) -> Picture:
    """A pair, toes to the viewer."""
    canvas = _Canvas()
    for middle in (SIDE / 2 - apart / 2, SIDE / 2 + apart / 2):
        upper, sole = FRONT[kind]
        canvas.fill(_both_sides(sole, middle), (236, 234, 228) if kind == "sneaker" else _darker(colour, 0.35))
        canvas.fill(_both_sides(upper, middle), colour)
        y, half, deep = OPENING[kind]
        turn = np.linspace(0, 2 * np.pi, 60)
        canvas.fill([(middle + half * np.cos(t), y + deep * np.sin(t)) for t in turn], _inside(kind, colour))
        if kind == "sneaker":
            canvas.fill(
                [(middle + x, y) for x, y in ((-34, 190), (34, 190), (44, 440), (-44, 440))], _darker(colour, 0.85)
            )
            for step in range(5):
                y = 260 + 44 * step
                canvas.line([(middle - 50, y), (middle + 50, y + 18)], (240, 240, 236), 9)
            canvas.line([(middle - 84, 520), (middle, 490), (middle + 84, 520)], _darker(colour, 0.7), 5)
    return canvas.picture()


def _inside(kind: Kind, colour: Colour) -> Colour:
    return (214, 190, 160) if kind == "pump" else _darker(colour, 0.4)


def _both_sides(half: Outline, middle: float) -> Outline:
    return [(middle + x, y) for x, y in half] + [(middle - x, y) for x, y in half[::-1]]


def _darker(colour: Colour, share: float) -> Colour:
    return tuple(round(channel * share) for channel in colour)  # type: ignore[return-value]


class _Canvas:
    def __init__(self) -> None:
        self.light = np.full((SIDE * FINER, SIDE * FINER, 3), GROUND, np.float32)

    def fill(self, outline: Outline, colour: Colour) -> None:
        """A rounded body: lit from above left, darker towards its rim."""
        mask = np.zeros(self.light.shape[:2], np.uint8)
        cv2.fillPoly(mask, [self._curve(outline)], 1)
        depth = np.sqrt(np.minimum(cv2.distanceTransform(mask, cv2.DIST_L2, 5), 60.0 * FINER))
        depth = cv2.GaussianBlur(depth, (0, 0), 7 * FINER)
        slope = cv2.Sobel(depth, cv2.CV_32F, 1, 1, ksize=5)
        lit = np.clip(0.78 + 0.03 * depth / np.sqrt(FINER) - 0.02 * slope, 0.5, 1.2)
        self.light = np.where(mask[..., None] > 0, np.asarray(colour, np.float32) * lit[..., None], self.light)

    def line(self, points: Outline, colour: Colour, width: float) -> None:
        cv2.polylines(self.light, [self._curve(points, False)], False, colour, round(width * FINER), cv2.LINE_AA)

    def picture(self) -> Picture:
        small = cv2.resize(self.light, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        noise = np.random.default_rng(5).normal(0, 1.2, small.shape)
        return np.clip(small + noise, 0, 255).astype(np.uint8)

    @staticmethod
    def _curve(points: Outline, closed: bool = True) -> NDArray[np.int32]:
        """The outline with its corners rounded."""
        ring = np.asarray(points, np.float32) * FINER
        ring = np.vstack([ring, ring[:1]]) if closed else ring
        along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
        dense = np.stack([np.interp(np.arange(0, along[-1], 2.0), along, ring[:, k]) for k in (0, 1)], axis=1)
        pad = 40
        wrapped = np.vstack([dense[-pad:], dense, dense[:pad]]) if closed else dense
        border = cv2.BORDER_REPLICATE
        smooth = cv2.GaussianBlur(wrapped.astype(np.float32), (1, 0), sigmaX=0.01, sigmaY=9, borderType=border)
        return np.rint(smooth[pad:-pad] if closed else smooth).astype(np.int32)
