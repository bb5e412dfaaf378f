from datetime import timedelta

from tests.receiver import Receiver, Reply
from tests.webhooks.conftest import OUTBOUND
from tryon.clock import now
from tryon.db import db, transaction
from tryon.webhooks.deliver import deliver
from tryon.webhooks.emit import emit
from tryon.webhooks.endpoints import change_endpoint
from tryon.webhooks.expiry import delete_old_events
from tryon.webhooks.health import FAILING_MAX
from tryon.webhooks.models import Delivery, DeliveryAttempt, Event, WebhookEndpoint
from tryon.webhooks.rotating import OVERLAP, rotate_secret, secrets_of
from tryon.wiring import tools


def tell(endpoint: WebhookEndpoint, times: int = 1) -> None:
    for _ in range(times):
        emit(endpoint.merchant_id, "tryon.job.completed", {"job_id": "gen_1"}, queue=tools().queue)
        newest = db.session.query(Delivery).order_by(Delivery.id.desc()).first()
        assert newest is not None
        deliver(newest.id, outbound=OUTBOUND)
    db.session.rollback()
    db.session.refresh(endpoint)


def test_a_failure_is_remembered_and_a_success_forgets_it(endpoint: WebhookEndpoint, shop: Receiver) -> None:
    shop.replies = [Reply(500), Reply(200)]
    tell(endpoint)
    assert endpoint.failing_since is not None
    tell(endpoint)
    assert (endpoint.failing_since, endpoint.status) == (None, "enabled")


def test_days_of_nothing_but_failures_disable_it_and_say_why(endpoint: WebhookEndpoint, shop: Receiver) -> None:
    shop.replies = [Reply(500)]
    tell(endpoint, 9)
    with transaction():
        endpoint.failing_since = now() - FAILING_MAX
    assert endpoint.status == "enabled"
    tell(endpoint)
    assert endpoint.status == "disabled"
    assert "after 10 attempts" in (endpoint.disabled_reason or "")


def test_few_failures_over_a_long_time_do_not_disable_it(endpoint: WebhookEndpoint, shop: Receiver) -> None:
    shop.replies = [Reply(500)]
    tell(endpoint)
    with transaction():
        endpoint.failing_since = now() - 3 * FAILING_MAX
    tell(endpoint)
    assert endpoint.status == "enabled"


def test_410_disables_it_at_once_and_enabling_gives_a_fresh_start(endpoint: WebhookEndpoint, shop: Receiver) -> None:
    shop.replies = [Reply(410)]
    tell(endpoint)
    assert endpoint.status == "disabled"
    assert "410" in (endpoint.disabled_reason or "")
    change_endpoint(endpoint, {"status": "enabled"}, outbound=OUTBOUND)
    assert (endpoint.status, endpoint.disabled_reason, endpoint.failing_since) == ("enabled", None, None)


def test_every_attempt_is_in_the_log(endpoint: WebhookEndpoint, shop: Receiver) -> None:
    shop.replies = [Reply(503, b"busy", {"x-shop": "1"})]
    tell(endpoint)
    [attempt] = db.session.query(DeliveryAttempt).all()
    assert (attempt.number, attempt.response_status, attempt.response_body) == (1, 503, "busy")
    assert attempt.response_headers["x-shop"] == "1"
    assert attempt.request_headers["webhook-id"].startswith("evt_")
    assert attempt.duration_ms is not None
    assert endpoint.secret not in str(attempt.request_headers)


def test_the_old_secret_ends_after_a_day(endpoint: WebhookEndpoint) -> None:
    old = endpoint.secret
    new = rotate_secret(endpoint)
    assert secrets_of(endpoint) == (new, old)
    with transaction():
        endpoint.previous_secret_expires_at = now() - timedelta(seconds=1)
    assert secrets_of(endpoint) == (new,)
    assert timedelta(hours=24) == OVERLAP


def test_old_events_go_with_their_logs_and_what_is_owed_stays(endpoint: WebhookEndpoint, shop: Receiver) -> None:
    tell(endpoint)
    shop.replies = [Reply(500)]
    tell(endpoint)
    assert delete_old_events(now() + timedelta(days=31), 30, limit=10) == 1
    [left] = db.session.query(Event).all()
    assert [delivery.status for delivery in db.session.query(Delivery)] == ["pending"]
    assert db.session.query(Delivery).one().event_id == left.id
    assert db.session.query(DeliveryAttempt).count() == 1
