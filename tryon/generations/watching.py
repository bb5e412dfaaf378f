"""Following a generation to its end, for callers who want to hear of each step."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

LOOK_SECONDS = 0.5
HEARTBEAT_SECONDS = 10.0
STREAM_SECONDS = 300.0
"""The longest that one listener is served at a stretch; it comes again by itself."""
STREAMS_MAX = 4
"""At once in one process: each holds a thread of the web server, as those who wait for a result do (`waiting.py`)."""

_places = threading.BoundedSemaphore(STREAMS_MAX)


class Step(Protocol):
    """How a generation stands."""

    @property
    def name(self) -> str:
        """Tells two steps apart."""
        ...

    @property
    def is_last(self) -> bool: ...


Found = TypeVar("Found", bound=Step)


def follow(
    look: Callable[[], Found | None],
    *,
    after: str = "",
    seconds: float = STREAM_SECONDS,
    places: threading.BoundedSemaphore | None = None,
) -> Iterator[Found | None]:
    """Each new step as `look` finds it, None every few seconds without one. Ends with the last step, when there is
    nothing more to look at, or when time is up.

    `after` names the step the listener has heard of already. Where too many listen it is looked at once only: who
    comes again then misses nothing. Listeners who bring `places` of their own kind take none from the others. `look`
    opens and closes its own transaction, so none is held meanwhile.
    """
    places = places or _places
    if not places.acquire(blocking=False):
        seconds = 0.0
        yield from _follow(look, after, seconds)
        return
    try:
        yield from _follow(look, after, seconds)
    finally:
        places.release()


def _follow(look: Callable[[], Found | None], after: str, seconds: float) -> Iterator[Found | None]:
    deadline = time.monotonic() + seconds
    said_at = time.monotonic()
    while (step := look()) is not None:
        if step.name != after:
            after, said_at = step.name, time.monotonic()
            yield step
        elif time.monotonic() - said_at >= HEARTBEAT_SECONDS:
            said_at = time.monotonic()
            yield None
        if step.is_last or time.monotonic() >= deadline:
            return
        time.sleep(LOOK_SECONDS)
