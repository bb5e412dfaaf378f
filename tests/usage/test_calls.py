import threading

import pytest
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.scene import Scene
from tests.usage.test_counting import told, used
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.merchants.keys import make_key
from tryon.merchants.models import ApiKey
from tryon.onboarding import NewMerchant, create_merchant
from tryon.usage import calls
from tryon.usage.calls import CallCounter, write_down_calls
from tryon.wiring import tools


def key_of(owner: NewMerchant, kind: str = "secret", mode: str = "live") -> ApiKey:
    query = select(ApiKey).filter_by(merchant_id=owner.merchant.id, kind=kind, mode=mode)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def write_down() -> None:
    kit = tools()
    kit.calls.hand_on()
    write_down_calls(queue=kit.queue, settings=kit.settings)


def test_calls_reach_the_month_and_their_key_with_the_sweep(merchant: NewMerchant, outsider: NewMerchant) -> None:
    for _ in range(3):
        tools().calls.note(key_of(merchant))
    tools().calls.note(key_of(merchant, "publishable"))
    write_down()
    write_down()
    assert used(merchant)["api_call"] == 4
    assert (key_of(merchant).usage_count, key_of(merchant, "publishable").usage_count) == (3, 1)
    assert key_of(merchant).last_used_at is not None
    assert (used(outsider)["api_call"], key_of(outsider).usage_count) == (0, 0)


def test_a_test_key_s_calls_are_noted_on_the_key_and_counted_nowhere(merchant: NewMerchant) -> None:
    with transaction():
        make_key(merchant.merchant, "secret", "test")
    tools().calls.note(key_of(merchant, mode="test"))
    write_down()
    assert key_of(merchant, mode="test").usage_count == 1
    assert used(merchant)["api_call"] == 0


def test_a_limited_key_s_calls_are_in_the_month_and_not_twice_on_the_key(merchant: NewMerchant) -> None:
    with transaction():
        key_of(merchant).usage_limit = 9
    tools().calls.note(key_of(merchant))
    write_down()
    assert (used(merchant)["api_call"], key_of(merchant).usage_count) == (1, 0)


def test_more_calls_than_the_plan_holds_are_told_of(merchant: NewMerchant, small_plan: Settings) -> None:
    for _ in range(3):
        tools().calls.note(key_of(merchant))
    write_down()
    assert [data["kind"] for data in told(merchant)] == ["api_call"]


def test_calls_wait_while_redis_is_away(merchant: NewMerchant) -> None:
    counter = CallCounter(Redis(unix_socket_path="/nowhere/valkey.sock", retry=Retry(NoBackoff(), 0)))
    counter.note(key_of(merchant))
    counter.hand_on()
    counter._redis = tools().queue.redis
    counter.hand_on()
    write_down()
    assert used(merchant)["api_call"] == 1


def test_calls_wait_while_the_database_is_away(merchant: NewMerchant, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*arguments: object) -> None:
        raise OperationalError("", {}, Exception())

    tools().calls.note(key_of(merchant))
    with monkeypatch.context() as patched:
        patched.setattr(calls, "add_to_count", away)
        with pytest.raises(OperationalError):
            write_down()
    write_down()
    assert used(merchant)["api_call"] == 1


def test_calls_of_a_merchant_who_is_gone_do_not_stop_the_others(merchant: NewMerchant) -> None:
    tools().queue.redis.hincrby(calls.COUNTED, "mer_gone|key_gone|live|2026-01-01", 5)
    tools().calls.note(key_of(merchant))
    write_down()
    assert used(merchant)["api_call"] == 1


@pytest.mark.both_databases
def test_sweeps_at_the_same_moment_count_nothing_twice(app: Flask) -> None:
    merchant = create_merchant("Busy Shop", credits=5)
    for _ in range(7):
        tools().calls.note(key_of(merchant))
    tools().calls.hand_on()
    db.session.commit()

    def sweep() -> None:
        with app.app_context():
            write_down_calls(queue=tools().queue, settings=tools().settings)

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert used(merchant)["api_call"] == 7


def test_every_request_with_a_key_is_a_call(scene: Scene, client) -> None:
    headers = {"Authorization": f"Bearer {scene.owner.secret_key}"}
    for path in ("/v1/sessions/tsn_none", "/partner/v1/products", "/partner/v1/merchants/me/usage"):
        client.get(path, headers=headers)
    client.get("/partner/v1/products", headers={"Authorization": "Bearer dress_sk_live_wrong"})
    write_down()
    assert used(scene.owner)["api_call"] == 3
