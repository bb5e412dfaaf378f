"""Making one picture: engine after engine, as the plan has them, within the time there is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import cast

from tryon.config import Settings
from tryon.db import db
from tryon.engines.base import ReportProgress, TryOnResult
from tryon.engines.errors import EngineError, EngineMisconfigured
from tryon.engines.rack import EngineRack
from tryon.errors import ConfigurationError
from tryon.generations.falling_back import may_follow, nobody_left
from tryon.generations.loading import categories_of, load_request
from tryon.generations.models import Generation
from tryon.generations.request import may_send
from tryon.jobqueue import JobQueue
from tryon.logs import get_logger
from tryon.merchants.engine_settings import LOCAL
from tryon.providers.asking import ask
from tryon.providers.choosing import LOCAL_ONLY, NO_KEY, Choice, EnginePlan, Payer, choose
from tryon.providers.credentials import KeyGone, credential_for
from tryon.providers.probing import may_pass
from tryon.shoppers.models import Photo
from tryon.storage.base import Storage

NOT_READY = "not_ready"
NOT_CHOSEN = "no_longer_chosen"
"""Why another engine made it than was planned, where the merchant changed their choice meanwhile."""

log = get_logger(__name__)

Guard = Callable[[Callable[[], TryOnResult]], "TryOnResult | EngineError"]


@dataclass(frozen=True, slots=True)
class Made:
    result: TryOnResult
    fallback_from: str | None = None
    """The engine that should have made it; None where that one did."""
    fallback_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Making:
    """One run's means."""

    generation_id: str
    engines: EngineRack
    storage: Storage
    queue: JobQueue
    settings: Settings
    report_progress: ReportProgress
    guard: Guard
    """Turns whatever an engine throws into an EngineError."""

    def make(self) -> Made | EngineError:
        ends_at = time.monotonic() + self.settings.generation_timeout_seconds
        generation = db.session.get_one(Generation, self.generation_id, populate_existing=True)
        plan = _plan(generation, self.settings)
        merchant_id, planned = generation.merchant_id, _Wish.of(generation)
        db.session.commit()
        last: EngineError | None = None
        for choice in plan.order:
            reason = choice.closed or self._why_not(choice, merchant_id, last)
            if not reason:
                made = self.guard(partial(self._attempt, choice, merchant_id, self._end_of(choice, plan, ends_at)))
                if not isinstance(made, EngineError):
                    return planned.compared_with(choice, made)
                last, reason = made, made.reason or made.code
                log.info("engine.failed", generation=self.generation_id, engine=choice.engine, reason=reason)
            planned.note(choice, reason)
        return last or nobody_left(plan)

    def _why_not(self, choice: Choice, merchant_id: str, last: EngineError | None) -> str:
        if last is not None and not may_follow(last, choice):
            return last.reason or last.code
        return "" if may_pass(choice, merchant_id, self.generation_id) else choice.breaker.reason

    def _end_of(self, choice: Choice, plan: EnginePlan, ends_at: float) -> float:
        """A provider leaves time to whoever falls in after it."""
        falls_in = any(not each.is_hosted for each in plan.open[plan.open.index(choice) + 1 :])
        if not choice.is_hosted or not falls_in:
            return ends_at
        left = max(0.0, ends_at - time.monotonic())
        return ends_at - min(self.settings.engine_fallback_seconds, left / 2)

    def _attempt(self, choice: Choice, merchant_id: str, ends_at: float) -> TryOnResult:
        try:
            engine = self.engines.get(choice.engine, credential_for(choice, merchant_id, self.settings))
        except KeyGone as error:
            raise EngineMisconfigured(reason=NO_KEY) from error
        except ConfigurationError as error:
            raise EngineMisconfigured(reason=NOT_READY) from error
        request = load_request(
            self.generation_id, engine, self.storage, deadline=ends_at, report_progress=self.report_progress
        )
        if not choice.is_hosted:
            return engine.dress(request)
        return ask(
            choice,
            lambda: engine.dress(request),
            merchant_id=merchant_id,
            generation_id=self.generation_id,
            seconds=max(0.0, ends_at - time.monotonic()),
            queue=self.queue,
        )


def _plan(generation: Generation, settings: Settings) -> EnginePlan:
    photo = db.session.get_one(Photo, generation.photo_id, populate_existing=True)
    plan = choose(
        generation.merchant_id,
        mode=generation.mode,
        settings=settings,
        wanted=generation.engine_wanted,
        categories=categories_of(generation),
        may_send=partial(may_send, photo),
        billed_to=cast(Payer, generation.billed_to),
    )
    if not plan.open and generation.engine_planned == LOCAL:
        # Accepted for the local engine, and the merchant put in a key meanwhile that this job must not use.
        return replace(plan, order=(*plan.order, *LOCAL_ONLY))
    return plan


@dataclass(slots=True)
class _Wish:
    """Which engine should make it, and why that one does not."""

    engine: str | None
    reason: str | None
    is_on_own_key: bool

    @classmethod
    def of(cls, generation: Generation) -> "_Wish":
        return cls(
            generation.fallback_from or generation.engine_planned,
            generation.fallback_reason,
            generation.billed_to == "merchant_key",
        )

    def note(self, choice: Choice, reason: str) -> None:
        if choice.engine == self.engine:
            self.reason = self.reason or reason

    def compared_with(self, choice: Choice, result: TryOnResult) -> Made:
        if self.engine in (None, choice.engine):
            return Made(result)
        return Made(result, self.engine, self.reason or (NO_KEY if self.is_on_own_key else NOT_CHOSEN))
