"""An endpoint that is not called any more: what waits for it ends at once, and what is under way is not lost."""

import time
from datetime import timedelta
from threading import Event as Signal

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.receiver import Receiver, Reply
from tests.together import at_once
from tests.webhooks.conftest import OUTBOUND
from tryon.clock import now
from tryon.db import db, transaction
from tryon.onboarding import NewMerchant
from tryon.webhooks.deliver import deliver
from tryon.webhooks.emit import emit
from tryon.webhooks.endpoints import change_endpoint, create_endpoint
from tryon.webhooks.health import FAILING_MAX
from tryon.webhooks.models import Delivery, DeliveryAttempt, WebhookEndpoint
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases

ENDED = ("failed", None, None, "The endpoint is disabled.")


def tell(endpoint: WebhookEndpoint, times: int = 1) -> list[str]:
    """Ids of what is owed to it now, the oldest first."""
    for _ in range(times):
        emit(endpoint.merchant_id, "credits.low", {}, queue=tools().queue)
    return list(db.session.scalars(select(Delivery.id).filter_by(endpoint_id=endpoint.id).order_by(Delivery.id)))


def switch_off(endpoint_id: str) -> None:
    change_endpoint(db.session.get_one(WebhookEndpoint, endpoint_id), {"status": "disabled"}, outbound=OUTBOUND)


def state_of(delivery_id: str) -> tuple[str, str | None, object, str | None]:
    db.session.rollback()
    row = db.session.get_one(Delivery, delivery_id, populate_existing=True)
    return row.status, row.claim, row.next_attempt_at, row.error


def test_what_waits_for_it_ends_when_the_merchant_disables_it(
    shop: Receiver, endpoint: WebhookEndpoint, merchant: NewMerchant, outsider: NewMerchant
) -> None:
    other = create_endpoint(merchant.merchant, shop.url("/other"), ["*"], outbound=OUTBOUND)
    theirs = create_endpoint(outsider.merchant, shop.url("/outsider"), ["*"], outbound=OUTBOUND)
    retried, fresh = tell(endpoint, 2)
    [beyond] = tell(theirs)
    shop.replies = [Reply(500)]
    deliver(retried, outbound=OUTBOUND)
    switch_off(endpoint.id)
    assert state_of(retried) == state_of(fresh) == ENDED
    assert [state_of(found)[0] for found in [*tell(other)[:2], beyond]] == ["pending"] * 3
    change_endpoint(endpoint, {"status": "enabled"}, outbound=OUTBOUND)
    assert state_of(fresh) == ENDED  # it may be replayed, and is not sent by itself


def test_what_waits_for_it_ends_with_an_answer_410(shop: Receiver, endpoint: WebhookEndpoint) -> None:
    first, second = tell(endpoint, 2)
    shop.replies = [Reply(410)]
    deliver(first, outbound=OUTBOUND)
    assert state_of(first) == ("failed", None, None, "The server answered 410.")
    assert state_of(second) == ENDED


def test_the_failure_that_began_it_counts_among_the_ten(shop: Receiver, endpoint: WebhookEndpoint) -> None:
    *nine, tenth, waiting = tell(endpoint, 11)
    shop.replies = [Reply(500)]
    for delivery_id in nine:
        deliver(delivery_id, outbound=OUTBOUND)
    db.session.refresh(endpoint)
    first = db.session.get_one(DeliveryAttempt, (nine[0], 1))
    assert endpoint.failing_since == first.started_at
    with transaction():  # days go by
        endpoint.failing_since -= FAILING_MAX
        for attempt in db.session.scalars(select(DeliveryAttempt)):
            attempt.started_at -= FAILING_MAX
    assert endpoint.status == "enabled"
    deliver(tenth, outbound=OUTBOUND)
    db.session.refresh(endpoint)
    assert endpoint.status == "disabled"
    assert "after 10 attempts" in (endpoint.disabled_reason or "")
    assert state_of(tenth) == state_of(waiting) == ENDED


def test_a_success_is_not_counted_among_the_failures(shop: Receiver, endpoint: WebhookEndpoint) -> None:
    *eight, ninth, succeeded = tell(endpoint, 10)
    deliver(succeeded, outbound=OUTBOUND)
    shop.replies = [Reply(500)]
    for delivery_id in eight:
        deliver(delivery_id, outbound=OUTBOUND)
    with transaction():  # the success was begun after the first failure, and told before it
        endpoint.failing_since = now() - FAILING_MAX
    deliver(ninth, outbound=OUTBOUND)
    db.session.refresh(endpoint)
    assert endpoint.status == "enabled"


@pytest.mark.parametrize(
    ("reply", "status"), [(Reply(200), "delivered"), (Reply(500), "failed")], ids=["delivered", "failed"]
)
def test_an_attempt_under_way_is_told_as_it_ends_and_is_the_last(
    app: Flask, shop: Receiver, endpoint: WebhookEndpoint, reply: Reply, status: str
) -> None:
    [under_way] = tell(endpoint)

    def disable() -> None:
        with app.app_context():
            switch_off(endpoint.id)

    reply.before = disable
    shop.replies = [reply]
    deliver(under_way, outbound=OUTBOUND)
    assert state_of(under_way)[:3] == (status, None, None)
    assert state_of(under_way)[3] == (None if status == "delivered" else "The server answered 500.")
    assert db.session.scalars(select(DeliveryAttempt.response_status)).all() == [reply.status]


def test_an_attempt_whose_worker_died_ends_too(endpoint: WebhookEndpoint) -> None:
    [lost] = tell(endpoint)
    with transaction():
        db.session.execute(update(Delivery).values(claim="dead", next_attempt_at=now() - timedelta(seconds=1)))
    switch_off(endpoint.id)
    assert state_of(lost) == ENDED


def test_what_is_told_while_it_is_disabled_ends_with_the_rest(app: Flask, endpoint: WebhookEndpoint) -> None:
    told = Signal()

    def happen() -> None:
        with transaction():
            tell(endpoint)
            told.set()
            time.sleep(0.4)

    def disable() -> None:
        told.wait()
        switch_off(endpoint.id)

    at_once(app, [happen, disable])
    [delivery_id] = db.session.scalars(select(Delivery.id))
    assert state_of(delivery_id) == ENDED
