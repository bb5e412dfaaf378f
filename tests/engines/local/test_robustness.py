"""Whatever the engine is given, it gives a picture or one of its own errors, in bounded time and memory.

A few dozen seeded cases run with the tests. More, or others:

    TRYON_ROBUSTNESS_CASES=500 TRYON_ROBUSTNESS_SEED=7 pytest tests/engines/local/test_robustness.py
"""

import os
import resource
import sys
import time
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from tests.engines.local.mutations import MUTATIONS, encode, ruin
from tests.engines.local.scenes import NETWORKS, asset, eyes, picture_of
from tryon.engines.base import Category, Fit, Garment, PersonCheck, TryOnOptions, TryOnRequest
from tryon.engines.errors import EngineError, EngineRefusal
from tryon.engines.local.engine import LocalEngine, read_picture
from tryon.engines.local.keeping import unpack_garment, unpack_person

CASES = int(os.environ.get("TRYON_ROBUSTNESS_CASES", len(MUTATIONS)))
SEED = int(os.environ.get("TRYON_ROBUSTNESS_SEED", "1"))

MOST_SECONDS = 20.0
"""Of work on the processor, not by the clock: the slowest case, a photo of 3 megapixels, takes about 6."""
MOST_MEGABYTES = 700.0
"""That one case may add to the most memory the test process ever held."""

PEOPLE = tuple(f"people/{n}_{kind}.jpg" for n in (1, 2, 3, 4) for kind in ("posture", "selfie"))
GARMENTS = tuple(f"clothes/{kind}/{n}_front.jpg" for kind in ("shirts", "jackets", "pants") for n in (1, 2, 3, 4))


@dataclass(frozen=True)
class Case:
    number: int
    person: str
    garment: str
    category: Category
    ruined: str
    """Which of the two pictures is ruined: "person" or "garment"; "neither" where the two are only mistaken."""
    mutation: str
    options: TryOnOptions

    def __str__(self) -> str:
        return f"{self.number}-{self.mutation}-{self.ruined}-{self.category}"


def _case(number: int) -> Case:
    """The mutations in turn, everything else by the seed."""
    random = np.random.default_rng((SEED, number))
    people, garments = PEOPLE, GARMENTS
    ruined = str(random.choice(["person", "person", "garment"]))
    if random.random() < 0.12:
        people, garments = (GARMENTS, PEOPLE) if random.random() < 0.5 else (PEOPLE, PEOPLE)
    person, garment = str(random.choice(people)), str(random.choice(garments))
    fit: Fit = ("slim", "regular", "oversized")[int(random.integers(0, 3))]
    tuck = (True, False, None)[int(random.integers(0, 3))]
    return Case(
        number, person, garment, _category(garment, random), ruined, MUTATIONS[number % len(MUTATIONS)],
        TryOnOptions(fit, tuck),
    )  # fmt: skip


def _category(garment: str, random: np.random.Generator) -> Category:
    """The garment's own category, and now and then another, of those the engine says it can dress."""
    own: Category = "outerwear" if "jackets" in garment else "bottoms" if "pants" in garment else "tops"
    if own in LocalEngine.categories and random.random() > 0.15:
        return own
    return sorted(LocalEngine.categories)[int(random.integers(0, len(LocalEngine.categories)))]


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    eyes()
    return LocalEngine(NETWORKS)


@cache
def _good(name: str) -> bytes:
    return asset(name).read_bytes()


def _pictures(case: Case) -> tuple[bytes, bytes]:
    random = np.random.default_rng((SEED, case.number, 1))
    person, garment = _good(case.person), _good(case.garment)
    if case.ruined == "person":
        return ruin(picture_of(case.person), case.mutation, random), garment
    return person, ruin(picture_of(case.garment), case.mutation, random)


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024


def _look_and_dress(engine: LocalEngine, person: bytes, garment: bytes, case: Case) -> str:
    """The code of what came back; fails on anything that is neither a whole picture nor a typed refusal."""
    check = engine.check_person(person)
    assert isinstance(check, PersonCheck)
    for failure in check.checks:
        assert failure.ok or len(failure.message) > 20
    try:
        made = engine.dress(TryOnRequest(person, (Garment(garment, case.category),), options=case.options))
    except EngineRefusal as refusal:
        return refusal.code
    before, after = read_picture(person), read_picture(made.picture)
    assert before is not None
    assert after is not None
    assert after.shape == before.shape
    assert all(np.isfinite(value) for value in made.scores.values())
    return "dressed"


@pytest.mark.parametrize("case", [_case(number) for number in range(CASES)], ids=str)
def test_a_ruined_picture_gives_a_picture_or_a_typed_refusal(engine: LocalEngine, case: Case) -> None:
    person, garment = _pictures(case)
    began, held = time.process_time(), _peak_megabytes()
    code = _look_and_dress(engine, person, garment, case)
    seconds = time.process_time() - began
    assert seconds < MOST_SECONDS, f"{code} after {seconds:.1f} s of work"
    assert _peak_megabytes() - held < MOST_MEGABYTES


def test_people_are_no_glasses_and_two_products_are_no_person(engine: LocalEngine) -> None:
    person, shirt = _good("people/3_posture.jpg"), _good("clothes/shirts/3_front.jpg")
    with pytest.raises(EngineError) as worn:
        engine.dress(TryOnRequest(person, (Garment(person, "eyewear"),)))
    assert worn.value.code == "garment_not_found"
    with pytest.raises(EngineError) as nobody:
        engine.dress(TryOnRequest(shirt, (Garment(shirt, "tops"),)))
    assert nobody.value.code == "no_person_found"


def test_no_alpha_channel_is_the_same_as_an_opaque_one(engine: LocalEngine) -> None:
    picture = picture_of("clothes/shirts/3_front.jpg")
    opaque = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    person = _good("people/4_posture.jpg")
    plain, veiled = (
        engine.dress(TryOnRequest(person, (Garment(encode(p, ".png"), "tops"),))).picture for p in (picture, opaque)
    )
    assert plain == veiled


def test_damaged_preparations_are_not_there(engine: LocalEngine) -> None:
    """Flipped bits anywhere, most of them in the archive's directory, where they change what it says it holds."""
    random = np.random.default_rng(SEED)
    photo = picture_of("people/3_posture.jpg")
    person = engine.prepare_person(_good("people/3_posture.jpg"))
    garment = engine.prepare_garment(Garment(_good("clothes/shirts/3_front.jpg"), "tops"))
    assert garment is not None
    survived = 0
    for number in range(300):
        kept = unpack_person(_flipped(person, random, number), photo, engine.version)
        cloth = unpack_garment(_flipped(garment, random, number), engine.version)
        survived += (kept is not None) + (cloth is not None)
    assert survived < 60


def _flipped(data: bytes, random: np.random.Generator, number: int) -> bytes:
    changed = bytearray(data)
    start = 0 if number % 4 == 0 else len(changed) - 1500
    for place in random.integers(start, len(changed), 2):
        changed[place] = int(random.integers(0, 256))
    return bytes(changed)
