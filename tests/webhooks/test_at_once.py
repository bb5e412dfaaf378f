"""Endpoints deleted and changed while things happen: nothing fails, nothing is lost, nobody waits in a circle."""

import time
from collections.abc import Callable
from threading import Barrier, Thread
from threading import Event as Signal

import pytest
from flask import Flask
from sqlalchemy import select

from tests.receiver import Receiver, Reply
from tests.scene import Scene, work
from tests.together import at_once
from tests.webhooks.conftest import OUTBOUND
from tryon.db import db, transaction
from tryon.errors import Conflict, NotFound
from tryon.generations import finish
from tryon.generations.models import Generation
from tryon.merchants.models import Merchant
from tryon.onboarding import NewMerchant
from tryon.webhooks import endpoints, locking, replaying, rotating
from tryon.webhooks.deliver import deliver
from tryon.webhooks.emit import emit
from tryon.webhooks.endpoints import change_endpoint, create_endpoint, delete_endpoint
from tryon.webhooks.models import Delivery, Event, WebhookEndpoint
from tryon.webhooks.replaying import replay, send_trial
from tryon.webhooks.rotating import rotate_secret, secrets_of
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases

A_WHILE = 0.4
"""Seconds in which whoever did not wait would be done."""


def remove(endpoint: WebhookEndpoint) -> None:
    delete_endpoint(db.session.get_one(Merchant, endpoint.merchant_id), endpoint.id)


def tell(endpoint: WebhookEndpoint) -> None:
    emit(endpoint.merchant_id, "credits.low", {"balance": 3}, queue=tools().queue)


def every(kind: type[Event] | type[Delivery] | type[WebhookEndpoint]) -> list:  # type: ignore[type-arg]
    db.session.rollback()
    return list(db.session.scalars(select(kind)))


def meanwhile(app: Flask, endpoint: WebhookEndpoint, act: Callable[[WebhookEndpoint], None]) -> None:
    """Somebody else does it; who has read the endpoint already has not seen that."""

    def run() -> None:
        with app.app_context():
            act(db.session.get_one(WebhookEndpoint, endpoint.id))

    db.session.commit()
    somebody = Thread(target=run)
    somebody.start()
    somebody.join()


def switch_off(endpoint: WebhookEndpoint) -> None:
    change_endpoint(endpoint, {"status": "disabled"}, outbound=OUTBOUND)


def test_an_endpoint_deleted_while_something_is_told_takes_only_its_delivery_along(
    app: Flask, endpoint: WebhookEndpoint
) -> None:
    told = Signal()

    def happen() -> None:
        with transaction():
            tell(endpoint)
            told.set()
            time.sleep(A_WHILE)

    def delete() -> None:
        told.wait()
        remove(endpoint)

    at_once(app, [happen, delete])
    [event] = every(Event)
    [delivery] = every(Delivery)
    assert (event.type, event.data) == ("credits.low", {"balance": 3})
    assert (delivery.status, delivery.endpoint_id, delivery.error) == ("failed", None, "The endpoint was deleted.")
    assert every(WebhookEndpoint) == []


