"""What becomes of a photo while its form is still being answered: told step by step to the page that sent it.

Each step is written down where the work is done, never guessed from a clock; who misses one reads the next.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from redis.exceptions import RedisError

from tryon.jobqueue import JobQueue
from tryon.logs import get_logger

KEPT_SECONDS = 120
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Looking:
    """`step` is "", received, opened or looked."""

    step: str = ""
    checks: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def at(cls, name: str, *, queue: JobQueue) -> Self:
        """Where the photo of that form stands now."""
        try:
            kept = queue.redis.get(_key(name))
        except RedisError as error:
            log.warning("looking.unknown", error=str(error))
            return cls()
        return cls(**json.loads(kept)) if kept else cls()  # type: ignore[arg-type]


def note(name: str, step: str, checks: Sequence[Mapping[str, Any]] = (), *, queue: JobQueue) -> None:
    """Nothing depends on it: where the queue can't be reached, the page only says less meanwhile."""
    try:
        queue.redis.set(_key(name), json.dumps({"step": step, "checks": list(checks)}), ex=KEPT_SECONDS)
    except RedisError as error:
        log.warning("looking.not_told", error=str(error))


def _key(name: str) -> str:
    return f"tryon:looking:{name}"
