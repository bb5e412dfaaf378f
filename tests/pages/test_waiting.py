"""While the picture is made: what is said, the stream and its fallback, and stopping."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.pages.conftest import give_photo, read
from tests.scene import Scene, work
from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations import watching
from tryon.generations.expecting import Expectation
from tryon.generations.models import Generation
from tryon.pages.waiting_words import _round, wait_of
from tryon.sessions.models import TryOnSession


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)


def newest(session: TryOnSession) -> Generation:
    db.session.refresh(session)
    return db.session.get_one(Generation, session.generation_id)


def stage(generation: Generation, name: str, progress: int) -> None:
    with transaction():
        generation.status, generation.stage, generation.progress = "processing", name, progress
        generation.started_at = generation.started_at or now()


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, None), (59, 60), (61, 120), (41, 50), (12.2, 15), (4.9, 5), (2.4, 0), (0, 0), (-4, 0), (-9, -1)],
)
def test_the_time_left_is_rounded_up_to_few_numbers(seconds: float | None, shown: int | None) -> None:
    assert _round(Expectation(0, seconds)) == shown


def test_a_page_that_asks_hears_only_of_what_it_has_not_seen(browser: FlaskClient, session: TryOnSession) -> None:
    give_photo(browser, session)
    generation = newest(session)
    piece = read(browser.get(f"/s/{session.id}")).one("section")
    assert piece["hx-trigger"] == "news, every 1s"
    assert browser.get(str(piece["hx-get"])).status_code == 204
    stage(generation, "light", 70)
    fresh = browser.get(str(piece["hx-get"]))
    assert fresh.status_code == 200
    assert "Matching the light of your photo… 70%" in read(fresh).words


def test_the_time_left_and_the_people_before_are_said(browser: FlaskClient, scene: Scene) -> None:
    done = scene.request()
    work(done)
    with transaction():
        done.engine, done.completed_at = "local", done.created_at - timedelta(seconds=60)
        done.created_at = done.completed_at - timedelta(seconds=20)
    session, before = scene.open_session(), scene.request()
    give_photo(browser, session)
    assert "1 person before you" in read(browser.get(f"/s/{session.id}")).words
    work(before)
    assert "About 20 seconds left" in read(browser.get(f"/s/{session.id}")).words
    stage(newest(session), "light", 70)
    with transaction():
        newest(session).created_at -= timedelta(seconds=19)
    assert "Almost there" in read(browser.get(f"/s/{session.id}")).words


def test_the_time_left_is_that_of_the_engine_that_is_to_make_it(scene: Scene) -> None:
    for engine, seconds in (("local", 20), ("gemini", 41)):
        done = scene.request()
        work(done)
        with transaction():
            done.engine, done.completed_at = engine, done.created_at - timedelta(seconds=60)
            done.created_at = done.completed_at - timedelta(seconds=seconds)
    generation = scene.request()
    assert wait_of(generation).left == 20
    by_gemini = scene.request()
    by_gemini.engine_planned = "gemini"
    assert wait_of(by_gemini).left == 50


def test_the_stream_tells_of_each_change_and_ends_with_the_last(browser: FlaskClient, session: TryOnSession) -> None:
    give_photo(browser, session)
    generation = newest(session)
    answer = browser.get(f"/s/{session.id}/events")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/event-stream", "no-store")
    told = iter(answer.response)
    assert next(told).startswith(b"retry:")
    first = next(told).decode()
    assert f"data: {read(browser.get(f'/s/{session.id}')).one('section')['data-moment']}\n" in first
    stage(generation, "person", 20)
    second = next(told)
    with transaction():
        generation.status = "queued"
    work(generation)
    rest = [line.decode() for line in told]
    assert len({first, second.decode(), *rest}) == 2 + len(set(rest))
    assert browser.get(f"/s/{session.id}/events").status_code == 204, "nothing will come any more"


def test_an_unknown_or_closed_session_has_no_stream(browser: FlaskClient, session: TryOnSession) -> None:
    assert browser.get("/s/tsn_01J0000000000000000000NONE/events").status_code == 404
    with transaction():
        session.status = "cancelled"
    assert browser.get(f"/s/{session.id}/events").status_code == 204


def test_a_shopper_can_stop_and_the_credit_comes_back(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    credits = scene.owner.merchant.credit_balance
    give_photo(browser, session)
    generation = newest(session)
    form = read(browser.get(f"/s/{session.id}")).one("form", action=f"/s/{session.id}/stop")
    assert form["method"] == "post"
    answer = browser.post(f"/s/{session.id}/stop")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{session.id}")
    db.session.refresh(generation)
    db.session.refresh(scene.owner.merchant)
    assert generation.status == "cancelled"
    assert scene.owner.merchant.credit_balance == credits
    page = read(browser.get(f"/s/{session.id}"))
    assert "Stopped" in page.words
    assert not page.all("div", id="problem"), "nothing went wrong"
    assert {field["value"] for field in page.all("input", name="photo_id")} == {generation.photo_id}


def test_stopping_too_late_or_twice_or_a_strangers_changes_nothing(
    browser: FlaskClient, session: TryOnSession, outsider_scene: Scene
) -> None:
    other = outsider_scene.open_session()
    give_photo(browser, session)
    browser.post(f"/s/{other.id}/stop")
    work(newest(session))
    assert browser.post(f"/s/{session.id}/stop").status_code == 303
    assert newest(session).status == "completed"
    assert "Here you are" in read(browser.get(f"/s/{session.id}")).words
