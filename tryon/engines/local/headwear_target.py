"""Where a hat sits on a head: how wide, how low on the forehead, how high above the skull, and turned with the face."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import BodyLabel, GarmentAnalysis, PersonAnalysis, Points
from tryon.engines.local.heads import Head
from tryon.engines.local.headwear_landmarks import HatKind, kind_of

FRONT_EDGE: Final[dict[HatKind, float]] = {"beanie": 5.8, "band": 6.0, "cap": 4.8, "brimmed": 4.6}
"""Height of the hat's lowest point before the forehead, in centimetres of the standard face: brows lie at 5.1."""
FOREHEAD_DEPTH: Final = 5.2
BRIM_DROP: Final[dict[HatKind, float]] = {"beanie": 0.0, "band": 0.0, "cap": 2.4, "brimmed": 2.4}
"""Centimetres from where crown and visor or brim meet down to their front edge, as seen at the height of the eyes.
Shops photograph hats from above, and more of the brim is seen there."""
CROWN_ABOVE: Final[dict[HatKind, float]] = {"beanie": 1.2, "band": 0.0, "cap": 1.8, "brimmed": 3.4}
"""Centimetres a crown may stand above the hair pressed under it; cloth that is laid flat is longer."""
SKULL_TOP: Final = 12.2
HAIR_UNDER_HAT: Final = 0.9
"""Centimetres to which hair is pressed."""
HEAD_CM: Final = (13.8, 17.0)
"""Narrowest and widest head at the hat's level, hair pressed."""
BAND_CM: Final = 19.5
"""The widest hair that a band goes around."""
CLOTH_CM: Final = 0.4
"""Both sides together."""
END_DROP: Final[dict[HatKind, float]] = {"beanie": 1.7, "band": 1.4, "cap": 0.2, "brimmed": -9.0}
"""Centimetres by which the lower edge lies lower at the sides of the head than before the forehead, seen at the height
of the eyes: it runs down to the ears. Brims are too stiff to be bent so."""
MOST_BEND: Final = 2.4
CORNER_CM: Final[dict[HatKind, float]] = {"beanie": 1.7, "band": 1.4, "cap": 0.0, "brimmed": 0.0}
"""Radius with which soft cloth turns at the head's sides: its edge goes on around the back and ends in no corner."""
CORNER_UP: Final = 3.0
"""Such radii above the edge the cloth no longer follows it."""
MOST_ASIDE: Final = 2.0
"""Centimetres by which a hat is moved from the face's middle to the head's: of a turned head more is seen behind."""
STRETCH: Final = (0.55, 1.2)
"""Height of a crown relative to its width, of that in the product picture: knitwear gives way most."""
CROWN_TURN: Final = (0.15, 1.0)
"""How far, in crown half widths for a quarter turn, top and base of the crown move when the head turns."""
BRIM_TURN: Final = 0.4
"""The same for the front edge, beyond its crown."""


