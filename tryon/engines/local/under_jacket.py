"""What was worn before stays between the fronts of an open jacket, and is seen there."""

from dataclasses import replace
from typing import Final

import numpy as np

from tryon.engines.local.analysis import BodyLabel, LabelMap, Opacity
from tryon.engines.local.figure import Figure
from tryon.engines.local.layers import Cloth
from tryon.engines.local.raster import polygon_opacity
from tryon.engines.local.removal import Undressed
from tryon.engines.local.target import Target

FRONT_SHARE: Final = 0.3
"""At least this share of the torso's half width is covered by each front: its side is no opening."""


def between_fronts(target: Target, figure: Figure, shape: tuple[int, ...], factor: float = 1.0) -> Opacity:
    """0..1 in a frame of the given shape: where the old top may be seen, from the chin down to the hem."""
    middle = (target.sides["right"] + target.sides["left"]) / 2
    right, left = (middle + (target.sides[side] - middle) * (1 - FRONT_SHARE) for side in ("right", "left"))
    ring = [target.neck["right"], *right, *left[::-1], target.neck["left"], figure.chin]
    return polygon_opacity(shape, (np.asarray(ring) * factor).astype(np.float32))


def with_fronts_apart(cloth: Cloth, laid: Cloth, labels: LabelMap, area: Opacity) -> Cloth:
    """The cloth as it was `laid` in the area, not widened over what is seen there; nor does its back hide that."""
    opacity = cloth.opacity + (laid.opacity - cloth.opacity) * area
    return replace(cloth, opacity=opacity, back=cloth.back * (labels != BodyLabel.TOP))


def with_top_kept(undressed: Undressed, area: Opacity) -> Undressed:
    """The old top taken off everywhere but in the area."""
    opacity, skin, bottom = (field * (1 - area) for field in (undressed.opacity, undressed.skin, undressed.bottom))
    return replace(undressed, opacity=opacity, skin=skin, bottom=bottom)
