"""From a product picture to a GarmentAnalysis: cut out, landmarks, parts."""

from dataclasses import replace

import cv2
import numpy as np

from tryon.engines.base import Category
from tryon.engines.errors import UnsupportedCategory
from tryon.engines.local.analysis import GarmentAnalysis, Opacity, Picture, Points
from tryon.engines.local.cutout import cut_out
from tryon.engines.local.garment_landmarks import UpperLandmarks, read_upper_landmarks
from tryon.engines.local.garment_parts import label_parts
from tryon.engines.local.neckline import Neckline

READING_SIDE_PX = 512
"""Longest side on which landmarks are read: a point is then good to about two pixels of the cut-out."""
UPPER: tuple[Category, ...] = ("tops", "outerwear", "dresses")


def analyse_garment(picture: Picture, category: Category, opacity: Opacity | None = None) -> GarmentAnalysis:
    """Understand a product picture; `opacity` is its alpha channel where it has one.

    Raises GarmentNotFound where there is no single garment in it, UnsupportedCategory for what is not worn on the
    torso or the legs.
    """
    if category not in UPPER:
        raise UnsupportedCategory(reason=category)
    cut = cut_out(picture, opacity)
    scale = min(1.0, READING_SIDE_PX / max(cut.opacity.shape))
    mask = cv2.resize(cut.opacity, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) > 0.5
    small = cv2.resize(cut.picture, mask.shape[::-1], interpolation=cv2.INTER_AREA)
    height, width = cut.opacity.shape
    landmarks = _scaled(read_upper_landmarks(small, mask), width / mask.shape[1], height / mask.shape[0])
    return GarmentAnalysis(
        picture=cut.picture,
        opacity=cut.opacity,
        parts=label_parts(cut.opacity, landmarks),
        category=category,
        sleeve=landmarks.sleeve,
        points=landmarks.points,
        neckline=landmarks.neckline.curve,
    )


def _scaled(landmarks: UpperLandmarks, across: float, down: float) -> UpperLandmarks:
    """The landmarks in pixels of a picture so many times as wide and high."""
    factor = np.array([across, down], np.float32)

    def larger(points: Points) -> Points:
        return ((points + 0.5) * factor - 0.5).astype(np.float32)

    points = {name: ((x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5) for name, (x, y) in landmarks.points.items()}
    neckline = Neckline(larger(landmarks.neckline.curve), landmarks.neckline.shows_inner_back,
                        landmarks.neckline.quality)
    sleeves = {name: larger(polygon) for name, polygon in landmarks.sleeves.items()}
    return replace(landmarks, points=points, neckline=neckline, sleeves=sleeves)
