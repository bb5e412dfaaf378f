"""The system in numbers, for whoever watches it: read from the database and the queue, which all machines share.

So any web process answers for all of them, and what it says is not lost with a process. Try-ons and calls are those of
the last hour; everything else is as it stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rq.worker import BaseWorker, Worker
from sqlalchemy import func, select

from tryon.clock import now
from tryon.db import db
from tryon.generations.models import Generation
from tryon.ids import first_id
from tryon.jobqueue import DELIVERIES, GENERATIONS, PREPARATIONS, JobQueue
from tryon.providers.models import OPERATOR, EngineBreaker, EngineCall

WINDOW = timedelta(hours=1)
NAMED_MAX = 50
"""Merchants, and workers, that are named one by one: more of them are counted only."""


@dataclass(frozen=True, slots=True)
class Sample:
    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gauge:
    name: str
    help: str
    samples: tuple[Sample, ...]


def measure(queue: JobQueue) -> list[Gauge]:
    """Raises what the database and the queue raise where they are out of reach."""
    moment = now()
    return [*_generations(moment), *_calls(moment), *_breakers(moment), *_queues(queue, moment)]


def _generations(moment: datetime) -> Iterator[Gauge]:
    lately = Generation.id >= first_id("gen", moment - WINDOW)
    engine = func.coalesce(Generation.engine, Generation.engine_planned, "")
    by_status = select(Generation.status, engine, func.count()).where(lately).group_by(Generation.status, engine)
    yield _gauge(
        "tryon_generations_last_hour",
        "Try-ons asked for, by status and by the engine that made them or is to.",
        ("status", "engine"),
        by_status,
    )
    why = (Generation.fallback_from, Generation.fallback_reason, Generation.engine)
    fallbacks = select(*why, func.count()).where(lately, Generation.fallback_from.is_not(None)).group_by(*why)
    yield _gauge(
        "tryon_fallbacks_last_hour",
        "Try-ons that another engine than the one wished for made, by the reason.",
        ("wished", "reason", "engine"),
        fallbacks.where(Generation.status == "completed"),
    )
    waiting = select(func.count(), func.min(Generation.created_at)).where(Generation.status == "queued")
    number, oldest = db.session.execute(waiting).one()
    yield _single("tryon_generations_waiting", "Try-ons that wait for a worker.", number)
    age = (moment - oldest).total_seconds() if oldest else 0.0
    yield _single("tryon_generations_waiting_oldest_seconds", "How long the first of them has waited.", age)


def _calls(moment: datetime) -> Iterator[Gauge]:
    whose = (EngineCall.engine, EngineCall.key_owner)
    lately = EngineCall.started_at >= moment - WINDOW
    ended = select(*whose, EngineCall.outcome, func.count()).where(lately, EngineCall.ended_at.is_not(None))
    yield _gauge(
        "tryon_engine_calls_last_hour",
        "Pictures asked for at a provider, by whose key and by the outcome.",
        ("engine", "key", "outcome"),
        ended.group_by(*whose, EngineCall.outcome),
    )
    for name, help, column in (
        ("tryon_engine_call_seconds_last_hour", "How long they took, in all.", EngineCall.seconds),
        ("tryon_engine_cost_microdollars_last_hour", "What they cost, in all.", EngineCall.cost_microdollars),
    ):
        total = select(*whose, func.sum(column)).where(lately, EngineCall.ended_at.is_not(None))
        yield _gauge(name, help, ("engine", "key"), total.group_by(*whose))
    is_open = (EngineCall.ended_at.is_(None), EngineCall.lost_after > moment)
    running = select(*whose, func.count()).where(*is_open).group_by(*whose)
    yield _gauge("tryon_engine_calls_open", "Pictures asked for that have not come.", ("engine", "key"), running)


def _breakers(moment: datetime) -> Iterator[Gauge]:
    """Those that are not closed: a merchant by id, as far as there are few, and never by anything of their key."""
    counts: dict[tuple[str, str, str], int] = {}
    named: list[Sample] = []
    rows = select(EngineBreaker).where(EngineBreaker.opened_at.is_not(None)).order_by(EngineBreaker.opened_at.desc())
    for row in db.session.scalars(rows):
        state = "open" if row.retry_at is not None and row.retry_at > moment else "half_open"
        whose = OPERATOR if row.owner == OPERATOR else "merchant"
        counts[row.engine, whose, state] = counts.get((row.engine, whose, state), 0) + 1
        if len(named) < NAMED_MAX:
            labels = {"engine": row.engine, "owner": row.owner, "state": state, "reason": row.reason}
            named.append(Sample(1, labels))
    names = ("engine", "key", "state")
    samples = tuple(Sample(number, dict(zip(names, key, strict=True))) for key, number in sorted(counts.items()))
    yield Gauge("tryon_engine_breakers", "Accounts at providers that nobody is sent to, by state.", samples)
    yield Gauge("tryon_engine_breaker", f"Each of them, with its reason; the latest {NAMED_MAX} at most.", tuple(named))


def _queues(queue: JobQueue, moment: datetime) -> Iterator[Gauge]:
    depths = tuple(Sample(queue.waiting(name), {"queue": name}) for name in (GENERATIONS, PREPARATIONS, DELIVERIES))
    yield Gauge("tryon_queue_depth", "Entries that no worker has taken.", depths)
    workers: list[BaseWorker] = Worker.all(connection=queue.redis)
    yield _single("tryon_workers", "Worker processes.", len(workers))
    ages = tuple(
        Sample(max(0.0, (moment - worker.last_heartbeat).total_seconds()), {"worker": worker.name})
        for worker in sorted(workers, key=lambda each: each.name)[:NAMED_MAX]
        if worker.last_heartbeat is not None
    )
    yield Gauge("tryon_worker_silent_seconds", "Since each of them last showed a sign of life.", ages)


def _gauge(name: str, help: str, labels: tuple[str, ...], query: object) -> Gauge:
    """A sample of each row, whose last column is the value."""
    rows = db.session.execute(query).all()  # type: ignore[call-overload]
    samples = tuple(
        Sample(float(row[-1] or 0), {label: str(value or "") for label, value in zip(labels, row[:-1], strict=True)})
        for row in sorted(rows, key=lambda row: [str(value) for value in row[:-1]])
    )
    return Gauge(name, help, samples)


def _single(name: str, help: str, value: float) -> Gauge:
    return Gauge(name, help, (Sample(value, {}),))
