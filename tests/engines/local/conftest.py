"""The eyes, and openvto's people as they see them: each photo is analysed once for the whole run."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.engines.local.analysis import PersonAnalysis, Picture
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.person import ANALYSIS_SIDE_PX, analyse_person

Photo = Callable[[str], Picture]
Analysis = Callable[[str], PersonAnalysis]


@pytest.fixture(scope="session")
def eyes(networks_folder: Path) -> Eyes:
    return Eyes(networks_folder)


@pytest.fixture(scope="session")
def photo() -> Photo:
    """A picture of the openvto package by its path under assets, as the engine would receive it."""

    @cache
    def read(path: str) -> Picture:
        encoded = np.frombuffer((files("openvto") / "assets" / path).read_bytes(), np.uint8)
        picture = np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1])
        scale = min(1.0, ANALYSIS_SIDE_PX / max(picture.shape[:2]))
        return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    return read


@pytest.fixture(scope="session")
def analysis(eyes: Eyes, photo: Photo) -> Analysis:
    @cache
    def analyse(path: str) -> PersonAnalysis:
        return analyse_person(photo(path), eyes)

    return analyse
