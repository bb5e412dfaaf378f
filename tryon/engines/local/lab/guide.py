"""The pictures of docs/local-engine.md: the stages of one try-on, side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image

from tryon.engines.local.analysis import Joint, PersonAnalysis, Picture
from tryon.engines.local.lab.pictures import draw_stages
from tryon.engines.local.lab.stages import Stages

PAGES: Final = {
    "result": (600, ("changed", "photo", "result")),
    "garment": (460, ("cut_out", "garment_landmarks")),
    "person": (617, ("person_landmarks", "matte", "parse")),
    "placing": (478, ("target", "warp", "shading")),
}
"""Height in pixels and stages of each picture."""
WHOLE: Final = frozenset({"changed", "photo", "result", "person_landmarks", "matte", "parse"})
"""Stages that show the whole photo, of which the part around the person is wanted."""
ROOM: Final = 1.12
"""Height of that part, of the person's."""
QUALITY: Final = 88


def write_guide(found: Stages, folder: Path) -> list[str]:
    """Write those pictures whose stages were reached as JPEG files into an existing folder; gives the files' names."""
    drawn = dict(draw_stages(found))
    if found.photo is not None:
        drawn["photo"] = found.photo
    if found.person is not None:
        drawn |= {name: _around(drawn[name], found.person) for name in WHOLE & drawn.keys()}
    names: list[str] = []
    for page, (height, stages) in PAGES.items():
        if drawn.keys() >= set(stages):
            names.append(f"{page}.jpg")
            joined = _side_by_side([drawn[stage] for stage in stages], height)
            Image.fromarray(joined).save(folder / names[-1], quality=QUALITY)
    return names


def _around(picture: Picture, person: PersonAnalysis) -> Picture:
    """The part of a picture of the whole photo that shows the person: half as wide as high, the shoulders in its
    middle."""
    rows = np.flatnonzero((person.matte > 0.5).any(axis=1)) * len(picture) / len(person.matte)
    height = min(len(picture), round(ROOM * (rows[-1] - rows[0])))
    shoulders = person.pose.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], 0].mean()
    across = float(shoulders) * picture.shape[1] / person.picture.shape[1]
    upper = _beginning((rows[0] + rows[-1]) / 2, height, len(picture))
    left = _beginning(across, height // 2, picture.shape[1])
    return picture[upper : upper + height, left : left + height // 2]


def _beginning(middle: float, size: int, whole: int) -> int:
    """Where a piece of that size begins that has its middle there, or as near as the whole allows."""
    return max(0, min(round(middle - size / 2), whole - size))


def _side_by_side(pictures: Sequence[Picture], height: int) -> Picture:
    sizes = [(round(height * picture.shape[1] / picture.shape[0]), height) for picture in pictures]
    fitted = [cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one, size in zip(pictures, sizes, strict=True)]
    return np.hstack(fitted).astype(np.uint8, copy=False)
