"""From a product picture of glasses to a GarmentAnalysis: where lenses, bridge and the frame's ends are."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.engines.errors import GarmentNotFound
from tryon.engines.local.analysis import GarmentAnalysis, GarmentPart, LabelMap, Opacity, Picture
from tryon.engines.local.eyewear_cut import GlassesCut, cut_glasses

LARGEST_LEAN: Final = 15.0
"""Degrees between the lenses' line and the picture's: photographed from the side, or lying askew."""
NARROWEST: Final = 1.55
"""Width over height of glasses seen from the front; aviators reach 2.1, reading glasses 4."""
TALLEST_BRIDGE: Final = 0.85
"""Of the lenses' height; even one-piece visors are cut out for the nose."""
UNEVEN: Final = 1.12
"""One half of the frame may be this much longer than the other: beyond is a temple that stands out at the side."""


def analyse_glasses(picture: Picture, opacity: Opacity | None = None) -> GarmentAnalysis:
    """Raises GarmentNotFound where there is no single pair of glasses, seen from the front, on a plain ground."""
    cut = cut_glasses(picture, opacity)
    right, left = (np.array(lens.centre) for lens in cut.lenses)
    across = left - right
    if abs(np.degrees(np.arctan2(across[1], across[0]))) > LARGEST_LEAN:
        raise GarmentNotFound(reason="glasses_askew")
    if not _has_bridge(cut, (left + right) / 2):
        raise GarmentNotFound(reason="no_two_lenses")
    axis = across / np.linalg.norm(across)
    points = _points(cut, (left + right) / 2, axis, float(np.linalg.norm(across)))
    width = points["end_left"][0] - points["end_right"][0]
    if width < NARROWEST * np.ptp(np.flatnonzero((cut.opacity > 0.5).any(axis=1) | cut.lens_area.any(axis=1))):
        raise GarmentNotFound(reason="glasses_not_from_the_front")
    return GarmentAnalysis(
        picture=cut.picture,
        opacity=cut.opacity,
        parts=_parts(cut),
        category="eyewear",
        sleeve="none",
        points=points,
        neckline=np.empty((0, 2), np.float32),
    )


def _has_bridge(cut: GlassesCut, middle: NDArray[np.floating]) -> bool:
    """Whether the glasses leave room for a nose between the lenses."""
    tall = np.ptp(np.flatnonzero(cut.lens_area.any(axis=1)))
    column = int(np.clip(round(float(middle[0])), 0, cut.solid.shape[1] - 1))
    return bool(cut.solid[:, column].sum() < TALLEST_BRIDGE * tall)


def _parts(cut: GlassesCut) -> LabelMap:
    parts = np.where(cut.opacity > 0, GarmentPart.TORSO, GarmentPart.OUTSIDE)
    return np.where(cut.lens_area, GarmentPart.LENS, parts).astype(np.uint8)


def _points(
    cut: GlassesCut, middle: NDArray[np.floating], axis: NDArray[np.floating], apart: float
) -> dict[str, tuple[float, float]]:
    """Lens centres, the middle between them, and the frame's outer ends, alike on both sides."""
    rows, columns = np.nonzero(cut.solid)
    spots = np.stack([columns, rows], axis=1) - middle
    along, below = spots @ axis, spots @ np.array((-axis[1], axis[0]))
    reach = [float(-along.min()), float(along.max())]
    half = min(max(reach), UNEVEN * min(reach))
    # Hinges stand out beside the upper half of the lenses; a temple seen behind may hang lower.
    end = [(side * along > 0.94 * reach[i]) & (below < 0.3 * apart) for i, side in enumerate((-1, 1))]
    height = float(np.mean([np.median(below[mask]) if mask.any() else 0.0 for mask in end]))
    down = np.array((-axis[1], axis[0])) * height
    named = {
        "lens_right": np.array(cut.lenses[0].centre),
        "lens_left": np.array(cut.lenses[1].centre),
        "bridge": middle,
        "end_right": middle - half * axis + down,
        "end_left": middle + half * axis + down,
    }
    return {name: (float(x), float(y)) for name, (x, y) in named.items()}
