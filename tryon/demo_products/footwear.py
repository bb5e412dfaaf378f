"""Shoes drawn as they are photographed for shops: one from the side, or a pair from the front, on a plain ground."""

import itertools
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
        [(0, 206), (40, 208), (66, 219), (80, 258), (87, 322), (95, 395), (103, 460), (106, 520), (99, 578),
         (80, 622), (48, 646), (0, 654)],
        [(0, 420), (100, 420), (113, 500), (114, 560), (104, 618), (82, 658), (48, 682), (0, 690)],
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
    "sneaker": (222, 54, 20), "boot": (88, 86, 14), "pump": (330, 62, 130),
}  # fmt: skip
"""Centre height, half width and half height of the opening from the front."""
LEATHER = 0.045
"""Gloss."""
CROSSING = 7.5
"""Width of the laces seen from the front."""
METAL: Colour = (176, 176, 172)


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
        canvas = kind == "sneaker"
        cloth = Cloth(colour, mottled=0.03) if canvas else Cloth(colour, gloss=LEATHER, sharp=14, mottled=0.012)
        _, y = studio.grid(middle, 0, 1)
        # Instep and toe face the lamp above; the toe box rounds down to the floor at its end.
        slope = -0.28 * y + 42 * np.exp(-(((y - 560) / 95) ** 2))
        form = tube(upper, 0.62) + domed(upper, 26) * 0.55 + slope
        studio.put(upper, (form + _weave(studio)).astype(np.float32) if canvas else _leather(studio, form), cloth)
        _put_opening(studio, upper, kind, colour, middle)
        if canvas:
            _put_lacing(studio, upper, cloth, middle)
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


def _put_lacing(studio: Studio, upper: Floats, cloth: Cloth, middle: float) -> None:
    """Tongue, the two strips with metal eyelets, flat cotton laces that cross, and the rubber toe cap."""
    tongue = studio.area([(middle + x, y) for x, y in ((-40, 196), (40, 196), (32, 440), (-32, 440))], smooth=10)
    pad = (0.5 * domed(tongue, 20) + _weave(studio)).astype(np.float32)
    studio.put(tongue, pad, cloth, tint=np.full(tongue.shape, 0.82, np.float32))
    studio.tone(studio.stitches([(middle - 30, 211), (middle, 207), (middle + 30, 211)], smooth=6), 0.7)
    for side in (-1, 1):
        strip = [(middle + side * x, y) for x, y in ((36, 236), (66, 231), (72, 330), (58, 440), (24, 452), (26, 330))]
        area = studio.area(strip, smooth=6) * upper
        studio.shade(area, 0.4, soft=3, shift=(0, 2))
        slope = -0.25 * np.abs(studio.grid(middle, 0, 1)[0])
        studio.put(area, (0.5 * domed(area, 6) + slope + _weave(studio)).astype(np.float32), cloth)
        for inset in (5, 10):
            edge = [(middle + side * (x - inset), y) for x, y in ((66, 240), (71, 330), (59, 432))]
            studio.tone(studio.stitches(edge, length=4.5, width=1.2, smooth=7), 1.7)
    rows = [(252 + 33 * step, 50 - 3.2 * step) for step in range(6)]
    for y, reach in rows:
        for side in (-1, 1):
            _put_eyelet(studio, middle + side * reach, y)
    for (y, reach), (below, nearer) in itertools.pairwise(rows):
        _put_lace(studio, [(middle - nearer, below), (middle + reach, y)], CROSSING)
        _put_lace(studio, [(middle + nearer, below), (middle - reach, y)], CROSSING)
    y, reach = rows[-1]
    _put_lace(studio, [(middle - reach, y), (middle, y + 3), (middle + reach, y)], CROSSING)
    _put_bow(studio, middle, rows[0][0] - 6)
    _put_toe_cap(studio, upper, middle)


def _put_eyelet(studio: Studio, x: float, y: float) -> None:
    turn = np.linspace(0, 2 * np.pi, 24)
    ring = studio.area([(x + 5 * np.cos(t), y + 4.4 * np.sin(t)) for t in turn])
    studio.put(ring, (1.2 * domed(ring, 2.5)).astype(np.float32), Cloth(METAL, gloss=0.25, sharp=20))
    studio.tone(studio.area([(x + 2.4 * np.cos(t), y + 2 * np.sin(t)) for t in turn]), 0.2)


def _put_bow(studio: Studio, middle: float, y: float) -> None:
    """A small bow over the uppermost eyelets."""
    for side in (-1, 1):
        loop = [(middle, y), (middle + side * 26, y - 9), (middle + side * 42, y + 8), (middle + side * 22, y + 10)]
        _put_lace(studio, [*loop, (middle, y)], CROSSING)
        _put_lace(studio, [(middle, y), (middle + side * 15, y + 26), (middle + side * 24, y + 52)], CROSSING)
    _put_lace(studio, [(middle - 5, y), (middle + 5, y + 1)], 9)


def _put_toe_cap(studio: Studio, upper: Floats, middle: float) -> None:
    """Smooth rubber over the toes, with a raised edge."""
    rim = [(-112, 584), (-84, 560), (-46, 541), (0, 535), (46, 541), (84, 560), (112, 584), (112, 700), (-112, 700)]
    cap = studio.area([(middle + x, y) for x, y in rim], smooth=9) * upper
    studio.shade(cap, 0.45, soft=2.5, shift=(0, -1.5))
    _, y = studio.grid(middle, 0, 1)
    bulge = 26 * np.exp(-(((y - 575) / 62) ** 2))
    height = tube(upper, 0.4) + 0.5 * domed(cap, 34) + 0.8 * domed(cap, 4) + bulge
    studio.put(cap, height.astype(np.float32), Cloth(RUBBER, gloss=0.03, sharp=12, mottled=0.006))
    edge = [(middle + x, y + 9) for x, y in rim[:7]]
    studio.tone(studio.stroke(edge, 1.6, smooth=9) * cap, 0.86)


def _put_lace(studio: Studio, path: Spots, width: float = 13) -> None:
    lace = studio.stroke(path, width, smooth=min(8, width / 2))
    studio.shade(lace, 0.4, soft=0.25 * width, shift=(0.5, 0.27 * width))
    x, y = studio.grid(0, 0, 1)
    woven = 0.35 * np.sin((x + y) * 1.9) * np.sin((x - y) * 1.9)
    studio.put(lace, (domed(lace, 0.45 * width) * 0.8 + woven).astype(np.float32), Cloth(THREAD))


def _weave(studio: Studio) -> Floats:
    """Canvas: threads across each other, some of them thicker."""
    x, y = studio.grid(0, 0, 1)
    threads = np.sin(x * 2.1 + 0.5 * studio.noise(14)) * np.sin(y * 2.1 + 0.5 * studio.noise(14))
    return (0.16 * threads + 0.06 * studio.noise(2) + 0.5 * studio.noise(40)).astype(np.float32)


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
    if kind == "sneaker":
        line = np.clip(moved(sole, (0, -15)) - moved(sole, (0, -19)), 0, 1) * sole
        studio.put(line, height, Cloth(colour))
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
