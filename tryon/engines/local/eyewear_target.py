"""Where glasses sit on a head: a bent front before the eyes, and temples from its ends back to the ears."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart, Points
from tryon.engines.local.heads import EYES_MIDDLE, Head

FRAME_CM: Final = 14.2
"""Width of a usual frame on the standard face, which is 15.3 cm wide."""
FRAME_RANGE: Final = (13.3, 15.0)
LENSES_APART: Final = (6.2, 7.3)
"""Centimetres between the lens centres; pupils are 6.2 apart. A frame is made larger or smaller to keep within."""
BELOW_EYES: Final = (0.25, 0.09)
"""The lens' middle lies this many centimetres, or this share of the lens' height, below the eyes: the larger counts."""
FRONT_DEPTH: Final = 5.7
"""Centimetres: the front's middle, 12 mm before the eyes."""
WRAP: Final = 1.5
"""Centimetres by which the front's ends lie farther back than its middle."""
TILT: Final = 0.10
"""Centimetres forward for one up: the lenses lean towards the cheeks."""
EAR: Final = (7.6, 3.0, -4.1)
"""Where a temple disappears behind the wearer's left ear."""
TEMPLE_CM: Final = (0.25, 0.75)
"""Thinnest and thickest temple seen from the side."""
SEEN_TEMPLE_CM: Final = 0.25
"""A temple whose projection is shorter is hidden by the frame's own end."""


@dataclass(frozen=True, slots=True)
class GlassesTarget:
    head: Head
    width_cm: float
    product_unit: float
    """Pixels of the product picture for a centimetre on the standard face."""
    temples: tuple[Points, ...]
    """(4, 2) outline of each temple that is seen."""
    lens_left: Points
    lens_right: Points
    """(2,) centres in the picture."""
    _product: GarmentAnalysis

    def on_product(self, shape: tuple[int, int]) -> NDArray[np.float32]:
        """(h, w, 2) for every pixel of the picture the product's pixel that is seen there."""
        spread = np.linspace(-1.15, 1.15, 25) * self.width_cm / 2
        u, v = (part.ravel() for part in np.meshgrid(spread, np.linspace(-4.5, 3.5, 15)))
        seen = self.head.at(_before_the_face(self._product, self.product_unit, u, v))
        bridge, right, up = _axes(self._product)
        product = bridge + self.product_unit * (u[:, None] * right + v[:, None] * up)
        centre, size = seen.mean(0), np.float32(np.ptp(seen, axis=0).max())
        found, *_ = np.linalg.lstsq(_terms((seen - centre) / size), product, rcond=None)
        rows, columns = np.indices(shape, dtype=np.float32)
        here = np.stack([columns, rows], axis=-1)
        return _terms((here - centre) / size) @ found.astype(np.float32)


def place_glasses(head: Head, product: GarmentAnalysis) -> GlassesTarget:
    points = {name: np.array(spot) for name, spot in product.points.items()}
    width_px = float(np.linalg.norm(points["end_left"] - points["end_right"]))
    apart_px = float(np.linalg.norm(points["lens_left"] - points["lens_right"]))
    narrowest, widest = (limit * width_px / apart_px for limit in LENSES_APART)
    width = float(np.clip(np.clip(FRAME_CM, narrowest, widest), *FRAME_RANGE))
    unit = width_px / width
    bridge, right, up = _axes(product)
    lenses = []
    for name in ("lens_left", "lens_right"):
        away = (points[name] - bridge) / unit
        lenses.append(head.at(_before_the_face(product, unit, away @ right, away @ up)))
    temples = tuple(outline for side in (-1.0, 1.0) if (outline := _temple(head, product, unit, side)) is not None)
    return GlassesTarget(head, width, unit, temples, lenses[0], lenses[1], product)


def _axes(product: GarmentAnalysis) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of the product picture: the point between the lenses, the direction to the wearer's left, and upwards."""
    left, right = np.array(product.points["lens_left"]), np.array(product.points["lens_right"])
    axis = (left - right) / np.linalg.norm(left - right)
    return np.array(product.points["bridge"]), axis, np.array((axis[1], -axis[0]))


def _before_the_face(
    product: GarmentAnalysis, unit: float, u: NDArray[np.floating], v: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Centimetres of the standard face for centimetres on the glasses' front, from the point between the lenses."""
    rows = np.flatnonzero((product.parts == GarmentPart.LENS).any(axis=1))
    tall = float(np.ptp(rows)) / unit
    drop = max(BELOW_EYES[0], BELOW_EYES[1] * tall)
    y = EYES_MIDDLE[1] - drop + v
    z = FRONT_DEPTH - WRAP * (u / (FRAME_CM / 2)) ** 2 + TILT * v
    return np.stack(np.broadcast_arrays(u, y, z), axis=-1)


def _temple(head: Head, product: GarmentAnalysis, unit: float, side: float) -> Points | None:
    """Outline of the temple on the wearer's left (side 1) or right (-1), None where none of it can be seen."""
    bridge, right, upwards = _axes(product)
    end = np.array(product.points["end_left" if side > 0 else "end_right"])
    away = (end - bridge) / unit
    hinge = _before_the_face(product, unit, away @ right - side * 0.15, away @ upwards)
    ear = np.array(EAR) * (side, 1, 1)
    along = head.at(ear) - head.at(hinge)
    outwards = head.matrix[:, 0] / np.linalg.norm(head.matrix[:, 0]) * side
    if float(along @ outwards) < SEEN_TEMPLE_CM * head.unit:
        return None
    half = end_thickness(product, unit, side) / 2
    up = np.array((0.0, half, 0.0))
    return head.at(np.stack([hinge + up, ear + 0.8 * up, ear - 0.8 * up, hinge - up]))


def end_thickness(product: GarmentAnalysis, unit: float, side: float) -> float:
    """Centimetres, from how thick the frame is at its end."""
    end = np.array(product.points["end_left" if side > 0 else "end_right"])
    frame = (product.opacity > 0.5) & (product.parts != GarmentPart.LENS)
    found = []
    for inwards in (0.1, 0.2, 0.3, 0.4, 0.5):
        column = frame[:, int(np.clip(end[0] - side * inwards * unit, 0, frame.shape[1] - 1))]
        _, pieces = cv2.connectedComponents(column.astype(np.uint8).reshape(-1, 1))
        nearest = np.flatnonzero(column)
        if len(nearest):
            own = pieces[nearest[np.abs(nearest - end[1]).argmin()], 0]
            found.append(float((pieces == own).sum()) / unit)
    return float(np.clip(min(found, default=0.0), *TEMPLE_CM))


def _terms(spots: NDArray[np.floating]) -> NDArray[np.floating]:
    x, y = spots[..., 0], spots[..., 1]
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y, x**3, x * x * y], axis=-1)
