"""A person who is erased is taken out of what was told about them, and out of what the receivers answered."""

import json
import time
from collections.abc import Iterator
from threading import Event as Signal
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from tests.receiver import Receiver, Reply
from tests.webhooks.conftest import OUTBOUND
from tryon.db import db, transaction
from tryon.onboarding import NewMerchant
from tryon.webhooks.deliver import deliver
from tryon.webhooks.emit import emit, emit_callback
from tryon.webhooks.endpoints import create_endpoint
from tryon.webhooks.forgetting import strip_shopper
from tryon.webhooks.models import Delivery, DeliveryAttempt, Event
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases

JANE, JOHN = "shp_jane", "shp_john"
TELLING = Reply(200, b"thank you, Jane Roe", {"X-Customer": "Jane Roe"})
TOLD = {
    "job_id": "gen_1",
    "status": "completed",
    "external_user_ref": "Jane Roe",
    "image_url": "https://tryon.example/media/jane",
    "image_urls": ["https://tryon.example/media/jane"],
    "result": {"image_url": "https://tryon.example/media/jane"},
    "merchant_reference": "for Jane Roe",
    "metadata": {"who": "Jane Roe"},
}


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with Receiver(TELLING).running() as receiver:
        yield receiver


def tell(owner: NewMerchant, shop: Receiver, shopper_id: str) -> list[str]:
    """To an endpoint and a callback address; the ids of both deliveries, not sent yet."""
    create_endpoint(owner.merchant, shop.url(), ["*"], outbound=OUTBOUND)
    queue = tools().queue
    first = emit(owner.merchant.id, "tryon.job.completed", TOLD, queue=queue, shopper_id=shopper_id)
    second = emit_callback(
        owner.merchant, "tsn_1", shop.url("/callback"), "session.completed", TOLD, queue=queue, shopper_id=shopper_id
    )
    owed = select(Delivery.id).where(Delivery.event_id.in_([first.id, second.id])).order_by(Delivery.id)
    return list(db.session.scalars(owed))


def forget(shopper_id: str) -> None:
    with transaction():
        strip_shopper(shopper_id)
    db.session.expire_all()


def answers() -> list[tuple[str | None, str | None, bool]]:
    """Of each delivery: its newest answer, the answer in its log, and whether the log has headers."""
    db.session.rollback()
    found = select(Delivery.response_body, DeliveryAttempt.response_body, DeliveryAttempt.response_headers)
    rows = db.session.execute(found.join(DeliveryAttempt).order_by(Delivery.id))
    return [(body, logged, bool(headers)) for body, logged, headers in rows]


def test_what_names_the_person_is_gone_and_the_rest_stays(shop: Receiver, merchant: NewMerchant) -> None:
    tell(merchant, shop, JANE)
    forget(JANE)
    for event in db.session.scalars(select(Event)):
        assert event.data == {
            "job_id": "gen_1", "status": "completed", "external_user_ref": None, "image_url": None, "image_urls": None,
            "result": None, "merchant_reference": None, "metadata": {},
        }  # fmt: skip


def test_what_was_answered_is_gone_and_that_it_was_answered_stays(shop: Receiver, merchant: NewMerchant) -> None:
    for delivery_id in tell(merchant, shop, JANE):
        deliver(delivery_id, outbound=OUTBOUND)
    assert answers() == [("thank you, Jane Roe", "thank you, Jane Roe", True)] * 2
    forget(JANE)
    assert answers() == [(None, None, False)] * 2
    assert {(row.status, row.response_status) for row in db.session.scalars(select(Delivery))} == {("delivered", 200)}


def test_what_is_sent_afterwards_names_nobody(shop: Receiver, merchant: NewMerchant) -> None:
    owed = tell(merchant, shop, JANE)
    forget(JANE)
    for delivery_id in owed:
        deliver(delivery_id, outbound=OUTBOUND)
    assert [json.loads(heard.body)["data"]["external_user_ref"] for heard in shop.heard] == [None, None]
    assert not any(b"Jane" in heard.body for heard in shop.heard)
    assert answers() == [(None, None, False)] * 2


def test_another_person_and_another_merchant_are_left_alone(
    shop: Receiver, merchant: NewMerchant, outsider: NewMerchant
) -> None:
    for delivery_id in [*tell(merchant, shop, JOHN), *tell(outsider, shop, "shp_theirs")]:
        deliver(delivery_id, outbound=OUTBOUND)
    before = answers()
    forget(JANE)
    assert answers() == before
    assert [event.data for event in db.session.scalars(select(Event))] == [TOLD] * 4


def test_an_answer_that_comes_after_the_person_was_erased_is_not_kept(
    app: Flask, shop: Receiver, merchant: NewMerchant
) -> None:
    def erase() -> None:
        with app.app_context():
            forget(JANE)

    shop.replies = [Reply(503, TELLING.body, TELLING.headers | {"Retry-After": "7200"}, before=erase)]
    owed = tell(merchant, shop, JANE)
    for delivery_id in owed:
        deliver(delivery_id, outbound=OUTBOUND)
    assert answers() == [(None, None, False)] * 2
    for row in db.session.scalars(select(Delivery)):
        assert (row.status, row.response_status, row.error) == ("pending", 503, "The server answered 503.")
        assert row.next_attempt_at is not None
        assert (row.next_attempt_at - row.created_at).total_seconds() > 7000  # what it asked for is heeded


def test_an_answer_that_comes_while_the_person_is_being_erased_is_not_kept(
    app: Flask, shop: Receiver, merchant: NewMerchant
) -> None:
    begun, erasers = Signal(), list[Thread]()

    def erase_slowly() -> None:
        with app.app_context(), transaction():
            strip_shopper(JANE)
            begun.set()
            time.sleep(0.4)

    def begin() -> None:
        erasers.append(Thread(target=erase_slowly))
        erasers[0].start()
        assert begun.wait(5)

    shop.replies = [Reply(200, TELLING.body, TELLING.headers, before=begin)]
    first = tell(merchant, shop, JANE)[0]
    deliver(first, outbound=OUTBOUND)
    erasers[0].join()
    assert answers() == [(None, None, False)]
    assert db.session.get_one(Delivery, first).status == "delivered"
