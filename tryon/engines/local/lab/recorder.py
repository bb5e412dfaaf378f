"""An engine that remembers what it answered."""

import time
from dataclasses import dataclass, field
from typing import Final

from tryon.engines.base import Category, Engine, Garment, PersonCheck, TryOnRequest, TryOnResult
from tryon.engines.errors import EngineError
from tryon.engines.local.lab.folders import Combination

DRESSED: Final = "dressed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: a picture, or the code of the refusal with its reason."""

    code: str = DRESSED
    reason: str = ""
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)


class Recorder:
    """Asks another engine, and keeps what it said, in the order of the questions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name, self.version, self.categories = engine.name, engine.version, engine.categories
        self.outcomes: list[Outcome] = []

    def warm_up(self) -> None:
        self._engine.warm_up()

    def check_person(self, photo: bytes, category: Category | None = None) -> PersonCheck:
        return self._engine.check_person(photo, category)

    def prepare_person(self, photo: bytes) -> bytes | None:
        return self._engine.prepare_person(photo)

    def prepare_garment(self, garment: Garment) -> bytes | None:
        return self._engine.prepare_garment(garment)

    def dress(self, request: TryOnRequest) -> TryOnResult:
        began = time.perf_counter()
        try:
            made = self._engine.dress(request)
        except EngineError as refusal:
            self.outcomes.append(Outcome(refusal.code, refusal.reason, time.perf_counter() - began))
            raise
        seconds = time.perf_counter() - began
        self.outcomes.append(Outcome(DRESSED, "", seconds, dict(made.seconds), dict(made.scores)))
        return made


def answer(engine: Engine, combination: Combination) -> TryOnResult | EngineError:
    """Dress one combination; a refusal is an answer, too."""
    garment = Garment(combination.garment.read_bytes(), combination.category)
    try:
        return engine.dress(TryOnRequest(combination.person.read_bytes(), (garment,)))
    except EngineError as refusal:
        return refusal
