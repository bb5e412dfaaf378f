"""From something that happened to a shop that knows: events, deliveries, and who hears nothing."""

import json
import threading
from datetime import timedelta

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook

from tests.receiver import Receiver, Reply
from tests.webhooks.conftest import DATA, OUTBOUND, all_deliveries, make_due, reread
from tryon import dialling
from tryon.clock import iso, now
from tryon.db import db, transaction
from tryon.jobqueue import DELIVERIES
from tryon.onboarding import NewMerchant
from tryon.outbound import Outbound
from tryon.webhooks.deliver import deliver
from tryon.webhooks.due import find_due_deliveries
from tryon.webhooks.emit import emit, emit_callback
from tryon.webhooks.endpoints import create_endpoint, delete_endpoint
from tryon.webhooks.models import Delivery, Event, WebhookEndpoint
from tryon.wiring import Tools

both_databases = pytest.mark.both_databases


def queued(tools: Tools) -> list[tuple[str, str]]:
    jobs = Queue(DELIVERIES, connection=tools.queue.redis).jobs
    return [(job.func_name, job.args[0]) for job in jobs]


@both_databases
def test_a_shop_is_told_once_and_can_check_who_said_it(
    shop: Receiver, delivery: Delivery, endpoint: WebhookEndpoint
) -> None:
    for _ in range(3):
        deliver(delivery.id, outbound=OUTBOUND)
    [heard] = shop.heard
    body = Webhook(endpoint.secret).verify(heard.body, heard.headers)
    assert body == {"type": "tryon.job.completed", "timestamp": iso(delivery.event.created_at), "data": DATA}
    assert list(json.loads(heard.body)) == ["type", "timestamp", "data"]
    assert heard.headers["webhook-id"] == delivery.event_id
    assert heard.headers["webhook-id"].startswith("evt_")
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["user-agent"].startswith("tryon/")
    told = reread()
    assert (told.status, told.attempts, told.response_status, told.response_body) == ("delivered", 1, 200, "ok")
    assert (told.claim, told.next_attempt_at, told.error) == (None, None, None)
    assert told.delivered_at is not None
    assert told.duration_ms is not None


@both_databases
def test_only_the_merchants_own_endpoints_that_asked_for_the_event_are_told(
    shop: Receiver, tools: Tools, merchant: NewMerchant, outsider: NewMerchant
) -> None:
    own, other = merchant.merchant, outsider.merchant
    wanted = {
        create_endpoint(own, shop.url("/all"), ["*"], outbound=OUTBOUND).id,
        create_endpoint(own, shop.url("/jobs"), ["credits.low", "tryon.job.failed"], outbound=OUTBOUND).id,
    }
    create_endpoint(own, shop.url("/sessions"), ["session.completed"], outbound=OUTBOUND)
    create_endpoint(own, shop.url("/off"), ["*"], outbound=OUTBOUND).status = "disabled"
    create_endpoint(other, shop.url("/outsider"), ["*"], outbound=OUTBOUND)
    event = emit(own.id, "tryon.job.failed", DATA, queue=tools.queue)
    assert {delivery.endpoint_id for delivery in all_deliveries()} == wanted
    assert {(delivery.event_id, delivery.merchant_id) for delivery in all_deliveries()} == {(event.id, own.id)}
    for found in all_deliveries():
        deliver(found.id, outbound=OUTBOUND)
    assert sorted(heard.path for heard in shop.heard) == ["/all", "/jobs"]


def test_an_event_without_a_listener_is_kept_all_the_same(tools: Tools, merchant: NewMerchant) -> None:
    event = emit(merchant.merchant.id, "credits.low", {"balance": 3}, queue=tools.queue)
    db.session.expire_all()
    assert db.session.get_one(Event, event.id).data == {"balance": 3}
    assert not all_deliveries()


def test_a_change_that_fails_tells_nobody(tools: Tools, merchant: NewMerchant, endpoint: WebhookEndpoint) -> None:
    def fail() -> None:
        with transaction():
            emit(merchant.merchant.id, "credits.low", {}, queue=tools.queue)
            assert not queued(tools)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not all_deliveries()
    assert db.session.scalar(select(Event)) is None
    assert not queued(tools)


def test_a_committed_change_nudges_the_queue_once_for_each_delivery(tools: Tools, delivery: Delivery) -> None:
    assert queued(tools) == [("tryon.jobs.deliver_webhook", delivery.id)]


@both_databases
def test_a_callback_goes_to_its_address_signed_with_the_merchants_secret(
    shop: Receiver, tools: Tools, merchant: NewMerchant, endpoint: WebhookEndpoint
) -> None:
    emit_callback(merchant.merchant, "tsn_1", shop.url("/callback"), "session.completed", DATA, queue=tools.queue)
    deliver(reread().id, outbound=OUTBOUND)
    [heard] = shop.heard
    assert heard.path == "/callback"
    told = Webhook(merchant.merchant.webhook_signing_secret).verify(heard.body, heard.headers)
    assert (told["type"], told["data"]) == ("session.completed", DATA)


def test_a_long_answer_is_kept_in_part(shop: Receiver, delivery: Delivery) -> None:
    shop.replies = [Reply(400, "é".encode() * 100_000)]
    deliver(delivery.id, outbound=OUTBOUND)
    assert reread().response_body == "é" * 512


def test_an_address_that_became_private_is_not_called(
    shop: Receiver, tools: Tools, merchant: NewMerchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialling, "resolve", lambda host, port: ["127.0.0.1"])
    emit_callback(merchant.merchant, "tsn_1", shop.url(host="shop.example"), "session.failed", {}, queue=tools.queue)
    deliver(reread().id, outbound=OUTBOUND)
    assert not shop.heard
    told = reread()
    assert (told.status, told.response_status) == ("pending", None)
    assert "not on the public internet" in (told.error or "")
    assert "127.0.0.1" not in (told.error or "")
    assert told.duration_ms is not None


