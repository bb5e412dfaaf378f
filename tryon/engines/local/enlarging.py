"""From the size a garment was placed at to the size of the photo: maps are enlarged, the photo never."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import PersonAnalysis, Picture
from tryon.engines.local.removal import Undressed
from tryon.engines.local.warp import Warp

Box = tuple[int, int, int, int]
"""left, upper, right, lower, in pixels."""


def at_photo_size(
    photo: Picture, small: PersonAnalysis, near: Box, factor: float
) -> tuple[Box, Picture, PersonAnalysis]:
    """The box in the photo's pixels, the photo there, and the person's maps enlarged to it."""
    if photo.shape[1] == round(photo.shape[1] / factor):
        left, upper, right, lower = near
        return near, photo[upper:lower, left:right], small
    height, width = photo.shape[:2]
    left, upper, right, lower = (round(v * factor) for v in near)
    box = (left, upper, min(right, width), min(lower, height))
    crop = photo[box[1] : box[3], box[0] : box[2]]
    size = (crop.shape[1], crop.shape[0])
    labels = cv2.resize(small.labels, size, interpolation=cv2.INTER_NEAREST)
    matte = cv2.resize(small.matte, size, interpolation=cv2.INTER_LINEAR)
    return box, crop, replace(small, picture=crop, labels=labels, matte=matte)


def resized_field(field: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    if field.shape[:2] == shape[:2]:
        return field
    return cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)


def enlarged_warp(warp: Warp, shape: tuple[int, ...]) -> Warp:
    return Warp(
        resized_field(warp.torso, shape),
        resized_field(warp.torso_area, shape),
        {side: resized_field(field, shape) for side, field in warp.sleeves.items()},
        {side: resized_field(area, shape) for side, area in warp.sleeve_area.items()},
    )


def enlarged_undressed(undressed: Undressed, crop: Picture) -> Undressed:
    return Undressed(
        resized_field(undressed.light, crop.shape),
        resized_field(undressed.opacity, crop.shape),
        resized_field(undressed.skin, crop.shape),
        resized_field(undressed.bottom, crop.shape),
    )
