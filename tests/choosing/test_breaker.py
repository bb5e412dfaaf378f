"""A dead key costs one shopper a moment, not everybody a time-out; and its owner hears of it, once."""

import threading
from datetime import timedelta

import pytest
from flask import Flask

from tests.choosing.conftest import account_of, failing, give_key, pause_is_over
from tests.scene import Scene, set_scene
from tryon.clock import now
from tryon.db import db
from tryon.engines.errors import EngineError, NoPersonFound
from tryon.onboarding import create_merchant
from tryon.providers.breaker import Account, note_failure, note_success, state_of, take_probe
from tryon.providers.models import EngineBreaker
from tryon.providers.standing import BreakerState
from tryon.wiring import tools


def fails(scene: Scene, name: str, *, wait: float | None = None, by: str = "gen_1") -> None:
    error = failing(name, wait=wait)
    assert isinstance(error, EngineError)
    note_failure(account_of(scene), error, generation_id=by, queue=tools().queue)


def works(scene: Scene) -> None:
    note_success(account_of(scene), queue=tools().queue)


def state(scene: Scene) -> BreakerState:
    return state_of(scene.merchant_id, "gemini")


def told(scene: Scene) -> list[str]:
    return [event.type for event in scene.events() if event.type.startswith("engine.")]


@pytest.mark.both_databases
@pytest.mark.parametrize("reason", ["key_invalid", "key_forbidden", "billing_off", "model_gone"])
def test_a_merchant_whose_key_is_dead_hears_of_it_once(keyed: Scene, outsider_scene: Scene, reason: str) -> None:
    give_key(outsider_scene)
    fails(keyed, reason)
    fails(keyed, reason)
    assert (state(keyed).state, state(keyed).reason) == ("open", reason)
    assert told(keyed) == ["engine.unavailable"]
    [event] = keyed.events("engine.unavailable")
    assert event.data["engine"] == "gemini"
    assert event.data["message"] == state(keyed).merchant_message != ""
    assert (state(outsider_scene).state, told(outsider_scene)) == ("closed", [])


def test_trouble_at_the_provider_opens_after_several_in_a_row_only(keyed: Scene) -> None:
    fails(keyed, "provider_error")
    fails(keyed, "provider_busy")
    works(keyed)
    fails(keyed, "provider_error")
    fails(keyed, "provider_error")
    assert state(keyed).state == "closed"
    fails(keyed, "provider_error")
    assert state(keyed).state == "open"


def test_time_outs_weigh_more(keyed: Scene) -> None:
    fails(keyed, "no_answer")
    assert state(keyed).state == "closed"
    fails(keyed, "no_answer")
    assert state(keyed).state == "open"


def test_failures_long_ago_do_not_count(keyed: Scene) -> None:
    fails(keyed, "no_answer")
    row = db.session.get_one(EngineBreaker, (keyed.merchant_id, "gemini"))
    row.failing_since = now() - timedelta(hours=1)
    db.session.commit()
    fails(keyed, "no_answer")
    assert state(keyed).state == "closed"


def test_a_provider_is_left_alone_for_as_long_as_it_asks(keyed: Scene) -> None:
    fails(keyed, "rate_limited", wait=40)
    found = state(keyed)
    assert found.retry_at is not None
    assert found.state == "open"
    assert timedelta(seconds=35) < found.retry_at - now() <= timedelta(seconds=40)
    assert told(keyed) == []


def test_what_the_provider_says_of_the_pictures_says_that_the_key_works(keyed: Scene) -> None:
    fails(keyed, "no_answer")
    fails(keyed, "prompt_blocked")
    fails(keyed, "no_answer")
    assert state(keyed).state == "closed"


@pytest.mark.both_databases
def test_after_the_pause_exactly_one_try_on_finds_out(app: Flask) -> None:
    scene = set_scene(create_merchant("Corner Shop", credits=5))
    give_key(scene)
    fails(scene, "key_invalid")
    account = account_of(scene)
    assert not take_probe(account, "gen_early")
    pause_is_over(scene)
    assert state(scene).state == "half_open"
    taken: list[str] = []

    def try_it(name: str) -> None:
        with app.app_context():
            if take_probe(account, name):
                taken.append(name)

    threads = [threading.Thread(target=try_it, args=(f"gen_{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert take_probe(account, taken[0])
    assert not take_probe(account, "gen_late")


def test_a_probe_that_fails_lengthens_the_pause_and_one_that_works_ends_it(keyed: Scene) -> None:
    fails(keyed, "key_invalid")
    pauses = []
    for number in range(3):
        pause_is_over(keyed)
        assert take_probe(account_of(keyed), f"gen_{number}")
        fails(keyed, "key_invalid", by=f"gen_{number}")
        retry_at = state(keyed).retry_at
        assert retry_at is not None
        pauses.append(retry_at - now())
    assert pauses == sorted(pauses)
    assert pauses[-1] > 2 * pauses[0]
    pause_is_over(keyed)
    works(keyed)
    assert state(keyed).state == "closed"
    assert told(keyed) == ["engine.unavailable", "engine.recovered"]


def test_a_probe_that_learned_nothing_leaves_it_to_the_next(keyed: Scene) -> None:
    fails(keyed, "key_invalid")
    pause_is_over(keyed)
    assert take_probe(account_of(keyed), "gen_1")
    note_failure(account_of(keyed), NoPersonFound(), generation_id="gen_1", queue=tools().queue)
    assert state(keyed).state == "half_open"
    assert take_probe(account_of(keyed), "gen_2")


def test_another_key_begins_afresh_and_its_first_success_is_told(keyed: Scene) -> None:
    old = account_of(keyed)
    fails(keyed, "key_invalid")
    give_key(keyed, "AIzaSy-another-key-of-this-merchant-0123")
    assert state(keyed).state == "closed"
    late: EngineError = failing("key_invalid")  # type: ignore[assignment]
    note_failure(old, late, generation_id="gen_1", queue=tools().queue)
    note_success(old, queue=tools().queue)
    assert (state(keyed).state, told(keyed)) == ("closed", ["engine.unavailable"])
    works(keyed)
    assert told(keyed) == ["engine.unavailable", "engine.recovered"]


def test_the_operators_own_key_is_nobodys_news(scene: Scene) -> None:
    account = Account("operator", "gemini", "0123456789abcdef")
    error: EngineError = failing("key_invalid")  # type: ignore[assignment]
    note_failure(account, error, generation_id="gen_1", queue=tools().queue)
    assert db.session.get_one(EngineBreaker, ("operator", "gemini")).opened_at is not None
    assert told(scene) == []
