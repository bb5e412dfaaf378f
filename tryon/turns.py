"""Who writes next to a SQLite database, among the threads of this process.

SQLite lets one connection write at a time. Whoever finds it taken asks again after 1, 2, 5, 10, … 100 ms, so the
database often rests while everybody sleeps, and the luckiest goes first. A lock wakes the next thread at once. Other
processes still wait their turn as SQLite has it.
"""

import threading
from contextvars import ContextVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

WAIT_SECONDS = 15.0
"""After that, it is for SQLite to say that no turn came."""

_locks: "WeakKeyDictionary[Engine, threading.Lock]" = WeakKeyDictionary()
_looking = threading.Lock()
_taken: "ContextVar[threading.Lock | None]" = ContextVar("taken_turn", default=None)


def take(engine: Engine) -> None:
    """Wait for this thread's turn, unless it has one already."""
    if _taken.get() is not None:
        return
    with _looking:
        lock = _locks.setdefault(engine, threading.Lock())
    if lock.acquire(timeout=WAIT_SECONDS):
        _taken.set(lock)


def give_up() -> None:
    """Let the next one write. Nothing happens where no turn was taken."""
    lock = _taken.get()
    if lock is not None:
        _taken.set(None)
        lock.release()
