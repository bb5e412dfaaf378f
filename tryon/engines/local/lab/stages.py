"""One try-on, stopped at every stage: what the engine's parts found, for somebody who wants to see why."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import cv2

from tryon.engines.base import Category, TryOnOptions
from tryon.engines.errors import EngineError, GarmentNotFound, NoPersonFound
from tryon.engines.local.analysis import GarmentAnalysis, PersonAnalysis, Picture
from tryon.engines.local.checks import refuse_if_ugly
from tryon.engines.local.engine import read_opacity, read_picture
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.garment import analyse_garment
from tryon.engines.local.keeping import as_kept_garment, as_kept_person
from tryon.engines.local.person import ANALYSIS_SIDE_PX, analyse_person, require_dressable
from tryon.engines.local.wardrobe import OUTFITTERS, Worn


@dataclass(slots=True)
class Stages:
    """Whatever was reached; what comes after a refusal that nothing can follow is None."""

    photo: Picture | None = None
    product: Picture | None = None
    person: PersonAnalysis | None = None
    garment: GarmentAnalysis | None = None
    dressed: Worn | None = None
    scores: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    refusals: list[EngineError] = field(default_factory=list)
    """All that was refused, in order. The engine stops at the first; here the work goes on as far as it can."""


def run_stages(photo: bytes, product: bytes, category: Category, options: TryOnOptions, eyes: Eyes) -> Stages:
    """Do what the engine does for one garment, and keep everything. Raises nothing but EngineUnavailable."""
    found = Stages()
    with _stage(found, "person"):
        found.person = _person(found, photo, eyes)
    with _stage(found, "garment"):
        found.garment = _garment(found, product, category, eyes)
    if found.photo is None or found.person is None or found.garment is None:
        return found
    with _stage(found, "dressable"):
        require_dressable(found.person, category)
    with _stage(found, "dressing"):
        found.dressed = OUTFITTERS[category].dress(
            found.photo, found.person, found.garment, options, lambda stage, percent: None
        )
    if found.dressed is not None:
        with _stage(found, "checks"):
            found.scores = OUTFITTERS[category].score(found.photo, found.dressed, found.garment)
            refuse_if_ugly(found.scores, OUTFITTERS[category].limits)
    return found


@contextmanager
def _stage(found: Stages, name: str) -> Iterator[None]:
    """Time a stage, and keep its refusal instead of raising it."""
    began = time.perf_counter()
    try:
        yield
    except EngineError as refusal:
        found.refusals.append(refusal)
    finally:
        found.seconds[name] = round(time.perf_counter() - began, 4)


def _person(found: Stages, encoded: bytes, eyes: Eyes) -> PersonAnalysis:
    found.photo = read_picture(encoded)
    if found.photo is None:
        raise NoPersonFound(reason="unreadable_picture")
    factor = min(1.0, ANALYSIS_SIDE_PX / max(found.photo.shape[:2]))
    small = cv2.resize(found.photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return as_kept_person(analyse_person(small, eyes))


def _garment(found: Stages, encoded: bytes, category: Category, eyes: Eyes) -> GarmentAnalysis:
    found.product = read_picture(encoded)
    if found.product is None:
        raise GarmentNotFound(reason="unreadable_picture")
    return as_kept_garment(analyse_garment(found.product, category, read_opacity(encoded), eyes=eyes))
