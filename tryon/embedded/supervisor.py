"""Keeps the programs of one machine running: starts them, starts them again when they die, stops them in order.

All decisions are taken in the main thread, one at a time: whatever happens (a child ended, a signal came, a pause is
over) is put as a function into one queue, and `run` calls what it finds there.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from tryon.embedded import watchdog
from tryon.errors import ConfigurationError
from tryon.logs import get_logger

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
QUICK_DEATH_SECONDS = 30.0
QUICK_DEATHS_MAX = 5
FIRST_PAUSE_SECONDS = 0.5

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    """As a person reads it: "web server"."""
    start: Callable[[], subprocess.Popen[bytes]]
    """Starts it as the leader of a process group of its own."""
    stop_seconds: float
    """How long it may take to end after SIGTERM."""
    carries_others: bool = False
    """The others need it: it is stopped after them."""
    is_deaf_at_first: bool = False
    """Its processes miss a SIGTERM while they start, so it is repeated; a further one must not hurry it."""


@dataclass(slots=True)
class Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    quick_deaths: int = 0

    @property
    def is_running(self) -> bool:
        return self.process.returncode is None


class Supervisor:
    def __init__(self) -> None:
        self._happened: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._children: list[Child] = []
        self._is_stopping = False
        self._is_urgent = False
        self._watchdog = _start_watchdog()

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        child = Child(program, program.start())
        self._children.append(child)
        self._follow(child)
        return child.process

    def run(self) -> None:
        """Until a signal asks to stop. Raises ConfigurationError if a program keeps dying."""
        self._listen_to_signals()
        while not self._is_stopping:
            self._happened.get()()

    def call(self, function: Callable[[], None]) -> None:
        """Have the main thread call `function` within `run`, unless everything is being stopped."""
        self._happened.put(lambda: None if self._is_stopping else function())

    def stop(self) -> None:
        """End everything: first those who work, then those they need. A further signal ends it all at once."""
        self._is_stopping = True
        self._listen_to_signals()
        for carries_others in (False, True):
            self._stop_all([child for child in self._children if child.program.carries_others == carries_others])
        for child in self._children:
            self._tell_watchdog(f"-{child.process.pid}")
        self._watchdog.stdin.close()  # type: ignore[union-attr]
        self._watchdog.wait()

    def _listen_to_signals(self) -> None:
        for number in STOP_SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started with nohup: closing the terminal is no wish to stop
            signal.signal(number, lambda *_: self._happened.put(self._asked_to_stop))

    def _asked_to_stop(self) -> None:
        self._is_urgent = self._is_stopping
        self._is_stopping = True

    def _follow(self, child: Child) -> None:
        self._tell_watchdog(f"+{child.process.pid}")

        def wait() -> None:
            child.process.wait()
            self._happened.put(lambda: self._ended(child))

        threading.Thread(target=wait, daemon=True).start()

    def _ended(self, child: Child) -> None:
        _signal_group(child, signal.SIGKILL)  # a leader that was killed may leave its group behind
        self._tell_watchdog(f"-{child.process.pid}")
        if not self._is_stopping:
            self._replace(child)

    def _replace(self, child: Child) -> None:
        code = child.process.returncode
        if code == 0:  # it asked for a fresh process itself
            self._restart(child)
            return
        is_quick = time.monotonic() - child.started < QUICK_DEATH_SECONDS
        child.quick_deaths = child.quick_deaths + 1 if is_quick else 1
        if child.quick_deaths >= QUICK_DEATHS_MAX:
            raise ConfigurationError(f"The {child.program.name} keeps ending right after its start ({_ending(code)}).")
        pause = FIRST_PAUSE_SECONDS * 2 ** (child.quick_deaths - 1)
        log.warning("program.restarting", program=child.program.name, ended=_ending(code), pause_seconds=pause)
        timer = threading.Timer(pause, lambda: self._happened.put(lambda: self._restart(child)))
        timer.daemon = True
        timer.start()

    def _restart(self, child: Child) -> None:
        if not self._is_stopping:
            child.process, child.started = child.program.start(), time.monotonic()
            self._follow(child)

    def _stop_all(self, children: list[Child]) -> None:
        for child in children:
            if child.is_running:
                child.process.terminate()
        asked = time.monotonic()
        while left := [child for child in children if child.is_running]:
            for child in left:
                if self._is_urgent or time.monotonic() - asked > child.program.stop_seconds:
                    log.warning("program.killed", program=child.program.name)
                    _signal_group(child, signal.SIGKILL)
                    child.process.wait()
                elif child.program.is_deaf_at_first:
                    _signal_group(child, signal.SIGTERM)
            with suppress(Empty):
                self._happened.get(timeout=0.2)()

    def _tell_watchdog(self, line: str) -> None:
        with suppress(BrokenPipeError):
            self._write_to_watchdog(line)
            return
        # It was killed: a new one has to know all our children.
        self._watchdog.wait()
        self._watchdog = _start_watchdog()
        for child in self._children:
            if child.is_running:
                self._write_to_watchdog(f"+{child.process.pid}")

    def _write_to_watchdog(self, line: str) -> None:
        os.write(self._watchdog.stdin.fileno(), f"{line}\n".encode())  # type: ignore[union-attr]


def _start_watchdog() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-E", "-S", str(watchdog.__file__)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)


def _signal_group(child: Child, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    return f"killed by {signal.Signals(-code).name}"
