"""The worker: warm, in one process, watching time and memory, and sweeping between its jobs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from flask import Flask

from tests.scene import Scene
from tests.system import environment
from tryon.clock import now
from tryon.config import PROJECT_ROOT, Settings
from tryon.db import db, transaction
from tryon.jobqueue import DELIVERIES, GENERATIONS
from tryon.wiring import tools
from tryon.worker import MEGABYTE, TryOnWorker, memory_used_bytes

PLENTY = 100_000 * MEGABYTE


@pytest.fixture(autouse=True)
def _same_signals_afterwards() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def enqueue(function: str, path: Path, queue: str = GENERATIONS, timeout_seconds: int = 30) -> None:
    tools().queue.enqueue_later(queue, f"tests.work.{function}", str(path), timeout_seconds=timeout_seconds)


def work(app: Flask, *queues: str, memory_max_bytes: int = PLENTY, jobs_max: int = 100) -> None:
    worker = TryOnWorker(app, queues, memory_max_bytes=memory_max_bytes)
    worker.work(burst=True, max_jobs=jobs_max)


def start_worker(settings: Settings, code: str) -> subprocess.Popen[str]:
    """A worker process; `code` runs in it with `app` at hand."""
    given = {
        "TRYON_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }
    program = "from tryon.factory import create_app\nfrom tryon import worker\napp = create_app()\n" + code
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment(**given),
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


RUN = "worker.run_worker(app, ['deliveries'], burst=False, jobs_max=9, memory_max_megabytes=9000)"


def wait_for(path: Path, text: str) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if path.exists() and text in path.read_text():
            return
        time.sleep(0.05)
    pytest.fail(f"{text!r} was never written")


def test_the_worker_s_command_can_still_choose_the_threads_of_matrix_products() -> None:
    """OpenBLAS reads its setting when numpy is loaded: by then the command must have run."""
    asked = "import sys, tryon.cli, tryon.cli.worker; print('numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=120, check=True)
    assert found.stdout.strip() == "False"


def test_jobs_run_in_this_very_process_with_their_application_and_request_id(app: Flask, tmp_path: Path) -> None:
    with structlog.contextvars.bound_contextvars(request_id="req_first"):
        enqueue("note", tmp_path / "notes")
    with structlog.contextvars.bound_contextvars(request_id="req_second"):
        enqueue("note", tmp_path / "notes")
    work(app, GENERATIONS)
    lines = (tmp_path / "notes").read_text().splitlines()
    assert lines == [f"{os.getpid()} req_first auto", f"{os.getpid()} req_second auto"]
    assert "request_id" not in structlog.contextvars.get_contextvars()


def test_a_job_that_raises_does_not_end_the_worker(app: Flask, tmp_path: Path) -> None:
    enqueue("fail", tmp_path / "notes")
    enqueue("note", tmp_path / "notes")
    work(app, GENERATIONS)
    assert (tmp_path / "notes").exists()


def test_only_its_own_queues_are_worked_on(app: Flask, tmp_path: Path) -> None:
    enqueue("note", tmp_path / "notes", DELIVERIES)
    work(app, GENERATIONS)
    assert not (tmp_path / "notes").exists()
    work(app, DELIVERIES)
    assert (tmp_path / "notes").exists()


def test_a_worker_that_uses_too_much_memory_ends_after_its_job(app: Flask, tmp_path: Path) -> None:
    for _ in range(3):
        enqueue("note", tmp_path / "notes")
    work(app, GENERATIONS, memory_max_bytes=MEGABYTE)
    assert len((tmp_path / "notes").read_text().splitlines()) == 1
    assert tools().queue.waiting(GENERATIONS) == 2


def test_a_worker_ends_after_its_number_of_jobs(app: Flask, tmp_path: Path) -> None:
    for _ in range(3):
        enqueue("note", tmp_path / "notes")
    work(app, GENERATIONS, jobs_max=2)
    assert tools().queue.waiting(GENERATIONS) == 1


def test_memory_used_is_of_the_right_size() -> None:
    assert 20 * MEGABYTE < memory_used_bytes() < 8000 * MEGABYTE


def test_a_worker_of_deliveries_sweeps(app: Flask, scene: Scene) -> None:
    session = overdue_session(scene)
    work(app, GENERATIONS)
    assert status_of(session) == "ready"
    work(app, DELIVERIES)
    assert status_of(session) == "expired"


def test_no_two_machines_sweep_at_once(app: Flask, scene: Scene) -> None:
    session = overdue_session(scene)
    with tools().queue.redis.lock("tryon:sweep", timeout=60):
        work(app, DELIVERIES)
    assert status_of(session) == "ready"


def test_sigterm_lets_the_job_finish(app: Flask, settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    enqueue("note_slowly", notes, DELIVERIES)
    with start_worker(settings, RUN) as process:
        wait_for(notes, "began")
        process.terminate()
        assert process.wait(20) == 0
    assert "finished" in notes.read_text()


def test_sigterm_ends_an_idle_worker_at_once(app: Flask, settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with structlog.contextvars.bound_contextvars(request_id="req_1"):
        enqueue("note", notes, DELIVERIES)
    with start_worker(settings, RUN) as process:
        wait_for(notes, "req_1")
        process.terminate()
        assert process.wait(10) == 0


def test_a_job_that_hangs_in_native_code_ends_with_its_process(app: Flask, settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    enqueue("hang", notes, DELIVERIES, timeout_seconds=1)
    with start_worker(settings, f"worker.HUNG_GRACE_SECONDS = 1\n{RUN}") as process:
        said, _ = process.communicate(timeout=50)
    assert process.returncode == 1
    assert "in hang" in said


def overdue_session(scene: Scene) -> str:
    session = scene.open_session()
    with transaction():
        session.expires_at = now() - timedelta(seconds=1)
    return session.id


def status_of(session_id: str) -> str:
    from tryon.sessions.models import TryOnSession

    db.session.expire_all()
    db.session.rollback()
    return db.session.get_one(TryOnSession, session_id).status
