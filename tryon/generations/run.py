"""One run of a generation in a worker: claim the row, make the picture outside any transaction, finish.

Only the run whose name stands in `claim` may write to the row. A run that stops showing signs of life loses its
lease, the sweep hands the row to another, and whatever the first one still does then changes nothing.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from tryon.config import Settings
from tryon.engines.errors import EngineError
from tryon.engines.rack import EngineRack
from tryon.generations.falling_back import PictureGone
from tryon.generations.finish import fail, succeed
from tryon.generations.lease import ClaimLost, claim_row, reporter, signs_of_life
from tryon.generations.loading import fetch_products
from tryon.generations.making import Made, Making
from tryon.generations.result import keep_result
from tryon.jobqueue import JobQueue
from tryon.logs import get_logger
from tryon.outbound import Outbound
from tryon.storage.base import MissingFile, Storage
from tryon.storage.links import MediaLinks

log = get_logger(__name__)

Given = TypeVar("Given")


def run_generation(
    generation_id: str,
    *,
    engines: EngineRack,
    outbound: Outbound,
    storage: Storage,
    links: MediaLinks,
    queue: JobQueue,
    settings: Settings,
) -> str:
    """Make one picture. Returns what became of it: completed, failed, requeued, or skipped if it was not ours."""
    claim = claim_row(generation_id)
    if claim is None:
        return "skipped"
    started = time.monotonic()
    guard = partial(_guarded, generation_id)
    making = Making(generation_id, engines, storage, queue, settings, reporter(claim), guard)
    told: dict[str, str] = {}
    try:
        with signs_of_life(claim):
            made = _make(making, claim, outbound)
            if isinstance(made, EngineError):
                log.info("generation.refused", generation=generation_id, code=made.code, reason=made.reason)
                outcome = fail(generation_id, claim, made, queue=queue)
            elif succeed(generation_id, claim, *made, links=links, queue=queue, settings=settings):
                outcome, told = "completed", _told(made[0])
            else:
                storage.delete(made[1])
                outcome = "skipped"
    except ClaimLost:
        outcome = "skipped"
    seconds = round(time.monotonic() - started, 3)
    log.info("generation.ended", generation=generation_id, outcome=outcome, seconds=seconds, **told)
    return outcome


def _make(making: Making, claim: str, outbound: Outbound) -> tuple[Made, str] | EngineError:
    """The picture and the key of its file, or the reason why there is none."""
    generation_id, storage = making.generation_id, making.storage
    failure = _guarded(generation_id, partial(fetch_products, generation_id, outbound, storage))
    if failure is not None:
        return failure
    made = _guarded(generation_id, making.make)
    if isinstance(made, EngineError):
        return made
    key = _guarded(generation_id, partial(keep_result, generation_id, claim, made.result, storage=storage))
    return key if isinstance(key, EngineError) else (made, key)


def _guarded(generation_id: str, step: Callable[[], Given]) -> Given | EngineError:
    """What it gives, or what it raises as an error of ours."""
    try:
        return step()
    except ClaimLost:
        raise
    except EngineError as error:
        return error
    except MissingFile:
        return PictureGone()
    except Exception:
        # The only broad except of the package: whatever an engine or a library throws, the shopper gets an answer,
        # the credit comes back, and the log gets the traceback.
        log.exception("generation.crashed", generation=generation_id)
        return EngineError(reason="crashed")


def _told(made: Made) -> dict[str, str]:
    told = {"engine": made.result.engine, "model": made.result.model}
    told |= {"fallback_from": made.fallback_from or "", "fallback_reason": made.fallback_reason or ""}
    return {name: value for name, value in told.items() if value}
