"""Jobs for tests of the worker, called by RQ by name."""

import ctypes
import os
import signal
import time
from pathlib import Path

import structlog
from flask import has_app_context

from tryon.wiring import tools


def note(path: str) -> None:
    """Write down in which process and with which request id the job ran, and that it had its application."""
    assert has_app_context()
    request_id = structlog.contextvars.get_contextvars()["request_id"]
    with Path(path).open("a") as notes:
        notes.write(f"{os.getpid()} {request_id} {tools().settings.engine}\n")


def note_slowly(path: str) -> None:
    Path(path).write_text("began\n")
    time.sleep(2)
    with Path(path).open("a") as notes:
        notes.write("finished\n")


def fail(path: str) -> None:
    raise ValueError(path)


def hang(path: str) -> None:
    """As native code does that never comes back: no Python runs, and RQ's alarm does not get through."""
    Path(path).write_text("began\n")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    ctypes.CDLL(None).sleep(60)
