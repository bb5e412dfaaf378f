"""A dress and a skirt, drawn as they are photographed for shops: laid flat, seen from above, on a plain ground."""

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

WIDTH, HEIGHT, MIDDLE = 900, 1200, 450.0

BODY: Spots = [
    (0, 96), (60, 94), (84, 98), (122, 114), (158, 134), (162, 190), (164, 265), (173, 330), (188, 420),
    (197, 470), (212, 560), (230, 680), (248, 820), (266, 960), (280, 1082), (272, 1089), (120, 1105), (0, 1108),
]  # fmt: skip
SLEEVE: Spots = [
    (112, 108), (150, 126), (176, 158), (218, 243), (289, 381), (364, 528), (400, 602),
    (401, 614), (351, 626), (338, 613), (289, 500), (233, 381), (191, 289), (163, 224),
]  # fmt: skip
NECK = (66.0, 96.0, 46.0)
"""Half width, height and depth of the neckline."""
SKIRT: Spots = [
    (0, 132), (112, 128), (118, 134), (120, 190), (160, 420), (212, 700), (262, 960), (280, 1054), (268, 1066),
    (150, 1082), (0, 1088),
]  # fmt: skip
RIB, KNIT = 6.2, 5.0
"""Pixels from rib to rib and from stitch to stitch."""
PLEATS = 13


def swing_dress(colour: Colour = (122, 42, 54)) -> Picture:
    """Ribbed knit with long sleeves, wider towards the hem, down to the knees."""
    studio = Studio(WIDTH, HEIGHT, seed=3)
    body = studio.area(mirrored(BODY, MIDDLE), smooth=3)
    left = studio.area([(MIDDLE + x, y) for x, y in SLEEVE], smooth=4)
    right = studio.area([(MIDDLE - x, y) for x, y in SLEEVE], smooth=4)
    neck = _neckline(studio, *NECK)
    _fall(studio, np.maximum.reduce([body, left, right]))
    cloth = Cloth(colour, mottled=0.05)
    for side, sleeve in ((1, left), (-1, right)):
        lean = np.float32(0.42 * side)
        _knit(studio, sleeve, cloth, lean, flat=0.32, cuff=575)
    studio.shade(body, 0.35, soft=5, shift=(0, 1))
    _knit(studio, body, cloth, np.float32(0), flat=0.20, cuff=1060)
    _open_neck(studio, neck, cloth, body)
    return studio.picture()


def pleated_skirt(colour: Colour = (58, 72, 62)) -> Picture:
    """A midi skirt with a smooth waistband and pressed pleats."""
    studio = Studio(WIDTH, HEIGHT, seed=4)
    area = studio.area(mirrored(SKIRT, MIDDLE), smooth=2)
    _fall(studio, area)
    x, y = studio.grid(MIDDLE, 0, 1)
    half = np.interp(y[:, 0], [spot[1] for spot in SKIRT[1:8]], [spot[0] for spot in SKIRT[1:8]]).astype(np.float32)
    turn = x / half[:, None] * (PLEATS / 2) + 0.5 + 0.05 * studio.noise(180, 40)
    share = turn - np.floor(turn)
    depth = np.clip((y - 175) / 500, 0.12, 1)
    fold = np.where(share < 0.86, (share / 0.86) ** 1.6, (1 - share) / 0.14).astype(np.float32)
    height = tube(area, 0.16) + blurred(fold, 1.2) * 19 * depth + 3.0 * studio.noise(150, 16) * depth
    band = area * (y < 176)
    studio.put(area, height + 0.10 * studio.noise(2), Cloth(colour, gloss=0.012, sharp=8, mottled=0.02))
    under = ((share > 0.93) | (share < 0.05)) * area * (y > 176)
    studio.tone(blurred(under.astype(np.float32), 1.5) * np.clip(0.4 + depth, 0, 1), 0.6)
    studio.put(band, tube(band, 0.16) + domed(band, 6) + 0.12 * studio.noise(2), Cloth(colour, mottled=0.02))
    studio.tone(studio.stroke([(MIDDLE - 122, 177), (MIDDLE, 182), (MIDDLE + 122, 177)], 2, smooth=4) * area, 0.5)
    studio.tone(_hem(area, 14), 0.86)
    return studio.picture()


def _knit(studio: Studio, area: Floats, cloth: Cloth, lean: np.float32, *, flat: float, cuff: float) -> None:
    """Ribs that run along the piece, folds where it creases, a tighter rib at its end."""
    x, y = studio.grid(MIDDLE, 0, 1)
    along = x - lean * y
    rib = np.cos(along * np.float32(2 * np.pi / RIB))
    stitch = np.cos(y * np.float32(2 * np.pi / KNIT) + 2.2 * np.abs(rib))
    height = tube(area, flat) + domed(area, 8) * 0.4
    height = height + 3.2 * studio.noise(90, 28) + 1.5 * studio.noise(26, 18) + 1.1 * rib + 0.3 * stitch * (rib > 0)
    studio.put(area, height.astype(np.float32), cloth)
    edge = np.exp(-(((y - cuff) / 2.0) ** 2)) * area
    studio.tone(edge.astype(np.float32), 0.72)
    studio.tone(_hem(area, 4), 0.75)


def _neckline(studio: Studio, half: float, top: float, deep: float) -> Floats:
    """The opening, down to the front's edge and up to the back's."""
    turn = np.linspace(0, np.pi, 40)
    front = [(MIDDLE + half * np.cos(t), top + deep * np.sin(t)) for t in turn]
    back = [(MIDDLE - half * np.cos(t), top + 12 * np.sin(t)) for t in turn]
    return studio.area(front + back)


def _open_neck(studio: Studio, neck: Floats, cloth: Cloth, body: Floats) -> None:
    """The inside of the back, seen through the neckline, and the rib around it."""
    half, top, deep = NECK
    outer = _neckline(studio, half + 20, top - 4, deep + 24)
    rib = outer * (1 - neck) * body
    x, y = studio.grid(MIDDLE, top - 8, 1)
    studio.tone(blurred(outer, 2) * body, 0.78)
    spokes = np.cos(np.arctan2(y, x) * 96)
    studio.put(rib, (domed(rib, 11) * 0.6 + 0.8 * spokes).astype(np.float32), cloth)
    inside = 0.7 * np.cos(x * np.float32(2 * np.pi / RIB))
    studio.put(neck * body, inside.astype(np.float32), cloth, tint=np.full(studio.shape, 0.5, np.float32))
    studio.tone(np.clip(blurred(1 - neck, 6), 0, 1) * neck * body, 0.45)


def _hem(area: Floats, above: float) -> Floats:
    """A thin line that runs so far above the lower edge."""
    return np.clip(moved(area, (0, -above)) - moved(area, (0, -above - 1.5)), 0, 1) * area


def _fall(studio: Studio, area: Floats) -> None:
    studio.shade(area, 0.20, soft=11, shift=(5, 12))
    studio.shade(area, 0.30, soft=3, shift=(1.5, 3))
