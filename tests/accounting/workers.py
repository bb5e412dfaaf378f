"""Real worker processes, for whom a second is a long time, and who are fated to be killed at the worst moments.

They are forked from a server that has everything imported already: the next one stands there at once.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from types import TracebackType
from typing import Any, Self

from tests.engines.quick import QuickEngine
from tryon import worker
from tryon.config import Settings, load_settings
from tryon.engines.base import TryOnRequest, TryOnResult
from tryon.engines.errors import GarmentNotFound
from tryon.factory import create_app
from tryon.generations import finish, lease, run, sweep
from tryon.jobqueue import DELIVERIES, GENERATIONS, PREPARATIONS

QUICK_LIFETIME = timedelta(seconds=1.5)
"""Of leases and of entries in the queue, so that what was lost is found again within a test."""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Fate:
    """Where a worker is killed, the how manieth time it comes there."""

    place: str
    time: int


PLACES: dict[str, tuple[Any, str]] = {
    "job taken, row not yet": (run, "claim_row"),
    "in the engine": (QuickEngine, "dress"),
    "before the picture is kept": (run, "keep_result"),
    "before the end is written": (run, "succeed"),
    "in the transaction of the end, before its commit": (finish, "tell_merchant"),
}
"""Killed on coming there."""
AFTERWARDS: dict[str, tuple[Any, str]] = {
    "picture kept": (run, "keep_result"),
    "end committed, queue not yet told": (run, "succeed"),
}
"""Killed on leaving there."""


class FussyEngine(QuickEngine):
    """Refuses coats."""

    def dress(self, request: TryOnRequest) -> TryOnResult:
        if request.garments[0].category == "outerwear":
            self.errors = [GarmentNotFound()]
        return super().dress(request)


def work(given: dict[str, Any], fate: Fate | None) -> None:
    """The life of one worker process."""
    lease.LEASE, lease.HEARTBEAT_SECONDS = QUICK_LIFETIME, 0.3
    sweep.QUEUE_ENTRY_LIFETIME = QUICK_LIFETIME
    worker.SWEEP_SECONDS, worker.SWEEP_LOCK_SECONDS = 1, 2
    if fate is not None:
        _seal(fate)
    app = create_app(load_settings(**given))
    app.extensions["tryon"].use_engine(FussyEngine())
    queues = [GENERATIONS, PREPARATIONS, DELIVERIES]
    worker.run_worker(app, queues, burst=False, jobs_max=10_000, memory_max_megabytes=9_000)


def _seal(fate: Fate) -> None:
    where, name = (PLACES | AFTERWARDS)[fate.place]
    function: Callable[..., Any] = getattr(where, name)
    visits = 0

    @wraps(function)
    def fateful(*arguments: Any, **names: Any) -> Any:
        nonlocal visits
        visits += 1
        is_time = visits == fate.time
        if is_time and fate.place in PLACES:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **names)
        if is_time:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(where, name, fateful)


class Workers:
    """So many at any time: whoever dies is replaced, by one with the next fate on the list."""

    def __init__(self, settings: Settings, number: int, fates: list[Fate]) -> None:
        self._given = settings.model_dump(include={"data_dir", "database_url", "redis_url", "log_format"})
        self._fates = deque(fates)
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._replace_the_dead, daemon=True)
        self.number = number
        self.exit_codes: list[int | None] = []

    def __enter__(self) -> Self:
        self.alive = [self._start() for _ in range(self.number)]
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._watch.join()
        for process in self.alive:
            process.kill()
            process.join()

    def doom(self, *fates: Fate) -> None:
        """Kill all there are from outside, wherever they are; these are the next ones' fates."""
        self._fates.extend(fates)
        for process in list(self.alive):
            process.kill()

    def _start(self) -> Any:
        fate = self._fates.popleft() if self._fates else None
        process = _processes.Process(target=work, args=(self._given, fate), daemon=True)
        process.start()
        return process

    def _replace_the_dead(self) -> None:
        while not self._over.wait(0.02):
            for index, process in enumerate(self.alive):
                if not process.is_alive():
                    self.exit_codes.append(process.exitcode)
                    self.alive[index] = self._start()
