"""The programs of one machine: how each is started and how long it may take to stop."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tryon.config import Settings, embedded_socket_path
from tryon.embedded import valkey
from tryon.embedded.supervisor import Program
from tryon.jobqueue import DELIVERIES, GENERATIONS, PREPARATIONS

WEB_PROCESSES_MAX = 4
WEB_THREADS = 20
"""A process. Some are held for long: by pages that listen for progress, and by calls that wait for their result."""
SHOP_THREADS = 8
WEB_DRAIN_SECONDS = 10
WORKER_GRACE_SECONDS = 20


def queue_server(settings: Settings, *, lock: int) -> Program:
    """The embedded Valkey. It holds the data folder's lock as well, so no second one can ever open the same files."""
    socket = embedded_socket_path(settings.data_dir)
    folder = _queue_folder(settings)

    def start() -> subprocess.Popen[bytes]:
        process = valkey.start(folder, socket, keep_open=[lock])
        try:
            valkey.wait_until_ready(process, folder, socket)
        except BaseException:  # Ctrl-C too: nobody else knows of it yet
            process.kill()
            process.wait()
            raise
        return process

    return Program("embedded Valkey", start, stop_seconds=30, carries_others=True)


def web_server(settings: Settings, host: str, port: int) -> Program:
    # Measured against gunicorn with the same processes and threads (benchmarks/servers.py): granian gave about twice
    # the answers a second (bare 2.1×, with a row written 1.8×, 2 MB uploads 2.3×) and 2.6× beside slow uploads.
    command = _granian("tryon.factory:create_app", host, port, min(os.cpu_count() or 1, WEB_PROCESSES_MAX), WEB_THREADS)
    return _python("web server", command, settings, stop_seconds=WEB_DRAIN_SECONDS + 5, is_deaf_at_first=True)


def demo_shop(settings: Settings, host: str, port: int) -> Program:
    command = _granian("tryon.demo_shop.application:create_app", host, port, 1, SHOP_THREADS)
    return _python("demo shop", command, settings, stop_seconds=WEB_DRAIN_SECONDS + 5, is_deaf_at_first=True)


def engine_worker(settings: Settings) -> Program:
    seconds = settings.generation_timeout_seconds + WORKER_GRACE_SECONDS
    return _python("engine worker", _worker(GENERATIONS, PREPARATIONS), settings, stop_seconds=seconds)


def housekeeping(settings: Settings) -> Program:
    """Sends webhooks and sweeps."""
    return _python("housekeeping", _worker(DELIVERIES), settings, stop_seconds=WORKER_GRACE_SECONDS)


def _worker(*queues: str) -> list[str]:
    return [sys.executable, "-m", "tryon.cli", "worker", "--queues", ",".join(queues)]


def _granian(application: str, host: str, port: int, processes: int, threads: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--host", host, "--port", str(port), "--workers", str(processes)]
    command += ["--blocking-threads", str(threads), "--workers-kill-timeout", f"{WEB_DRAIN_SECONDS}s"]
    return [*command, "--respawn-failed-workers", "--log-level", "error", "--factory", application]


def _python(
    name: str, command: list[str], settings: Settings, *, stop_seconds: float, is_deaf_at_first: bool = False
) -> Program:
    environment = _environment(settings)

    def start() -> subprocess.Popen[bytes]:
        # Its log lines go where ours go. A session of its own keeps Ctrl-C from reaching it before we say so.
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)

    return Program(name, start, stop_seconds=stop_seconds, is_deaf_at_first=is_deaf_at_first)


def _environment(settings: Settings) -> Mapping[str, str]:
    """What the children can't work out from the same environment: what the command line has settled."""
    return {
        **os.environ,
        "TRYON_DATA_DIR": str(settings.data_dir),
        "PUBLIC_APP_URL": settings.public_app_url,
        "TRYON_DEMO_SHOP_URL": settings.demo_shop_url,
        "PYTHONUNBUFFERED": "1",
    }


def _queue_folder(settings: Settings) -> Path:
    return settings.data_dir / "valkey"