@both_databases
def test_410_switches_the_endpoint_off_and_what_it_is_owed_is_not_sent(
    shop: Receiver, tools: Tools, delivery: Delivery, endpoint: WebhookEndpoint, merchant: NewMerchant
) -> None:
    other = create_endpoint(merchant.merchant, shop.url("/other"), ["*"], outbound=OUTBOUND)
    emit(merchant.merchant.id, "tryon.job.failed", DATA, queue=tools.queue)
    owed = [found.id for found in all_deliveries() if found.endpoint_id == endpoint.id and found.id != delivery.id]
    shop.replies = [Reply(410)]
    deliver(delivery.id, outbound=OUTBOUND)
    deliver(owed[0], outbound=OUTBOUND)
    assert len(shop.heard) == 1
    db.session.expire_all()
    assert (endpoint.status, other.status) == ("disabled", "enabled")
    first, second = db.session.get_one(Delivery, delivery.id), db.session.get_one(Delivery, owed[0])
    assert (first.status, first.next_attempt_at, first.response_status) == ("failed", None, 410)
    assert (second.status, second.attempts, second.error) == ("failed", 0, "The endpoint is disabled.")


def test_a_callback_that_answers_410_is_not_tried_again(shop: Receiver, tools: Tools, merchant: NewMerchant) -> None:
    shop.replies = [Reply(410)]
    emit_callback(merchant.merchant, "tsn_1", shop.url(), "session.failed", {}, queue=tools.queue)
    deliver(reread().id, outbound=OUTBOUND)
    assert reread().status == "failed"


@both_databases
def test_two_workers_at_once_send_it_once(app: Flask, shop: Receiver, delivery: Delivery) -> None:
    shop.replies = [Reply(wait_seconds=0.3)]
    together = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            together.wait()
            deliver(delivery.id, outbound=OUTBOUND)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(shop.heard) == 1
    assert (reread().status, reread().attempts) == ("delivered", 1)


@both_databases
def test_no_transaction_is_open_while_the_shop_thinks(app: Flask, shop: Receiver, delivery: Delivery) -> None:
    seen: list[tuple[int, str, int]] = []

    def look() -> None:
        with app.app_context():
            in_use = db.engine.pool.checkedout()  # type: ignore[attr-defined]
            with transaction():  # would wait for the worker's lock, if it held one
                row = db.session.get_one(Delivery, delivery.id)
                seen.append((in_use, row.status, row.attempts))

    shop.replies = [Reply(before=look)]
    db.session.remove()
    deliver(delivery.id, outbound=OUTBOUND)
    assert seen == [(0, "pending", 1)]


@both_databases
def test_a_worker_that_died_while_sending_is_replaced_when_its_claim_runs_out(
    app: Flask, shop: Receiver, delivery: Delivery
) -> None:
    class Killed(BaseException):
        pass

    class DyingOutbound(Outbound):
        def post(self, *arguments: object, **named: object) -> None:  # type: ignore[override]
            raise Killed

    with pytest.raises(Killed):
        deliver(delivery.id, outbound=DyingOutbound(frozenset()))
    assert find_due_deliveries() == []
    deliver(delivery.id, outbound=OUTBOUND)
    assert not shop.heard  # for all we know the other worker is still sending
    make_due()
    assert find_due_deliveries() == [delivery.id]
    deliver(delivery.id, outbound=OUTBOUND)
    assert len(shop.heard) == 1
    assert (reread().status, reread().attempts) == ("delivered", 2)


def test_a_worker_that_lost_its_claim_writes_nothing(shop: Receiver, delivery: Delivery, app: Flask) -> None:
    def take_over() -> None:
        with app.app_context(), transaction():
            db.session.execute(update(Delivery).values(claim="another worker's"))

    shop.replies = [Reply(500, before=take_over)]
    deliver(delivery.id, outbound=OUTBOUND)
    assert (reread().claim, reread().status, reread().response_status) == ("another worker's", "pending", None)


@both_databases
def test_the_sweep_finds_what_is_due_and_nothing_else(
    shop: Receiver, tools: Tools, merchant: NewMerchant, endpoint: WebhookEndpoint
) -> None:
    for number in range(5):
        emit(merchant.merchant.id, "credits.low", {"number": number}, queue=tools.queue)
    fresh, lost, retry, later, done = all_deliveries()
    long_ago, moment = now() - timedelta(minutes=5), now()
    with transaction():
        fresh.created_at = moment
        lost.created_at = long_ago
        retry.attempts, retry.next_attempt_at = 1, long_ago
        later.attempts, later.next_attempt_at = 1, moment + timedelta(minutes=1)
        done.created_at, done.status, done.next_attempt_at = long_ago, "delivered", None
    assert find_due_deliveries() == [retry.id, lost.id]
    assert find_due_deliveries(limit=1) == [retry.id]


def test_a_deleted_endpoint_hears_nothing_more_and_leaves_its_log(
    shop: Receiver, delivery: Delivery, endpoint: WebhookEndpoint, merchant: NewMerchant
) -> None:
    delete_endpoint(merchant.merchant, endpoint.id)
    deliver(delivery.id, outbound=OUTBOUND)
    assert not shop.heard
    assert (reread().status, reread().endpoint_id, reread().error) == ("failed", None, "The endpoint was deleted.")


def test_a_delivery_that_does_not_exist_is_no_error(app: Flask) -> None:
    deliver("dlv_nothing", outbound=OUTBOUND)