@dataclass(frozen=True, slots=True)
class HatTarget:
    head: Head
    kind: HatKind
    origin: Points
    """(2,) pixels: the front edge's height on the head's axis."""
    right: Points
    up: Points
    """(2,) pixels a centimetre, to the wearer's left and upwards."""
    half_cm: float
    """Half the crown's width."""
    drop_cm: float
    """Of visor or brim below the crown's base."""
    hair_is_wider: bool
    """Than any band is; a hat presses it down."""
    bend_cm: float
    """How far the crown's ends are bent down, more than the product picture shows."""
    scale_x: float
    scale_y: float
    """Centimetres a pixel of the product picture, across and up the crown."""
    product: GarmentAnalysis

    @property
    def crown_ends(self) -> tuple[Points, Points]:
        """The wearer's right and left end of the crown's base, in pixels."""
        level = self.origin + self.up * np.float32(self._base_cm - self.bend_cm)
        return level - self.right * np.float32(self.half_cm), level + self.right * np.float32(self.half_cm)

    @property
    def brim_ends(self) -> tuple[Points, Points]:
        """The same of the brim, a little below its upper edge; without a brim the crown's."""
        if self.kind != "brimmed":
            return self.crown_ends
        level = self.origin + self.up * np.float32(self.drop_cm * 0.6)
        out = self.right * np.float32(0.95 * self._half_width_cm)
        return level - out, level + out

    @property
    def top(self) -> Points:
        """The crown's highest point."""
        tall = self.product.points["crown_left" if self.drop_cm else "front"][1] - self.product.points["top"][1]
        return np.asarray(self.origin + self.up * np.float32(self.drop_cm + tall * self.scale_y), np.float32)

    @property
    def _base_cm(self) -> float:
        """Height of the crown's ends above the front edge."""
        if self.drop_cm:
            return self.drop_cm
        return (self.product.points["front"][1] - self.product.points["crown_left"][1]) * self.scale_y

    def on_product(self, shape: tuple[int, int]) -> NDArray[np.float32]:
        """(h, w, 2) for every pixel of the picture the product's pixel that is seen there."""
        rows, columns = np.indices(shape, dtype=np.float32)
        here = np.stack([columns, rows], axis=-1)
        back = np.linalg.inv(np.stack([self.right, self.up], axis=1)).astype(np.float32)
        across, above = np.moveaxis((here - self.origin) @ back.T, -1, 0)
        points = self.product.points
        base, front, top = points["crown_left"][1], points["front"][1], points["top"][1]
        tall = self.drop_cm + (base if self.drop_cm else front) * self.scale_y - top * self.scale_y
        # The edge lies the lower the farther around the head; of a turned head one side shows more of that.
        around = np.arcsin(np.clip(across / self.half_cm, -1, 1)) - np.float32(np.radians(self.head.yaw))
        bent = self.bend_cm * (1 - np.cos(around))
        above = (above + bent * np.clip(1 - above / tall, 0, 1)).astype(np.float32)
        above = self._without_corners(across, above, tall)
        if self.drop_cm:
            lower = front - above / np.float32(self.drop_cm) * np.float32(front - base)
            y = np.where(above < self.drop_cm, lower, base - (above - self.drop_cm) / np.float32(self.scale_y))
        else:
            y = front - above / np.float32(self.scale_y)
        x = self._turned_back(across, np.clip((y - top) / max(base - top, 1.0), 0, None))
        middle = (points["crown_left"][0] + points["crown_right"][0]) / 2
        return np.stack([middle + x / np.float32(self.scale_x), y], axis=-1).astype(np.float32)

    def _without_corners(
        self, across: NDArray[np.float32], above: NDArray[np.float32], tall: float
    ) -> NDArray[np.float32]:
        """The heights in centimetres, as if the cloth's edge rose in an arc at both ends; a band's two edges meet."""
        radius = CORNER_CM[self.kind]
        if not radius:
            return above
        out = np.clip((np.abs(across) - self.half_cm + radius) / radius, 0, 1)
        rise = radius * (1 - np.sqrt(1 - out**2))
        if self.kind == "band":
            return np.asarray(tall / 2 + (above - tall / 2) / (1 - np.minimum(2 * rise / tall, 0.8)), np.float32)
        return np.asarray(above - rise * np.clip(1 - above / (CORNER_UP * radius), 0, 1), np.float32)

    def _turned_back(self, across: NDArray[np.float32], below: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where on the product something lies that a turn of the head moved `across`; `below` is 0 at the crown's
        top, 1 at its base, more on the visor. The outline's sides stay, its middle moves: x' = x + a (1 - x²)."""
        turn = float(np.sin(np.radians(self.head.yaw))) * self.half_cm
        along = np.minimum(below, 1.0)
        amount = turn * (CROWN_TURN[0] + (CROWN_TURN[1] - CROWN_TURN[0]) * along)
        across = across - turn * BRIM_TURN * np.clip((below - 1) * 2, 0, 1)
        if abs(turn) < 0.05:
            return np.asarray(across, np.float32)
        wide = self._half_width_cm
        a, x = amount / wide, across / wide
        inside = np.maximum(1 - 4 * a * (x - a), 0)
        return np.asarray(2 * (x - a) / (1 + np.sqrt(inside)) * wide, np.float32)

    @property
    def _half_width_cm(self) -> float:
        points = self.product.points
        names = ("brim_left", "brim_right") if "brim_left" in points else ("crown_left", "crown_right")
        return abs(points[names[0]][0] - points[names[1]][0]) / 2 * self.scale_x


def place_hat(head: Head, person: PersonAnalysis, product: GarmentAnalysis) -> HatTarget:
    """`person` and `head` belong to the same picture."""
    kind = kind_of(product)
    right = head.matrix[:, 0]
    up = np.array((right[1], -right[0]), np.float32) / np.linalg.norm(right) * np.linalg.norm(head.matrix[:, 1])
    axis = head.at(np.array((0.0, 7.0, 0.0)))
    front = head.at(np.array((0.0, FRONT_EDGE[kind], FOREHEAD_DEPTH)))
    origin = axis + up * (((front - axis) @ up) / (up @ up))
    widest = BAND_CM if kind == "band" else HEAD_CM[1]
    measured, ends = _head_width(person, origin, right, up)
    half = (float(np.clip(measured, HEAD_CM[0], widest)) + CLOTH_CM) / 2
    origin = origin + right * np.float32(_aside(ends, half))
    points = product.points
    scale_x = 2 * half / max(points["crown_left"][0] - points["crown_right"][0], 1.0)
    drop = min(BRIM_DROP[kind], (points["front"][1] - points["crown_left"][1]) * scale_x)
    tall = (points["crown_left"][1] if drop else points["front"][1]) - points["top"][1]
    scale_y = scale_x
    if kind != "band":
        skull = float((head.at(np.array((0.0, SKULL_TOP, 0.0))) - origin) @ up / (up @ up))
        needed = skull + HAIR_UNDER_HAT - drop
        wanted = float(np.clip(tall * scale_x, needed + 0.5, needed + CROWN_ABOVE[kind]))
        scale_y = scale_x * float(np.clip(wanted / max(tall * scale_x, 1e-3), *STRETCH))
    wider = kind == "band" and measured > BAND_CM + 2.5
    flatter = drop / max(points["front"][1] - points["crown_left"][1], 1.0) if drop else scale_y
    bend = float(np.clip(END_DROP[kind] - _end_drop(product) * flatter, 0.0, MOST_BEND))
    return HatTarget(
        head, kind, origin, right, up.astype(np.float32), half, drop, wider, bend, scale_x, scale_y, product
    )


def _end_drop(product: GarmentAnalysis) -> float:
    """Pixels by which the lower edge lies lower towards the crown's ends than in the middle: negative for a smile."""
    left, right = product.points["crown_left"][0], product.points["crown_right"][0]
    columns = np.rint((left + right) / 2 + np.array((-0.85, 0.85)) * (left - right) / 2).astype(int)
    lowest = [np.flatnonzero(product.opacity[:, column] > 0.5) for column in columns]
    return float(np.mean([rows[-1] for rows in lowest if len(rows)])) - product.points["front"][1]


def _head_width(person: PersonAnalysis, origin: Points, right: Points, up: Points) -> tuple[float, tuple[float, float]]:
    """Centimetres across head and hair where a hat grips, and how far they reach to the picture's left and right."""
    head_and_hair = np.isin(person.labels, (BodyLabel.HEAD, BodyLabel.HAIR))
    steps = np.arange(-14.0, 14.0, 0.1)
    middle = len(steps) // 2
    widths, reaches = [], []
    for above in (0.8, 1.3, 1.8, 2.3):
        spots = np.rint(origin + up * above + right * steps[:, None]).astype(int)
        inside = (
            (spots >= 0).all(axis=1) & (spots[:, 0] < person.labels.shape[1]) & (spots[:, 1] < person.labels.shape[0])
        )
        seen = np.zeros(len(steps), bool)
        seen[inside] = head_and_hair[spots[inside, 1], spots[inside, 0]]
        widths.append(float(seen.sum()) * 0.1)
        halves = (np.append(seen[:middle][::-1], False), np.append(seen[middle:], False))
        reaches.append([float(np.argmin(half)) * 0.1 for half in halves])
    left, right_end = np.median(reaches, axis=0)
    return float(np.median(widths)), (float(left), float(right_end))


def _aside(ends: tuple[float, float], half: float) -> float:
    """Centimetres to the right by which a hat is moved so that it stands out on neither side of the head."""
    lacking = half - CLOTH_CM / 2 - min(ends)
    move = min(max(lacking, 0.0), abs(ends[1] - ends[0]) / 2, MOST_ASIDE)
    return float(np.copysign(move, ends[1] - ends[0]))
