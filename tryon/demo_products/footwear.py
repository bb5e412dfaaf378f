"""Shoes drawn as they are photographed for shops: one from the side, or a pair from the front, on a plain ground."""

from typing import Literal

import numpy as np

from tryon.demo_products.studio import (
    Cloth,
    Colour,
    Floats,
    Picture,
    Spots,
    Studio,
    blurred,
    domed,
    mirrored,
    moved,
    tube,
)

Kind = Literal["sneaker", "boot", "pump"]

SIDE = 900
GROUND: Colour = (226, 227, 229)
"""Darker than for other products: soles are often white."""
RUBBER: Colour = (236, 234, 228)
THREAD: Colour = (240, 240, 236)
LINING: Colour = (206, 190, 168)

UPPER: dict[Kind, Spots] = {
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
SOLE: dict[Kind, Spots] = {
    "sneaker": [
        (60, 600), (240, 618), (520, 622), (815, 590), (830, 640), (800, 680), (400, 690), (80, 690), (55, 650),
    ],
    "boot": [(82, 625), (300, 632), (818, 612), (826, 650), (800, 676), (330, 676), (318, 690), (84, 690)],
    "pump": [(80, 520), (118, 575), (110, 690), (80, 690), (70, 600)],
}  # fmt: skip
FRONT: dict[Kind, tuple[Spots, Spots]] = {
    "sneaker": (
        [(0, 178), (44, 180), (72, 192), (84, 250), (92, 340), (106, 440), (118, 530), (118, 590), (98, 640),
         (60, 668), (0, 678)],
        [(0, 400), (108, 430), (126, 520), (130, 600), (110, 658), (68, 692), (0, 704)],
    ),
    "boot": (
        [(0, 78), (60, 80), (104, 90), (102, 200), (94, 330), (100, 450), (114, 550), (108, 620), (66, 668), (0, 680)],
        [(0, 500), (106, 540), (120, 590), (118, 640), (76, 688), (0, 698)],
    ),
    "pump": (
        [(0, 192), (40, 200), (70, 230), (84, 300), (94, 400), (98, 500), (84, 590), (40, 668), (0, 696)],
        [(0, 640), (44, 650), (44, 674), (0, 704)],
    ),
}  # fmt: skip
"""Half of the upper and of the sole, toe towards the viewer, from the collar round to the toe."""
OPENING: dict[Kind, tuple[float, float, float]] = {
    "sneaker": (192, 60, 22), "boot": (88, 86, 14), "pump": (330, 62, 130),
}  # fmt: skip
"""Centre height, half width and half height of the opening from the front."""
LEATHER = 0.045
"""Gloss."""


def from_the_side(kind: Kind = "sneaker", colour: Colour = (52, 84, 128), toe_left: bool = False) -> Picture:
    """One shoe."""
    studio = Studio(SIDE, SIDE, GROUND)
    sole, upper = studio.area(SOLE[kind], smooth=11), studio.area(UPPER[kind], smooth=15)
    _stand(studio, np.maximum(sole, upper))
    _put_sole(studio, sole, kind, colour)
    leather = Cloth(colour, gloss=LEATHER, sharp=14, mottled=0.012)
    studio.put(upper, _leather(studio, domed(upper, 70) * 0.5 + domed(upper, 10) * 0.4), leather)
    if kind == "pump":
        return _turned(studio.picture(), toe_left)
    for seam in ([(640, 520), (600, 560), (590, 625)], [(250, 410), (300, 500), (280, 620)]):
        studio.tone(studio.stroke(seam, 2.5, smooth=14) * upper, 0.5)
        studio.tone(studio.stitches([(x + 8, y) for x, y in seam], smooth=14) * upper, 1.4)
    for step in range(4):
        x, y = 400 + 46 * step, 402 + 30 * step
        _put_lace(studio, [(x - 22, y + 26), (x + 14, y - 6)])
    return _turned(studio.picture(), toe_left)


def from_the_front(kind: Kind = "sneaker", colour: Colour = (52, 84, 128), apart: float = 370.0) -> Picture:
    """A pair, toes to the viewer."""
    studio = Studio(SIDE, SIDE, GROUND)
    for middle in (SIDE / 2 - apart / 2, SIDE / 2 + apart / 2):
        upper = studio.area(mirrored(FRONT[kind][0], middle), smooth=15)
        sole = studio.area(mirrored(FRONT[kind][1], middle), smooth=15)
        _stand(studio, np.maximum(sole, upper))
        _put_sole(studio, sole, kind, colour)
        studio.shade(upper, 0.45, soft=4, shift=(0, 3))
        leather = Cloth(colour, gloss=LEATHER, sharp=14, mottled=0.012)
        _, y = studio.grid(middle, 0, 1)
        # Instep and toe face the lamp above; the toe box rounds down to the floor at its end.
        slope = -0.28 * y + 42 * np.exp(-(((y - 560) / 95) ** 2))
        studio.put(upper, _leather(studio, tube(upper, 0.62) + domed(upper, 26) * 0.55 + slope), leather)
        _put_opening(studio, upper, kind, colour, middle)
        if kind == "sneaker":
            _put_lacing(studio, upper, leather, middle)
        if kind == "boot":
            _put_gussets(studio, upper, colour, middle)
    return studio.picture()


def _put_opening(studio: Studio, upper: Floats, kind: Kind, colour: Colour, middle: float) -> None:
    y, half, deep = OPENING[kind]
    turn = np.linspace(0, 2 * np.pi, 60)
    hole = studio.area([(middle + half * np.cos(t), y + deep * np.sin(t)) for t in turn])
    rim = studio.area([(middle + (half + 8) * np.cos(t), y + (deep + 6) * np.sin(t)) for t in turn])
    studio.tone(blurred(np.clip(rim - hole, 0, 1), 1.2) * upper, 0.8)
    own = LINING if kind == "pump" else tuple(0.42 * channel for channel in colour)
    studio.put(hole, np.zeros_like(hole), Cloth(own, mottled=0.04))  # type: ignore[arg-type]
    studio.tone(np.clip(blurred(1 - hole, 10) * 1.4, 0, 1) * hole, 0.4)


def _put_lacing(studio: Studio, upper: Floats, leather: Cloth, middle: float) -> None:
    """Toe seam, tongue, the two strips with eyelets, and flat cotton laces."""
    toe = [(middle - 112, 540), (middle - 70, 492), (middle, 474), (middle + 70, 492), (middle + 112, 540)]
    studio.tone(studio.stroke(toe, 3, smooth=22) * upper, 0.55)
    studio.tone(studio.stitches([(x, y + 8) for x, y in toe], smooth=22) * upper, 0.75)
    tongue = studio.area([(middle + x, y) for x, y in ((-46, 168), (46, 168), (40, 450), (-40, 450))], smooth=10)
    studio.put(tongue, _leather(studio, domed(tongue, 24) * 0.5), leather, tint=np.full(tongue.shape, 0.9, np.float32))
    studio.tone(studio.stitches([(middle - 36, 184), (middle, 180), (middle + 36, 184)], smooth=6), 0.7)
    for side in (-1, 1):
        strip = [(middle + side * x, y) for x, y in ((38, 214), (76, 206), (84, 330), (70, 462), (34, 474), (30, 340))]
        area = studio.area(strip, smooth=7) * upper
        studio.shade(area, 0.35, soft=4, shift=(0, 2))
        studio.put(area, _leather(studio, domed(area, 9) * 0.7 - 0.2 * np.abs(studio.grid(middle, 0, 1)[0])), leather)
        edge = [(middle + side * x, y) for x, y in ((70, 214), (77, 330), (65, 456))]
        studio.tone(studio.stitches(edge, smooth=7), 0.72)
    for step in range(6):
        y, reach = 236 + 42 * step, 56 - 2.2 * step
        for side in (-1, 1):
            eyelet = [(middle + side * (reach + 4) + 5 * np.cos(t), y + 4 * np.sin(t)) for t in np.linspace(0, 6.3, 20)]
            studio.tone(studio.area(eyelet), 0.25)
        _put_lace(studio, [(middle - reach, y), (middle, y + 7), (middle + reach, y)])


def _put_lace(studio: Studio, path: Spots) -> None:
    lace = studio.stroke(path, 13, smooth=8)
    studio.shade(lace, 0.4, soft=3, shift=(0.5, 3.5))
    x, y = studio.grid(0, 0, 1)
    woven = 0.35 * np.sin((x + y) * 1.9) * np.sin((x - y) * 1.9)
    studio.put(lace, (domed(lace, 6) * 0.8 + woven).astype(np.float32), Cloth(THREAD))


def _put_gussets(studio: Studio, upper: Floats, colour: Colour, middle: float) -> None:
    """The elastic at both sides of the shaft, a creased instep, and a welt seam."""
    x, _ = studio.grid(middle, 0, 1)
    for side in (-1, 1):
        spots = [(middle + side * a, y) for a, y in ((108, 104), (74, 108), (70, 200), (84, 300), (110, 318))]
        area = studio.area(spots, smooth=6) * upper
        dark: Colour = tuple(0.45 * channel for channel in colour)  # type: ignore[assignment]
        ribs = 0.7 * np.cos(x * np.float32(2 * np.pi / 5))
        studio.put(area, (tube(upper, 0.5) + domed(area, 5) * 0.4 + ribs).astype(np.float32), Cloth(dark))
    for y, deep in ((398, 16), (424, 12)):
        crease = studio.stroke([(middle - 74, y), (middle, y + deep), (middle + 74, y)], 5, smooth=16)
        studio.tone(blurred(crease, 2) * upper, 0.72)


def _put_sole(studio: Studio, sole: Floats, kind: Kind, colour: Colour) -> None:
    rubber: Colour = RUBBER if kind == "sneaker" else tuple(0.35 * channel for channel in colour)  # type: ignore
    height = domed(sole, 14) * 0.6
    studio.put(sole, height + 0.1 * studio.noise(2), Cloth(rubber, gloss=0.02, sharp=10, mottled=0.01))
    groove = np.clip(moved(sole, (0, -9)) - moved(sole, (0, -12)), 0, 1) * sole
    studio.tone(groove, 0.72)


def _leather(studio: Studio, height: Floats) -> Floats:
    """Grain, and the softness of what is not quite even."""
    return (height + 0.09 * studio.noise(3) + 1.3 * studio.noise(50)).astype(np.float32)


def _stand(studio: Studio, area: Floats) -> None:
    """The shadow of something that stands on the ground it is photographed on."""
    rows = np.flatnonzero((area > 0.5).any(axis=1))
    low = area * (np.arange(len(area))[:, None] > rows[-1] - 0.16 * SIDE)
    studio.shade(low, 0.22, soft=14, shift=(5, 12))
    studio.shade(low, 0.45, soft=4, shift=(1, 5))


def _turned(picture: Picture, toe_left: bool) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1]) if toe_left else picture
