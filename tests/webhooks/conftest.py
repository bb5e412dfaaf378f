"""A shop's server that hears, an endpoint that points to it, and what it is owed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.receiver import Receiver
from tryon.clock import now
from tryon.db import db, transaction
from tryon.onboarding import NewMerchant
from tryon.outbound import Outbound
from tryon.webhooks.emit import emit
from tryon.webhooks.endpoints import create_endpoint
from tryon.webhooks.models import Delivery, WebhookEndpoint
from tryon.wiring import Tools

DATA = {"job_id": "gen_1", "zeta": 1.5, "alpha": {"ünï": ["☃", None, True]}, "image_url": "https://a.example/?a=1&b=2"}
OUTBOUND = Outbound(frozenset({"127.0.0.1"}))


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with Receiver().running() as receiver:
        yield receiver


@pytest.fixture
def endpoint(app: Flask, shop: Receiver, merchant: NewMerchant) -> WebhookEndpoint:
    """Of the merchant; it asked for every event."""
    return create_endpoint(merchant.merchant, shop.url(), ["*"], outbound=OUTBOUND)


@pytest.fixture
def tools(app: Flask) -> Tools:
    found: Tools = app.extensions["tryon"]
    return found


@pytest.fixture
def delivery(tools: Tools, merchant: NewMerchant, endpoint: WebhookEndpoint) -> Delivery:
    emit(merchant.merchant.id, "tryon.job.completed", DATA, queue=tools.queue)
    return reread()


def reread() -> Delivery:
    """The only delivery there is, as the database has it."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Delivery)).one()


def all_deliveries() -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def make_due() -> None:
    with transaction():
        db.session.execute(
            update(Delivery).filter_by(status="pending").values(next_attempt_at=now() - timedelta(seconds=1))
        )
    db.session.expire_all()
