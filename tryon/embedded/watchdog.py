"""Ends the supervisor's children when the supervisor itself is gone, whatever killed it. Standard library only.

The supervisor writes "+<pid>" and "-<pid>" lines to our input as its children come and go. The end of that input
is the end of the supervisor: the kernel closes it even after kill -9, on Linux and macOS alike. Each child leads a
process group, so what a child has started ends with it.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable

GRACE_SECONDS = 5.0


def watch(lines: Iterable[str]) -> set[int]:
    """Follow the supervisor until it is gone; the children it leaves behind."""
    children: set[int] = set()
    for line in lines:
        change, child = line[0], int(line[1:])
        if change == "+":
            children.add(child)
        else:
            children.discard(child)
    return children


def end(children: Iterable[int]) -> None:
    """Ask, wait a little, then insist."""
    left = [child for child in children if _send(os.kill, child, signal.SIGTERM)]
    end = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = [child for child in left if _send(os.killpg, child, 0)]
    for child in children:
        _send(os.killpg, child, signal.SIGKILL)


def _send(how: Callable[[int, int], None], child: int, number: int) -> bool:
    """Whether there was anybody to send it to."""
    try:
        how(child, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # the end of our input is the one thing that ends us
    end(watch(sys.stdin))
