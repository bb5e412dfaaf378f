"""The people and garments the local engine's tests dress: openvto's own pictures (MIT), each analysed once a run."""

import os
from functools import cache
from importlib import resources
from pathlib import Path

import cv2
import numpy as np

from tryon.engines.base import TryOnOptions
from tryon.engines.local import networks
from tryon.engines.local.analysis import GarmentAnalysis, PersonAnalysis, Picture
from tryon.engines.local.dressing import Dressed, dress_top
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.person import analyse_person

NETWORKS = Path(os.environ.get("TRYON_TEST_NETWORKS") or Path.home() / ".cache" / "tryon" / "networks")


def asset(name: str) -> Path:
    """A picture of the openvto package, for example people/3_posture.jpg."""
    return Path(str(resources.files("openvto"))) / "assets" / name


USUAL = TryOnOptions()


@cache
def picture_of(name: str) -> Picture:
    decoded = cv2.imread(str(asset(name)), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.ascontiguousarray(decoded[..., ::-1])


@cache
def eyes() -> Eyes:
    networks.fetch(NETWORKS)
    return Eyes(NETWORKS)


@cache
def person_of(name: str) -> PersonAnalysis:
    return analyse_person(picture_of(name), eyes())


@cache
def garment_of(name: str) -> GarmentAnalysis:
    return analyse_garment(picture_of(f"clothes/{name}"), "outerwear" if "jackets" in name else "tops")


@cache
def dressed(person: str, garment: str, options: TryOnOptions = USUAL) -> Dressed:
    """The person in the garment, at the photo's own size."""
    return dress_top(picture_of(person), person_of(person), garment_of(garment), options, lambda stage, percent: None)
