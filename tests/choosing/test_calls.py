"""The ledger of calls, and the limits that are read from it."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.choosing.conftest import give_key, settle
from tests.scene import Scene, set_scene
from tryon.clock import now
from tryon.db import db
from tryon.onboarding import create_merchant
from tryon.providers.calls import LimitReached, begin_call, delete_old_calls, end_call, end_lost_calls
from tryon.providers.choosing import Choice, choose
from tryon.providers.models import EngineCall
from tryon.wiring import tools

MINE = Choice("gemini", True, "merchant", "0123456789abcdef", "nano")
OPERATORS = Choice("gemini", True, "operator", "fedcba9876543210")


def begin(scene: Scene, choice: Choice = MINE, generation: str = "gen_1") -> str:
    return begin_call(scene.merchant_id, generation, choice, seconds=20)


def spend(scene: Scene, cost: int, choice: Choice = MINE) -> None:
    end_call(begin(scene, choice), "ok", seconds=1.0, cost_microdollars=cost)


def test_a_call_is_written_down_before_and_after(scene: Scene) -> None:
    call_id = begin(scene)
    call = db.session.get_one(EngineCall, call_id)
    assert (call.ended_at, call.outcome) == (None, None)
    end_call(call_id, "rate_limited", seconds=1.5, cost_microdollars=5, model="nano-2")
    db.session.refresh(call)
    assert (call.merchant_id, call.engine, call.key_owner) == (scene.merchant_id, "gemini", "merchant")
    assert (call.outcome, call.seconds, call.cost_microdollars, call.model) == ("rate_limited", 1.5, 5, "nano-2")
    assert call.ended_at is not None


@pytest.mark.both_databases
def test_never_more_at_once_than_the_merchant_allows(app: Flask) -> None:
    scene = set_scene(create_merchant("Corner Shop", credits=5))
    settle(scene, engine_concurrency_max=3)
    begun, refused, start = [], [], threading.Barrier(9)

    def call(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                begun.append(begin(scene, generation=f"gen_{number}"))
            except LimitReached as limit:
                refused.append(limit.reason)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), refused) == (3, ["too_many_at_once"] * 6)
    end_call(begun[0], "ok", seconds=1.0)
    begin(scene)
    with pytest.raises(LimitReached):
        begin(scene)


def test_one_merchants_calls_take_no_place_from_another(scene: Scene, outsider_scene: Scene) -> None:
    settle(scene, engine_concurrency_max=1)
    settle(outsider_scene, engine_concurrency_max=1)
    begin(scene)
    begin(outsider_scene)


def test_a_call_whose_worker_is_gone_holds_its_place_for_a_while_only(scene: Scene) -> None:
    settle(scene, engine_concurrency_max=1)
    lost = db.session.get_one(EngineCall, begin(scene))
    assert end_lost_calls(now()) == 0
    lost.lost_after = now() - timedelta(seconds=1)
    db.session.commit()
    kept = begin(scene)
    assert end_lost_calls(now()) == 1
    db.session.refresh(lost)
    assert (lost.outcome, lost.ended_at) == ("lost", lost.lost_after)
    assert db.session.get_one(EngineCall, kept).ended_at is None


def test_what_a_key_may_spend_in_a_day_ends_its_calls_and_a_credit_pays_again(
    keyed: Scene, outsider_scene: Scene
) -> None:
    give_key(outsider_scene)
    settle(keyed, engine_daily_spend_max=100)
    spend(keyed, 99)
    spend(outsider_scene, 500)
    spend(keyed, 7_000, OPERATORS)
    spend(keyed, 1)
    with pytest.raises(LimitReached, match="daily_spend_used_up"):
        begin(keyed)
    plan = choose(keyed.merchant_id, mode="live", settings=tools().settings)
    assert (plan.planned.engine, plan.billed_to) == ("local", "credit")
    assert plan.order[0].closed == "daily_spend_used_up"
    other = choose(outsider_scene.merchant_id, mode="live", settings=tools().settings)
    assert (other.planned.engine, other.billed_to) == ("gemini", "merchant_key")


def test_what_was_spent_yesterday_is_over(keyed: Scene) -> None:
    settle(keyed, engine_daily_spend_max=100)
    spend(keyed, 100)
    call = db.session.scalars(select(EngineCall)).one()
    call.started_at -= timedelta(days=1)
    db.session.commit()
    begin(keyed)


def test_old_calls_are_deleted_with_their_days(scene: Scene, outsider_scene: Scene) -> None:
    spend(scene, 1)
    spend(outsider_scene, 1)
    old = db.session.scalars(select(EngineCall).where(EngineCall.merchant_id == scene.merchant_id)).one()
    old.started_at -= timedelta(days=31)
    db.session.commit()
    assert delete_old_calls(now(), 30, 200) == 1
    assert db.session.scalars(select(EngineCall.merchant_id)).all() == [outsider_scene.merchant_id]


def test_what_was_refused_a_place_leaves_no_call_behind(scene: Scene) -> None:
    settle(scene, engine_concurrency_max=1)
    begin(scene)
    with pytest.raises(LimitReached):
        begin(scene)
    assert len(db.session.scalars(select(EngineCall)).all()) == 1
