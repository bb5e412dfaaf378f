"""The supervisor with small real programs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system import are_gone, descendants
from tryon.embedded import supervisor as supervising
from tryon.embedded.supervisor import STOP_SIGNALS, Program, Supervisor
from tryon.errors import ConfigurationError

SLEEP = "import time; time.sleep(60)"


@pytest.fixture(autouse=True)
def _quick_and_tidy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(supervising, "FIRST_PAUSE_SECONDS", 0.01)
    handlers = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def program(name: str, code: str, *, stop_seconds: float = 10, carries_others: bool = False) -> Program:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-S", "-E", "-c", code], start_new_session=True)

    return Program(name, start, stop_seconds, carries_others)


def ask_to_stop_when(condition: Callable[[], bool]) -> None:
    """Once the supervisor listens as well: before, the signal would end the tests themselves."""
    before = signal.getsignal(signal.SIGTERM)

    def wait() -> None:
        end = time.monotonic() + 20
        while (signal.getsignal(signal.SIGTERM) is before or not condition()) and time.monotonic() < end:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def note(path: Path, word: str) -> str:
    return f"open({str(path)!r}, 'a').write({word + chr(10)!r})"


def test_a_program_that_ends_by_itself_is_started_again_at_once(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    supervisor = Supervisor()
    supervisor.start(program("short", f"{note(notes, 'began')}; raise SystemExit(0)"))
    ask_to_stop_when(lambda: len(lines(notes)) > 6)
    supervisor.run()
    supervisor.stop()
    assert len(lines(notes)) > 6


def test_a_program_that_keeps_dying_is_given_up_with_one_line(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    supervisor = Supervisor()
    other = supervisor.start(program("other", SLEEP))
    supervisor.start(program("broken thing", f"{note(notes, 'began')}; raise SystemExit(3)"))
    with pytest.raises(ConfigurationError, match=r"broken thing keeps ending right after its start \(exit code 3\)"):
        supervisor.run()
    supervisor.stop()
    assert len(lines(notes)) == supervising.QUICK_DEATHS_MAX
    assert other.returncode is not None


def test_what_the_others_need_is_stopped_last(tmp_path: Path) -> None:
    notes = tmp_path / "notes"

    def slow_to_stop(word: str, seconds: float) -> str:
        return (
            "import signal, sys, time\n"
            f"def stop(*_):\n    time.sleep({seconds}); {note(notes, word)}; sys.exit(0)\n"
            f"signal.signal(signal.SIGTERM, stop); {note(notes, 'ready')}; time.sleep(60)"
        )

    supervisor = Supervisor()
    supervisor.start(program("base", slow_to_stop("base ended", 0), carries_others=True))
    supervisor.start(program("worker", slow_to_stop("work ended", 0.5)))
    ask_to_stop_when(lambda: lines(notes).count("ready") == 2)
    supervisor.run()
    supervisor.stop()
    assert lines(notes)[2:] == ["work ended", "base ended"]


STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); {ready}; time.sleep(60)"


def test_a_program_that_will_not_stop_is_killed_when_its_time_is_over(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    supervisor = Supervisor()
    process = supervisor.start(program("stubborn", STUBBORN.format(ready=note(notes, "ready")), stop_seconds=0.3))
    ask_to_stop_when(lambda: bool(lines(notes)))
    supervisor.run()
    supervisor.stop()
    assert process.returncode == -signal.SIGKILL


def test_a_second_signal_stops_everything_at_once(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    supervisor = Supervisor()
    process = supervisor.start(program("stubborn", STUBBORN.format(ready=note(notes, "ready")), stop_seconds=60))
    ask_to_stop_when(lambda: bool(lines(notes)))
    supervisor.run()
    began = time.monotonic()
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    supervisor.stop()
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 10


def test_what_a_program_has_started_ends_with_it(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    code = f"import subprocess, sys, time; subprocess.Popen(['sleep', '61']); {note(notes, 'ready')}; time.sleep(60)"
    supervisor = Supervisor()
    process = supervisor.start(program("parent", code))
    ask_to_stop_when(lambda: bool(lines(notes)))
    supervisor.run()
    grandchildren = descendants(process.pid)
    assert grandchildren
    supervisor.stop()
    assert are_gone(grandchildren, seconds=5)


def test_a_killed_watchdog_is_replaced_and_knows_the_children() -> None:
    code = (
        "from tests.embedded.test_supervisor import program, SLEEP\n"
        "from tryon.embedded.supervisor import Supervisor\n"
        "import os, time\n"
        "supervisor = Supervisor()\n"
        "first = supervisor.start(program('first', SLEEP))\n"
        "supervisor._watchdog.kill(); supervisor._watchdog.wait()\n"
        "second = supervisor.start(program('second', SLEEP))\n"
        "print(first.pid, second.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    children = {int(pid): "" for pid in done.stdout.split()}
    assert len(children) == 2
    assert are_gone(children, seconds=10)
