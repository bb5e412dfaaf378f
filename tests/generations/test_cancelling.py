import threading

import pytest
from flask import Flask

from tests.engines.quick import QuickEngine
from tests.generations.test_run import ledger
from tests.scene import Scene, set_scene, work
from tryon.db import db
from tryon.engines.base import TryOnRequest, TryOnResult
from tryon.generations.cancelling import cancel
from tryon.generations.models import Generation
from tryon.onboarding import create_merchant
from tryon.wiring import tools


def call_off(generation: Generation) -> bool:
    return cancel(generation, queue=tools().queue)


def test_a_waiting_generation_is_cancelled_once_and_its_credit_comes_back(scene: Scene) -> None:
    generation = scene.request()
    assert call_off(generation)
    assert (generation.status, generation.error_code) == ("cancelled", "cancelled")
    assert ledger(generation) == ["reserved", "returned"]
    assert not call_off(generation)
    assert ledger(generation) == ["reserved", "returned"]
    db.session.refresh(scene.owner.merchant)
    assert scene.owner.merchant.credit_balance == 100
    [event] = scene.events("tryon.job.failed")
    assert (event.data["status"], event.data["error"]["code"]) == ("cancelled", "cancelled")
    assert work(generation) == "skipped"


def test_a_finished_generation_stays_what_it_is(scene: Scene) -> None:
    generation = scene.request()
    work(generation)
    assert not call_off(generation)
    assert generation.status == "completed"
    assert ledger(generation) == ["reserved", "spent"]


def test_the_shopper_of_a_session_may_try_again(scene: Scene) -> None:
    session = scene.open_session()
    generation = scene.request(session)
    call_off(generation)
    db.session.refresh(session)
    assert (session.status, session.error_code) == ("launched", "cancelled")


def test_a_worker_that_comes_too_late_leaves_no_picture(scene: Scene) -> None:
    generation = scene.request()

    class CalledOff(QuickEngine):
        def dress(self, request: TryOnRequest) -> TryOnResult:
            made = super().dress(request)
            call_off(db.session.get_one(Generation, generation.id))
            return made

    assert work(generation, CalledOff()) == "skipped"
    assert (generation.status, generation.result_key) == ("cancelled", None)
    assert list(tools().storage.keys("results/")) == []
    assert ledger(generation) == ["reserved", "returned"]


@pytest.mark.both_databases
def test_a_cancellation_and_a_finishing_worker_never_both_win(app: Flask) -> None:
    scene = set_scene(create_merchant("Corner Shop", credits=3))
    for _ in range(3):
        generation, cancelled = scene.request(), []
        generation_id = generation.id

        def call_off_elsewhere(generation_id: str = generation_id, cancelled: list[bool] = cancelled) -> None:
            with app.app_context():
                cancelled.append(call_off(db.session.get_one(Generation, generation_id)))

        other = threading.Thread(target=call_off_elsewhere)
        other.start()
        outcome = work(generation)
        other.join()
        db.session.refresh(generation)
        assert cancelled == [outcome == "skipped"]
        assert ledger(generation) == ["reserved", "returned" if cancelled[0] else "spent"]
        assert len(list(tools().storage.keys("results/"))) == len(
            [row for row in db.session.query(Generation) if row.status == "completed"]
        )
        db.session.commit()
