"""The RQ worker: one process that stays warm, runs one job at a time without forking, and sweeps between jobs.

Not forking keeps the engine's networks loaded and works on macOS too. RQ's own books (who works on what, which job
was abandoned) are only RQ's: what became of a try-on or a delivery stands in its row, and the sweep reads the rows.
"""

import faulthandler
import resource
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import structlog
from flask import Flask
from redis.exceptions import LockError, RedisError
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue
from rq.worker import SimpleWorker
from sqlalchemy.exc import OperationalError

from tryon.clock import now
from tryon.jobqueue import DELIVERIES, GENERATIONS, PREPARATIONS, connect
from tryon.jobs import run_sweep
from tryon.logs import get_logger
from tryon.merchants.google_key_checks import warn_of_operators_key
from tryon.wiring import Tools

SWEEP_SECONDS = 5
SWEEP_LOCK_SECONDS = 30
"""Also how long sweeping pauses everywhere when a machine is lost in the midst of it."""
REGISTRY_CLEANING_SECONDS = 600
HUNG_GRACE_SECONDS = 15
"""How long after its own time limit a job may still hang in native code before the whole process is given up."""
MEGABYTE = 1024 * 1024

log = get_logger(__name__)


def run_worker(app: Flask, queues: Sequence[str], *, burst: bool, jobs_max: int, memory_max_megabytes: int) -> None:
    """Work until told to stop, until nothing is left (`burst`), or until it is time for a fresh process.

    Raises EngineUnavailable if the engine can't be loaded.
    """
    kit: Tools = app.extensions["tryon"]
    if GENERATIONS in queues or PREPARATIONS in queues:
        with app.app_context():
            kit.engine.warm_up()
        if kit.settings.gemini_api_key:
            asking = {"outbound": kit.outbound, "settings": kit.settings}
            threading.Thread(target=warn_of_operators_key, kwargs=asking, daemon=True).start()
    worker = TryOnWorker(app, queues, memory_max_bytes=memory_max_megabytes * MEGABYTE)
    log.info("worker.ready", queues=",".join(queues))
    worker.work(burst=burst, max_jobs=jobs_max)
    log.info("worker.stopped")


class TryOnWorker(SimpleWorker):
    """Gives each job an application context and its request id; watches time and memory."""

    def __init__(self, app: Flask, queues: Sequence[str], *, memory_max_bytes: int) -> None:
        kit: Tools = app.extensions["tryon"]
        self.app = app
        self.sweeps = DELIVERIES in queues
        self.memory_max_bytes = memory_max_bytes
        self._registries_cleaned_at = now()
        # A connection of its own: RQ sets the time limits of its sockets to suit its long waits.
        super().__init__(
            list(queues),
            connection=connect(kit.settings.redis_url),
            maintenance_interval=SWEEP_SECONDS if self.sweeps else REGISTRY_CLEANING_SECONDS,
            log_job_description=False,
        )

    @property
    def dequeue_timeout(self) -> int:
        """A worker that sweeps wakes up in time for the next sweep."""
        return SWEEP_SECONDS if self.sweeps else super().dequeue_timeout

    def subscribe(self) -> None:
        """RQ's remote commands are not listened to: they cost a thread, and who may stop a try-on is ours to say."""

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        context = {"request_id": job.get_meta(refresh=False).get("request_id"), "job": job.id}
        # RQ's alarm raises in Python code only; a job that hangs in native code is ended with its process.
        faulthandler.dump_traceback_later(int(job.timeout or queue.DEFAULT_TIMEOUT) + HUNG_GRACE_SECONDS, exit=True)
        try:
            with self.app.app_context(), structlog.contextvars.bound_contextvars(**context):
                return super().perform_job(job, queue, execution)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def execute_job(self, job: Job, queue: Queue) -> None:
        super().execute_job(job, queue)
        used = memory_used_bytes()
        if used > self.memory_max_bytes:
            log.warning("worker.recycled", reason="memory", megabytes=used // MEGABYTE)
            self._stop_requested = True

    def run_maintenance_tasks(self) -> None:
        moment = now()
        self.last_cleaned_at = moment  # type: ignore[assignment]
        if self.sweeps:
            self._sweep()
        if (moment - self._registries_cleaned_at).total_seconds() > REGISTRY_CLEANING_SECONDS:
            self._registries_cleaned_at = moment
            super().run_maintenance_tasks()

    def _sweep(self) -> None:
        """One sweep, unless another machine is at it. A database or queue out of reach is tried again next time."""
        lock = self.connection.lock("tryon:sweep", timeout=SWEEP_LOCK_SECONDS, blocking=False)
        try:
            if not lock.acquire():
                return
            try:
                with self.app.app_context():
                    run_sweep()
            finally:
                lock.release()
        except LockError:
            log.warning("sweep.slow", seconds=SWEEP_LOCK_SECONDS)
        except (OperationalError, RedisError) as error:
            log.warning("sweep.failed", error=str(error))


def memory_used_bytes() -> int:
    """This process's resident memory; where only its highest value can be known (macOS), that."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
