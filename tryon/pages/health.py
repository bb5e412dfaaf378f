"""For load balancers and monitors: is the process alive, and can it do its work."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait

from flask import Blueprint, Flask, Response, current_app, jsonify
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from tryon.db import db
from tryon.engines.local import networks
from tryon.errors import TemporarilyUnavailable, TryOnError
from tryon.logs import get_logger
from tryon.merchants.models import Merchant
from tryon.wiring import Tools, tools

blueprint = Blueprint("health", __name__)
log = get_logger(__name__)

CHECK_SECONDS = 2.0
"""Longest time a check may take; all of them run at the same time."""

Check = Callable[[Tools], None]
"""Returns if all is well, else raises one of `FAILURES`."""

FAILURES = (SQLAlchemyError, RedisError, TryOnError, OSError)


@blueprint.get("/healthz")
def is_alive() -> Response:
    return _uncached(jsonify(status="ok"))


@blueprint.get("/readyz")
def is_ready() -> Response:
    answers = _run_checks(current_app._get_current_object(), _checks(tools()))  # type: ignore[attr-defined]
    ready = all(answer == "ok" for answer in answers.values())
    response = jsonify(status="ok" if ready else "unavailable", checks=answers)
    response.status_code = 200 if ready else 503
    return _uncached(response)


def _checks(kit: Tools) -> dict[str, Check]:
    """The local engine's networks too, whatever engine makes the pictures: its eyes look at every photo."""
    return {
        "database": _check_database,
        "queue": _check_queue,
        "storage": _check_storage,
        "networks": _check_networks,
    }


def _check_database(kit: Tools) -> None:
    with db.engine.connect() as connection:
        connection.execute(select(Merchant.id).limit(1))


def _check_queue(kit: Tools) -> None:
    kit.queue.redis.ping()


def _check_storage(kit: Tools) -> None:
    kit.storage.check()


def _check_networks(kit: Tools) -> None:
    """The small files the engine's eyes need, also to look at a photo before it is accepted."""
    folder = kit.settings.networks_dir
    if not all(networks.path_of(name, folder).is_file() for name in networks.FILES):
        raise TemporarilyUnavailable("The engine's network files are not there yet.")


def _run_checks(app: Flask, checks: Mapping[str, Check]) -> dict[str, str]:
    """Each check's name → ok, failed or timeout."""
    running = {name: _start(app, name, check) for name, check in checks.items()}
    wait(running.values(), timeout=CHECK_SECONDS)
    return {name: future.result() if future.done() else "timeout" for name, future in running.items()}


def _start(app: Flask, name: str, check: Check) -> "Future[str]":
    """Run a check in a thread of its own; one that still hangs from an earlier call is not started twice."""
    hanging: dict[str, Future[str]] = app.extensions.setdefault("tryon.health", {})
    earlier = hanging.get(name)
    if earlier is not None and not earlier.done():
        return earlier
    future: Future[str] = Future()
    hanging[name] = future
    threading.Thread(target=_finish, args=(app, name, check, future), daemon=True).start()
    return future


def _finish(app: Flask, name: str, check: Check, future: "Future[str]") -> None:
    answer = "failed"
    try:
        with app.app_context():
            check(app.extensions["tryon"])
        answer = "ok"
    except FAILURES as error:
        log.warning("health.failed", check=name, error=str(error))
    finally:
        future.set_result(answer)


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
