"""One callback for each session, however it ends: sent to a real server, verified with the public library."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from tests.engines.quick import QuickEngine
from tests.receiver import Receiver, Reply
from tests.scene import Scene, work
from tryon.clock import now
from tryon.db import db, transaction
from tryon.engines.errors import GarmentNotFound
from tryon.generations.closing import cancel_session
from tryon.generations.sweep import sweep
from tryon.outbound import Outbound
from tryon.sessions.models import TryOnSession
from tryon.webhooks.deliver import deliver
from tryon.webhooks.models import Delivery
from tryon.wiring import tools

FIELDS = {"session_id", "status", "product_id", "category", "merchant_reference", "metadata", "created_at",
          "launched_at", "completed_at", "result", "error"}  # fmt: skip


@pytest.fixture
def shop(app: Flask) -> Iterator[Receiver]:
    tools().outbound = Outbound(frozenset({"127.0.0.1"}))
    with Receiver().running() as receiver:
        yield receiver


@pytest.fixture
def session(scene: Scene, shop: Receiver) -> TryOnSession:
    fields = {"callback_url": shop.url("/callbacks/tryon"), "merchant_reference": "order-7", "metadata": {"cart": 3}}
    return scene.open_session(**fields)


def complete(scene: Scene, session: TryOnSession) -> None:
    work(scene.request(session))


def fail(scene: Scene, session: TryOnSession) -> None:
    work(scene.request(session), QuickEngine(errors=[GarmentNotFound()]))


def expire(scene: Scene, session: TryOnSession) -> None:
    with transaction():
        session.expires_at = now() - timedelta(seconds=1)
    sweep_now()


def cancel(scene: Scene, session: TryOnSession) -> None:
    cancel_session(session, queue=tools().queue)


ENDS = {"completed": complete, "failed": fail, "expired": expire, "cancelled": cancel}


def sweep_now() -> int:
    kit = tools()
    return sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings).sessions_expired


def deliver_all() -> None:
    for delivery_id in db.session.scalars(select(Delivery.id).where(Delivery.status == "pending")).all():
        deliver(delivery_id, outbound=tools().outbound)


@pytest.mark.parametrize("status", ENDS)
def test_the_merchant_is_told_how_it_ended(scene: Scene, session: TryOnSession, shop: Receiver, status: str) -> None:
    end: Callable[[Scene, TryOnSession], None] = ENDS[status]
    end(scene, session)
    deliver_all()
    [heard] = shop.heard
    assert (heard.method, heard.path) == ("POST", "/callbacks/tryon")
    message: Any = Webhook(scene.owner.merchant.webhook_signing_secret).verify(heard.body, heard.headers)
    assert message["type"] == f"session.{status}"
    assert set(message) == {"type", "timestamp", "data"}
    told = message["data"]
    assert set(told) == FIELDS
    assert (told["session_id"], told["status"], told["product_id"]) == (session.id, status, "SKU-1")
    assert (told["merchant_reference"], told["metadata"], told["category"]) == ("order-7", {"cart": 3}, "tops")
    assert told["completed_at"] >= told["created_at"]
    assert ("/media/results/" in told["result"]["image_url"]) if status == "completed" else told["result"] is None
    assert (told["error"] is not None) == (status == "failed")


def test_each_retry_carries_the_same_id(scene: Scene, session: TryOnSession, shop: Receiver) -> None:
    shop.replies[:] = [Reply(500), Reply(200)]
    cancel(scene, session)
    deliver_all()
    with transaction():
        db.session.execute(Delivery.__table__.update().values(next_attempt_at=now()))
    db.session.expire_all()
    deliver_all()
    first, second = shop.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_a_session_is_told_of_once(scene: Scene, session: TryOnSession, shop: Receiver) -> None:
    expire(scene, session)
    assert sweep_now() == 0
    deliver_all()
    assert len(shop.heard) == 1


def test_a_completed_session_stays_completed_whatever_a_further_try_comes_to(
    scene: Scene, session: TryOnSession, shop: Receiver
) -> None:
    complete(scene, session)
    db.session.refresh(session)
    fail(scene, session)
    db.session.refresh(session)
    assert session.status == "completed"
    expire(scene, session)
    deliver_all()
    assert len(shop.heard) == 1
