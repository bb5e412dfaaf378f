"""FASHN's try-on model: a prediction is begun, and asked after until it is there."""

import time
from collections.abc import Callable
from typing import Final

from tryon.engines.base import Category, Engine, TryOnRequest
from tryon.engines.fashn.wire import (
    CATEGORIES,
    bytes_of,
    credits_of,
    headers_of,
    read_id,
    read_output,
    request_body,
)
from tryon.engines.hosted.calls import FAILURE_OF_REASON, call
from tryon.engines.hosted.engine import HostedEngine, Judge, ProviderPicture
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.one_by_one import Drawn, Step, dress_one_by_one
from tryon.engines.hosted.photos import ANSWER_MAX_BYTES
from tryon.errors import ForbiddenAddress, ImageFetchFailed
from tryon.outbound import Answer, Outbound

CREDIT_MICRODOLLARS: Final = 75_000
"""Bought singly. A failed prediction costs none.
https://help.fashn.ai/plans-and-pricing/api-pricing (2026-11)"""
POLL_SECONDS: Final = 1.0
"""FASHN allows fifty questions in ten seconds, for all predictions of a key together."""
USUAL_SECONDS: Final = 15.0
POLL_FAILURES_MAX: Final = 4
"""One after the other. A prediction that was begun is paid for: one hiccup while asking after it begins no other."""
STATUS_SECONDS: Final = 10.0


class FashnEngine(HostedEngine):
    name = "fashn"
    version = "1"
    categories: frozenset[Category] = frozenset(CATEGORIES)

    def __init__(
        self,
        outbound: Outbound,
        eyes: Callable[[], Engine],
        *,
        base_url: str,
        key: str,
        model: str,
        mode: str = "balanced",
        pause: Callable[[float], None] = time.sleep,
        judge: Judge | None = None,
    ) -> None:
        super().__init__(eyes, pause=pause, judge=judge)
        self._outbound = outbound
        self._base_url = base_url.rstrip("/")
        self._key = key.strip()
        self._model, self._mode = model, mode

    def ask(self, request: TryOnRequest, seconds: float) -> ProviderPicture:
        def draw(step: Step) -> Drawn:
            return self._draw(step, request.seed)

        return dress_one_by_one(request, seconds, draw, model=self._model)

    def _draw(self, step: Step, seed: int) -> Drawn:
        body = request_body(self._model, self._mode, step.person, step.product, step.garment.category, seed)
        headers = headers_of(self._key)
        begun = call(
            self._outbound, "POST", f"{self._base_url}/run", headers=headers, seconds=step.seconds_left(), body=body
        )
        prediction = read_id(begun)
        try:
            answer, output = self._wait_for(prediction, step)
        except ProviderFailure as failure:
            if _is_hiccup(failure):  # it is made all the same
                failure.cost_microdollars = CREDIT_MICRODOLLARS
            raise
        cost = credits_of(answer) * CREDIT_MICRODOLLARS
        try:
            return Drawn(self._fetch(output, step), cost)
        except ProviderFailure as failure:
            failure.cost_microdollars = cost
            raise

    def _wait_for(self, prediction: str, step: Step) -> tuple[Answer, str]:
        """The answer that says it is there, and its output."""
        began = time.monotonic()
        failures = 0
        while True:
            self._pause(min(POLL_SECONDS, step.seconds_left()))
            step.tell("drawing", (time.monotonic() - began) / USUAL_SECONDS)
            try:
                answer = self._status(prediction, step)
                output = read_output(answer)
            except ProviderFailure as failure:
                failures += 1
                if not _is_hiccup(failure) or failures >= POLL_FAILURES_MAX:
                    raise
                self._pause(min(failure.retry_after_seconds or 0.0, step.seconds_left()))
            else:
                failures = 0
                if output is not None:
                    return answer, output

    def _status(self, prediction: str, step: Step) -> Answer:
        seconds = min(STATUS_SECONDS, step.seconds_left())
        address = f"{self._base_url}/status/{prediction}"
        return call(self._outbound, "GET", address, headers=headers_of(self._key), seconds=seconds)

    def _fetch(self, output: str, step: Step) -> bytes:
        """From the answer itself, or from where it says; the key does not go there."""
        if output.startswith("data:"):
            return bytes_of(output)
        try:
            found = self._outbound.fetch(output, max_bytes=ANSWER_MAX_BYTES, timeout_seconds=step.seconds_left())
        except ForbiddenAddress as error:
            raise ProviderFailure("broken_picture", detail="forbidden_address") from error
        except ImageFetchFailed as error:
            raise ProviderFailure(FAILURE_OF_REASON.get(error.reason, "broken_picture"), detail=error.reason) from error
        return found.body


def _is_hiccup(failure: ProviderFailure) -> bool:
    """Of the question, not of the prediction."""
    return failure.name in ("rate_limited", "provider_busy", "connection_lost", "not_reachable", "no_answer") or (
        failure.name in ("provider_error", "provider_late") and failure.detail[:1] == "5"
    )
