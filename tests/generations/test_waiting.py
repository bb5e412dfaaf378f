import threading
import time

import pytest
from flask import Flask

from tests.scene import Scene, work
from tryon.db import db
from tryon.generations import waiting
from tryon.generations.models import Generation
from tryon.generations.waiting import wait_until_finished


def test_a_finished_generation_is_not_waited_for(scene: Scene) -> None:
    generation = scene.request()
    work(generation)
    started = time.monotonic()
    assert wait_until_finished(generation, 30.0)
    assert time.monotonic() - started < waiting.LOOK_SECONDS


def test_an_unfinished_one_is_waited_for_as_long_as_was_said(scene: Scene) -> None:
    started = time.monotonic()
    assert not wait_until_finished(scene.request(), 0.4)
    assert 0.4 <= time.monotonic() - started < 2.0


def test_one_that_ends_meanwhile_is_seen_as_it_is_then(app: Flask, scene: Scene) -> None:
    generation = scene.request()

    def be_the_worker(generation_id: str = generation.id) -> None:
        with app.app_context():
            work(db.session.get_one(Generation, generation_id))

    worker = threading.Timer(0.1, be_the_worker)
    worker.start()
    assert wait_until_finished(generation, 10.0)
    assert (generation.status, generation.result_key is not None) == ("completed", True)
    worker.join()


def test_no_transaction_is_held_between_two_looks(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    monkeypatch.setattr(waiting.time, "sleep", lambda seconds: held.append(db.session().in_transaction()))
    wait_until_finished(scene.request(), 0.05)
    assert held
    assert not any(held)


def test_where_too_many_wait_already_the_row_is_looked_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_places", threading.BoundedSemaphore(1))
    generation = scene.request()
    started = time.monotonic()
    with waiting._places:
        assert not wait_until_finished(generation, 30.0)
        work(generation)
        assert wait_until_finished(generation, 30.0)
    assert time.monotonic() - started < 5.0
