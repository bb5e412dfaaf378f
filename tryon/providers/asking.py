"""One picture from one provider, and what is kept of it: a place among the calls, the ledger, the breaker."""

import time
from collections.abc import Callable

from tryon.engines.base import TryOnResult
from tryon.engines.errors import EngineError, EngineUnavailable
from tryon.jobqueue import JobQueue
from tryon.providers.breaker import let_go, note_failure, note_success
from tryon.providers.calls import LimitReached, begin_call, end_call
from tryon.providers.choosing import Choice
from tryon.providers.probing import account_of

CUT_SHORT = "cut_short"
"""The outcome of a call whose run lost its try-on, or broke down."""


def ask(
    choice: Choice,
    dress: Callable[[], TryOnResult],
    *,
    merchant_id: str,
    generation_id: str,
    seconds: float,
    queue: JobQueue,
) -> TryOnResult:
    """What `dress` gives, which takes `seconds` at most. Raises what it raises, and EngineUnavailable (reason
    too_many_at_once or daily_spend_used_up) where the merchant's own limits are reached."""
    account = account_of(choice, merchant_id)
    try:
        call_id = begin_call(merchant_id, generation_id, choice, seconds=seconds)
    except LimitReached as limit:
        let_go(account, generation_id)
        raise EngineUnavailable(reason=limit.reason) from limit
    began, outcome, cost, model = time.monotonic(), CUT_SHORT, 0, None
    try:
        result = dress()
        outcome, cost, model = "ok", result.cost_microdollars, result.model
    except EngineError as error:
        outcome, cost = error.reason or error.code, error.cost_microdollars
        note_failure(account, error, generation_id=generation_id, queue=queue)
        raise
    finally:
        end_call(
            call_id, outcome, seconds=round(time.monotonic() - began, 3), cost_microdollars=cost, model=model or None
        )
        if outcome == CUT_SHORT:
            let_go(account, generation_id)
    note_success(account, queue=queue)
    return result
