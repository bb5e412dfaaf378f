"""One running system for one data folder. The lock also lives on in children, until the last that holds it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tryon.errors import ConfigurationError

PATIENCE_SECONDS = 15.0
"""How long to wait for the children of an instance that was killed."""


@contextmanager
def hold(data_dir: Path) -> Iterator[int]:
    """Hold the folder's lock; gives its file descriptor. Raises ConfigurationError if another instance runs there."""
    try:
        descriptor = os.open(data_dir / "tryon.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError(f"The data folder {data_dir} can't be locked: {error.strerror}.") from error
    try:
        _acquire(descriptor, data_dir)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, data_dir: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            owner = os.pread(descriptor, 20, 0).decode(errors="replace")
            if _is_alive(owner) or time.monotonic() > end:
                message = f"tryon is already running with the data folder {data_dir} (process {owner})."
                raise ConfigurationError(message) from error
            time.sleep(0.1)


def _is_alive(process_id: str) -> bool:
    if not process_id.isdigit():
        return False  # it has the lock, but has not yet written its number
    try:
        os.kill(int(process_id), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