def test_a_try_on_ends_though_an_endpoint_is_deleted_that_moment(
    app: Flask, endpoint: WebhookEndpoint, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, generation_id = Signal(), scene.request().id

    def session_of(generation: Generation) -> None:
        told.set()
        time.sleep(A_WHILE)

    def end() -> None:
        work(db.session.get_one(Generation, generation_id))

    def delete() -> None:
        told.wait()
        remove(endpoint)

    monkeypatch.setattr(finish, "newest_session_of", session_of)
    at_once(app, [end, delete])
    assert db.session.get_one(Generation, generation_id).status == "completed"
    assert [event.type for event in scene.events("tryon.job.completed")] == ["tryon.job.completed"]
    assert "pending" not in {delivery.status for delivery in every(Delivery)}


def test_what_happens_while_an_endpoint_is_deleted_is_kept_and_owed_to_the_others(
    app: Flask, endpoint: WebhookEndpoint, merchant: NewMerchant, outsider: NewMerchant, shop: Receiver
) -> None:
    other = create_endpoint(merchant.merchant, shop.url("/other"), ["*"], outbound=OUTBOUND)
    create_endpoint(outsider.merchant, shop.url("/outsider"), ["*"], outbound=OUTBOUND)
    deleted = Signal()

    def delete() -> None:
        with transaction():
            remove(endpoint)
            deleted.set()
            time.sleep(A_WHILE)

    def happen() -> None:
        deleted.wait()
        tell(endpoint)

    at_once(app, [delete, happen])
    assert [event.merchant_id for event in every(Event)] == [merchant.merchant.id]
    assert [(delivery.endpoint_id, delivery.status) for delivery in every(Delivery)] == [(other.id, "pending")]


def test_answers_that_come_in_while_the_endpoint_is_deleted_wait_in_no_circle(
    app: Flask, endpoint: WebhookEndpoint, shop: Receiver
) -> None:
    for _ in range(6):
        tell(endpoint)
    shop.replies = [Reply(500, wait_seconds=0.1)]
    sends = [lambda id=delivery.id: deliver(id, outbound=OUTBOUND) for delivery in every(Delivery)]

    def delete() -> None:
        time.sleep(0.1)
        remove(endpoint)

    at_once(app, [*sends, delete])
    assert {(delivery.status, delivery.endpoint_id) for delivery in every(Delivery)} == {("failed", None)}


def test_enabling_an_endpoint_that_is_disabled_this_moment_enables_it(app: Flask, endpoint: WebhookEndpoint) -> None:
    assert endpoint.status == "enabled"
    meanwhile(app, endpoint, switch_off)
    change_endpoint(endpoint, {"status": "enabled"}, outbound=OUTBOUND)
    [present] = every(WebhookEndpoint)
    db.session.refresh(present)
    assert present.status == "enabled"


def test_two_rotations_at_once_lose_neither_secret(app: Flask, endpoint: WebhookEndpoint) -> None:
    both_have_read, made = Barrier(2), list[str]()

    def rotate() -> None:
        mine = db.session.get_one(WebhookEndpoint, endpoint.id)
        both_have_read.wait()
        made.append(rotate_secret(mine))

    at_once(app, [rotate, rotate])
    assert len(set(made)) == 2
    assert set(secrets_of(endpoint)) == set(made)


def test_nothing_is_owed_to_an_endpoint_that_is_disabled_this_moment(app: Flask, endpoint: WebhookEndpoint) -> None:
    tell(endpoint)
    [delivery] = every(Delivery)
    assert delivery.endpoint.status == "enabled"
    meanwhile(app, endpoint, switch_off)
    with pytest.raises(Conflict):
        replay(delivery, queue=tools().queue)
    with pytest.raises(Conflict):
        send_trial(endpoint, queue=tools().queue)
    assert len(every(Delivery)) == 1


def send_again(endpoint: WebhookEndpoint) -> None:
    replay(db.session.scalars(select(Delivery).filter_by(endpoint_id=endpoint.id)).one(), queue=tools().queue)


def try_out(endpoint: WebhookEndpoint) -> None:
    send_trial(endpoint, queue=tools().queue)


@pytest.mark.parametrize("act", [switch_off, rotate_secret, try_out, send_again])
def test_an_endpoint_that_is_deleted_this_moment_is_not_found(
    app: Flask, endpoint: WebhookEndpoint, act: Callable[[WebhookEndpoint], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(endpoint)
    reread = locking.reread

    def read_too_late(known: WebhookEndpoint) -> WebhookEndpoint:
        monkeypatch.undo()
        db.session.commit()  # or SQLite would let nobody else write
        meanwhile(app, endpoint, remove)
        return reread(known)

    for module in (endpoints, rotating, replaying):
        monkeypatch.setattr(module, "reread", read_too_late)
    with pytest.raises(NotFound):
        act(endpoint)
    assert len(every(Delivery)) == 1
