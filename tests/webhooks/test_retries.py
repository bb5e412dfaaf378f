"""What was not taken is told again: with the same words, at the right time, to the right address, up to ten times."""

import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks.webhooks import Webhook

from tests.receiver import Receiver, Reply
from tests.webhooks.conftest import DATA, OUTBOUND, all_deliveries, make_due, reread
from tryon.clock import now
from tryon.db import db
from tryon.onboarding import NewMerchant
from tryon.webhooks.deliver import deliver
from tryon.webhooks.due import find_due_deliveries
from tryon.webhooks.emit import emit_callback
from tryon.webhooks.endpoints import change_endpoint
from tryon.webhooks.message import message_body
from tryon.webhooks.models import Delivery, Event, WebhookEndpoint
from tryon.wiring import Tools

both_databases = pytest.mark.both_databases


@both_databases
def test_each_retry_carries_the_same_bytes_and_id_under_a_fresh_timestamp(
    shop: Receiver, delivery: Delivery, endpoint: WebhookEndpoint
) -> None:
    shop.replies = [Reply(500, b"oh no\0"), Reply(503, headers={"Retry-After": "3600"}), Reply(204, b"")]
    deliver(delivery.id, outbound=OUTBOUND)
    failed = reread()
    assert (failed.status, failed.attempts, failed.response_status) == ("pending", 1, 500)
    assert failed.response_body == "oh no\ufffd"
    assert failed.error == "The server answered 500."
    assert failed.next_attempt_at is not None
    assert 4 < (failed.next_attempt_at - now()).total_seconds() < 6.1
    deliver(delivery.id, outbound=OUTBOUND)
    assert len(shop.heard) == 1  # not due yet
    make_due()
    time.sleep(1.1)
    deliver(delivery.id, outbound=OUTBOUND)
    waiting = reread().next_attempt_at
    assert waiting is not None
    assert (waiting - now()).total_seconds() > 3500
    make_due()
    deliver(delivery.id, outbound=OUTBOUND)
    assert (reread().status, reread().attempts, reread().response_status) == ("delivered", 3, 204)
    assert len({(heard.body, heard.headers["webhook-id"]) for heard in shop.heard}) == 1
    assert shop.heard[0].headers["webhook-timestamp"] != shop.heard[1].headers["webhook-timestamp"]
    for heard in shop.heard:
        Webhook(endpoint.secret).verify(heard.body, heard.headers)


@both_databases
def test_a_retry_goes_to_where_the_endpoint_is_by_then(
    shop: Receiver, delivery: Delivery, endpoint: WebhookEndpoint, tools: Tools, merchant: NewMerchant
) -> None:
    emit_callback(merchant.merchant, "tsn_1", shop.url("/callback"), "session.completed", DATA, queue=tools.queue)
    shop.replies = [Reply(500)]
    for found in all_deliveries():
        deliver(found.id, outbound=OUTBOUND)
    change_endpoint(endpoint, {"url": shop.url("/moved")}, outbound=OUTBOUND)
    make_due()
    for found in all_deliveries():
        deliver(found.id, outbound=OUTBOUND)
    assert [heard.path for heard in shop.heard] == ["/hook", "/callback", "/moved", "/callback"]
    db.session.expire_all()
    assert [found.url for found in all_deliveries()] == [shop.url("/moved"), shop.url("/callback")]


@both_databases
def test_the_message_is_the_same_whichever_order_the_database_gives_its_fields_back_in(delivery: Delivery) -> None:
    told = Event(type="tryon.job.completed", data=DATA, created_at=delivery.event.created_at)
    turned = Event(type=told.type, data=dict(reversed(DATA.items())), created_at=told.created_at)
    db.session.expunge_all()
    assert message_body(reread().event) == message_body(told) == message_body(turned)


def test_after_ten_failures_it_is_given_up(shop: Receiver, delivery: Delivery) -> None:
    shop.replies = [Reply(500)]
    for _ in range(12):
        make_due()
        deliver(delivery.id, outbound=OUTBOUND)
    assert (reread().status, reread().attempts, reread().next_attempt_at) == ("failed", 10, None)
    assert len(shop.heard) == 10
    assert find_due_deliveries() == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(404), "answered 404"),
        (Reply(301, headers={"Location": "/elsewhere"}), "Redirects are not followed"),
        (Reply(hang_up=True), "broke off"),
    ],
)
def test_whatever_is_not_a_2xx_is_tried_again(shop: Receiver, delivery: Delivery, reply: Reply, words: str) -> None:
    shop.replies = [reply]
    deliver(delivery.id, outbound=OUTBOUND)
    assert reread().status == "pending"
    assert words in (reread().error or "")
    assert len(shop.heard) == 1


@both_databases
@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        (lambda: "7200", 7200),
        (lambda: format_datetime(now() + timedelta(hours=3), usegmt=True), 3 * 3600),
        (lambda: "9" * 20, 24 * 3600),
        (lambda: "1", 5),
        (lambda: "soon", 5),
    ],
    ids=["seconds", "a date", "longer than a day", "sooner than we would", "nonsense"],
)
def test_a_shop_that_is_called_too_often_says_when_to_come_again(
    shop: Receiver, delivery: Delivery, endpoint: WebhookEndpoint, retry_after: Callable[[], str], seconds: int
) -> None:
    began = now()
    shop.replies = [Reply(429, b"slow down", {"Retry-After": retry_after()}), Reply(200)]
    deliver(delivery.id, outbound=OUTBOUND)
    ended, told = now(), reread()
    assert (told.status, told.response_status, told.error) == ("pending", 429, "The server answered 429.")
    assert told.next_attempt_at is not None
    assert began + timedelta(seconds=seconds - 2) <= told.next_attempt_at <= ended + timedelta(seconds=seconds * 1.2)
    deliver(delivery.id, outbound=OUTBOUND)
    assert len(shop.heard) == 1  # its wish is heeded
    make_due()
    deliver(delivery.id, outbound=OUTBOUND)
    assert (reread().status, reread().attempts) == ("delivered", 2)
    db.session.refresh(endpoint)
    assert (endpoint.status, endpoint.failing_since) == ("enabled", None)
