import threading

import pytest
from flask import Flask

from tests.engines.quick import QuickEngine
from tests.scene import Scene, set_scene, work
from tryon.db import db
from tryon.engines.base import TryOnRequest, TryOnResult
from tryon.errors import Conflict
from tryon.generations.closing import cancel_session
from tryon.onboarding import create_merchant
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools


def close(session: TryOnSession) -> None:
    cancel_session(session, queue=tools().queue)


def test_a_session_nobody_used_is_cancelled_and_that_may_be_repeated(scene: Scene) -> None:
    session = scene.open_session()
    close(session)
    ended = session.completed_at
    close(session)
    assert (session.status, session.completed_at) == ("cancelled", ended)


@pytest.mark.both_databases
def test_what_is_being_made_for_it_is_stopped_and_its_credit_returned(app: Flask) -> None:
    scene = set_scene(create_merchant("Corner Shop", credits=1))
    session = scene.open_session()
    generation = scene.request(session)
    close(session)
    assert (session.status, session.error_code) == ("cancelled", None)
    db.session.refresh(generation)
    assert generation.status == "cancelled"
    assert work(generation) == "skipped"
    db.session.refresh(session)
    db.session.refresh(scene.owner.merchant)
    assert (session.status, scene.owner.merchant.credit_balance) == ("cancelled", 1)


def test_a_session_that_has_ended_otherwise_stays_as_it_is(scene: Scene) -> None:
    session = scene.open_session()
    work(scene.request(session))
    db.session.refresh(session)
    with pytest.raises(Conflict) as refusal:
        close(session)
    assert (refusal.value.code, session.status) == ("session_over", "completed")


@pytest.mark.both_databases
def test_of_a_cancellation_and_a_finished_picture_one_wins_and_the_other_sees_it(app: Flask) -> None:
    """The worker is at its last step while the session is called off: neither waits for ever, both agree."""
    scene = set_scene(create_merchant("Corner Shop", credits=5))
    session = scene.open_session(callback_url="https://merchant.example/hook")
    generation = scene.request(session)
    seen: list[str] = []

    class Slow(QuickEngine):
        def dress(self, request: TryOnRequest) -> TryOnResult:
            at_work.set()
            return super().dress(request)

    def call_off() -> None:
        with app.app_context():
            at_work.wait(5)
            try:
                close(db.session.get_one(TryOnSession, session.id))
                seen.append("cancelled")
            except Conflict:
                seen.append("too late")

    at_work = threading.Event()
    other = threading.Thread(target=call_off)
    other.start()
    outcome = work(generation, Slow())
    other.join()
    db.session.refresh(session)
    assert (outcome, seen, session.status) in [
        ("completed", ["too late"], "completed"),
        ("skipped", ["cancelled"], "cancelled"),
    ]
