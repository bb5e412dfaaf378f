import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.engines.quick import QuickEngine, broken
from tests.scene import Scene, set_scene, work
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.onboarding import NewMerchant, create_merchant
from tryon.usage.counting import add_to_count, count_usage, totals
from tryon.usage.plans import period_of
from tryon.webhooks.models import Event
from tryon.wiring import tools


def used(owner: NewMerchant) -> dict[str, int]:
    return totals(owner.merchant.id, period_of(owner.merchant, now()))


def count(owner: NewMerchant, amount: int = 1, kind: str = "try_on") -> bool:
    kit = tools()
    return count_usage(owner.merchant.id, kind, amount, settings=kit.settings, queue=kit.queue)  # type: ignore[arg-type]


def told(owner: NewMerchant, type: str = "usage.limit_exceeded") -> list[dict]:
    query = select(Event.data).where(Event.merchant_id == owner.merchant.id, Event.type == type)
    return list(db.session.scalars(query))


def test_a_live_try_on_that_comes_out_is_counted_once(scene: Scene) -> None:
    generation = scene.request()
    assert used(scene.owner)["try_on"] == 0
    work(generation)
    work(generation)
    assert used(scene.owner)["try_on"] == 1


def test_what_fails_and_what_is_a_test_is_not_counted(scene: Scene) -> None:
    work(scene.request(), QuickEngine(errors=[broken()]))
    work(scene.request(mode="test"))
    assert used(scene.owner)["try_on"] == 0


def test_a_photo_that_is_kept_is_counted_as_a_model(scene: Scene) -> None:
    assert used(scene.owner)["user_model"] == 1


def test_kinds_merchants_and_months_are_counted_apart(merchant: NewMerchant, outsider: NewMerchant) -> None:
    count(merchant, 3)
    count(merchant, 2, "ar_try_on")
    with transaction():
        add_to_count(merchant.merchant.id, "try_on", 50, (now() - timedelta(days=1)).date())
    assert used(merchant) == {"try_on": 3, "ar_try_on": 2, "user_model": 0, "api_call": 0}
    assert used(outsider)["try_on"] == 0


def test_the_limit_may_be_reached_and_is_told_once_when_it_is_exceeded(
    merchant: NewMerchant, small_plan: Settings
) -> None:
    assert [count(merchant) for _ in range(4)] == [False, False, True, True]
    assert told(merchant) == [{"kind": "try_on", "count": 3, "limit": 2, "plan": "FREE"}]


def test_each_kind_and_each_month_is_told_of_by_itself(merchant: NewMerchant, small_plan: Settings) -> None:
    count(merchant, 3)
    count(merchant, 3, "ar_try_on")
    with transaction():
        merchant.merchant.subscribed_at -= timedelta(days=1)  # so this is another month
    count(merchant, 3)
    assert [data["kind"] for data in told(merchant)] == ["try_on", "ar_try_on", "try_on"]


def test_nothing_is_counted_where_the_rest_of_the_transaction_fails(merchant: NewMerchant) -> None:
    def count_and_crash() -> None:
        with transaction():
            count(merchant)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        count_and_crash()
    assert used(merchant)["try_on"] == 0


@pytest.mark.both_databases
def test_many_at_once_are_all_counted_and_the_crossing_is_told_once(app: Flask, small_plan: Settings) -> None:
    scene = set_scene(create_merchant("Busy Shop", credits=5))
    merchant_id = scene.merchant_id
    db.session.commit()
    warned: list[bool] = []

    def add() -> None:
        with app.app_context():
            kit = tools()
            warned.append(count_usage(merchant_id, "try_on", 1, settings=kit.settings, queue=kit.queue))

    threads = [threading.Thread(target=add) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert used(scene.owner)["try_on"] == 12
    assert sorted(warned) == [False] * 2 + [True] * 10
    assert [data["count"] for data in told(scene.owner)] == [3]
