"""What every engine that calls a provider does alike: prepare, ask, look at the answer, ask again, translate.

A provider's own engine says only how one picture is asked for (`ask`) and what it costs.
"""

import dataclasses
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from tryon.engines.base import Category, Engine, Garment, PersonCheck, TryOnRequest, TryOnResult
from tryon.engines.errors import EngineError, EngineTimeout, UnsupportedCategory
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.output_size import fitted_file
from tryon.engines.truth.verdict import Verdict
from tryon.logs import get_logger

SECONDS_WITHOUT_DEADLINE: Final = 60.0
TRIES_MAX: Final = 3
CHARGED_TRIES_MAX: Final = 2
"""A picture that the provider asks money for is asked for at most twice."""
PAUSE_SECONDS, PAUSE_FACTOR, PAUSE_MAX_SECONDS = 0.5, 2.0, 8.0
WORTH_ASKING_SECONDS: Final = 2.0
"""With less time left no provider answers."""
CHECKING_SECONDS, CHECKING_SHARE = 8.0, 0.2
"""Kept back of the time for looking at the answer: the lesser of the two."""
_CHANCE: Final = random.SystemRandom()

log = get_logger(__name__)


class Judge(Protocol):
    def __call__(self, request: TryOnRequest, candidate: bytes, media_type: str, *, eyes: Engine) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class ProviderPicture:
    """What a provider gave: encoded bytes as they came, already cut back to the photo's frame where it was padded."""

    picture: bytes
    media_type: str
    is_untouched: bool
    model: str
    cost_microdollars: int


class HostedEngine:
    """Safe to share between threads; holds no connection."""

    name: str
    version: str
    categories: frozenset[Category]

    def __init__(
        self,
        eyes: Callable[[], Engine],
        *,
        pause: Callable[[float], None] = time.sleep,
        judge: Judge | None = None,
    ) -> None:
        """`eyes` gives the local engine, which looks at the photo before and at the picture after; `judge` is how,
        the truth checks where nothing else is said."""
        self._eyes = eyes
        self._pause = pause
        self._judge = judge

    def ask(self, request: TryOnRequest, seconds: float) -> ProviderPicture:
        """One request to the provider, answered within `seconds`; raises ProviderFailure."""
        raise NotImplementedError

    def warm_up(self) -> None:
        """Nothing here is slow to load."""

    def check_person(self, photo: bytes, category: Category | None = None) -> PersonCheck:
        return self._eyes().check_person(photo, category)

    @property
    def prepared_by(self) -> Engine:
        """Whose preparations are of use: those of the eyes that will look at the picture."""
        return self._eyes()

    def prepare_person(self, photo: bytes) -> bytes | None:
        return None

    def prepare_garment(self, garment: Garment) -> bytes | None:
        return None

    def dress(self, request: TryOnRequest) -> TryOnResult:
        unsupported = [garment.category for garment in request.garments if garment.category not in self.categories]
        if unsupported:
            raise UnsupportedCategory(reason=unsupported[0])
        return _Attempt(self, request, self._eyes, self._judge or _truth_checks(), self._pause).run()


def _truth_checks() -> Judge:
    from tryon.engines.truth.judging import judge  # brings the local eyes' libraries, of no use to a web process

    return judge


class _Attempt:
    """One call of `dress`: its deadline, its cost, the times of its stages."""

    def __init__(
        self,
        engine: HostedEngine,
        request: TryOnRequest,
        eyes: Callable[[], Engine],
        judge: Judge,
        pause: Callable[[float], None],
    ) -> None:
        self._engine, self._report = engine, request.report_progress
        self._request = dataclasses.replace(request, report_progress=self._tell)
        self._eyes, self._judge, self._pause = eyes, judge, pause
        self._deadline = request.deadline or time.monotonic() + SECONDS_WITHOUT_DEADLINE
        self._cost = self._percent = 0
        self._seconds: dict[str, float] = {}

    def run(self) -> TryOnResult:
        tries = charged = 0
        while True:
            tries += 1
            try:
                return self._try_once()
            except ProviderFailure as failure:
                name = self._engine.name
                log.info("engine.provider_failed", engine=name, reason=failure.name, detail=failure.detail, tries=tries)
                self._cost += failure.cost_microdollars
                charged += failure.row.charged
                pause = _pause_before(tries, failure)
                is_over = not failure.row.again or tries >= TRIES_MAX or charged >= CHARGED_TRIES_MAX
                if is_over or self._left() < pause + WORTH_ASKING_SECONDS:
                    raise failure.as_error(cost_microdollars=self._cost) from failure
                self._wait(pause)
                if failure.row.charged:  # the same seed would draw the same picture
                    self._request = dataclasses.replace(self._request, seed=self._request.seed + 1)
            except EngineError as error:
                error.cost_microdollars += self._cost
                raise

    def _try_once(self) -> TryOnResult:
        left = self._left()
        if left < WORTH_ASKING_SECONDS:
            raise EngineTimeout(reason="before_asking")
        self._tell("asking", 10)
        with self._timed("asking"):
            made = self._engine.ask(self._request, left - min(CHECKING_SECONDS, CHECKING_SHARE * left))
        self._tell("checking", 80)
        try:
            with self._timed("checking"):
                verdict = self._judge(self._request, made.picture, made.media_type, eyes=self._eyes())
        except EngineError as error:
            error.cost_microdollars += made.cost_microdollars
            raise
        if not verdict.passed:
            raise ProviderFailure("failed_checks", detail=verdict.reason, cost_microdollars=made.cost_microdollars)
        result = self._result(made, verdict)
        self._tell("finishing", 100)
        return result

    def _result(self, made: ProviderPicture, verdict: Verdict) -> TryOnResult:
        smaller = fitted_file(verdict.picture, self._request.output_size)
        return TryOnResult(
            smaller or verdict.picture,
            "image/png" if smaller else verdict.media_type,
            self._engine.name,
            self._engine.version,
            made.model,
            self._seconds,
            verdict.scores,
            provenance="generated",
            is_untouched=made.is_untouched and verdict.is_untouched and not smaller,
            cost_microdollars=self._cost + made.cost_microdollars,
        )

    def _left(self) -> float:
        return self._deadline - time.monotonic()

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._tell("waiting", 10)
            with self._timed("waiting"):
                self._pause(seconds)

    def _tell(self, stage: str, percent: int) -> None:
        """Never less than was told before, also when all is done again."""
        self._percent = max(self._percent, percent)
        self._report(stage, self._percent)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds[stage] = round(self._seconds.get(stage, 0.0) + time.monotonic() - began, 4)


def _pause_before(next_try: int, failure: ProviderFailure) -> float:
    """Seconds: what the provider asked for, else a pause that grows; always with a part left to chance, so that many
    who were refused together do not come back together."""
    if failure.row.charged:
        return 0.0
    grown = min(PAUSE_MAX_SECONDS, PAUSE_SECONDS * PAUSE_FACTOR ** (next_try - 1))
    wanted = failure.retry_after_seconds
    return wanted * _CHANCE.uniform(1.0, 1.1) if wanted is not None else _CHANCE.uniform(grown / 2, grown)
