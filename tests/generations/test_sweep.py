from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.scene import Scene, set_scene, work
from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations import sweep as sweeping
from tryon.generations.models import Generation
from tryon.generations.result import result_key
from tryon.generations.sweep import SweepCounts, sweep
from tryon.jobqueue import GENERATIONS
from tryon.onboarding import create_merchant
from tryon.shoppers.models import Photo
from tryon.wiring import tools


def sweep_now() -> SweepCounts:
    kit = tools()
    return sweep(storage=kit.storage, queue=kit.queue, settings=kit.settings)


def pretend(generation: Generation, **values: object) -> None:
    with transaction():
        db.session.execute(update(Generation).where(Generation.id == generation.id).values(**values))
    db.session.refresh(generation)


def lose_worker(generation: Generation, attempts: int = 1) -> None:
    """As a killed worker leaves it: processing, and its lease run out."""
    long_ago = now() - timedelta(seconds=1)
    pretend(generation, status="processing", claim="dead", attempts=attempts, lease_expires_at=long_ago)
    tools().queue.redis.flushall()


@pytest.mark.both_databases
def test_what_a_killed_worker_left_is_enqueued_again_and_finished_once(app: Flask) -> None:
    scene = set_scene(create_merchant("Corner Shop", credits=5))
    generation = scene.request()
    lose_worker(generation)
    counts = sweep_now()
    assert (counts.lost, counts.nudged) == (1, 1)
    assert tools().queue.waiting(GENERATIONS) == 1
    assert work(generation) == "completed"
    assert len(scene.events("tryon.job.completed")) == 1
    assert scene.owner.merchant.credit_balance == 4


@pytest.mark.parametrize("attempts", [1, 3])
def test_the_picture_of_a_lost_run_is_deleted(scene: Scene, attempts: int) -> None:
    generation = scene.request()
    lose_worker(generation, attempts)
    tools().storage.write(result_key(scene.merchant_id, generation.id, "dead"), b"kept just before it was killed")
    sweep_now()
    assert list(tools().storage.keys("results/")) == []


def test_the_picture_of_a_run_that_ended_at_the_last_moment_is_not(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = scene.request()
    lose_worker(generation)
    key = result_key(scene.merchant_id, generation.id, "dead")
    tools().storage.write(key, b"finished")
    monkeypatch.setattr(sweeping, "_put_back", lambda *_: pretend(generation, status="completed", result_key=key))
    sweep_now()
    assert list(tools().storage.keys("results/")) == [key]


def test_a_worker_lost_too_often_is_an_honest_failure(scene: Scene) -> None:
    generation = scene.request()
    lose_worker(generation, attempts=3)
    sweep_now()
    db.session.refresh(generation)
    assert (generation.status, generation.error_code) == ("failed", "internal")
    db.session.refresh(scene.owner.merchant)
    assert scene.owner.merchant.credit_balance == 100


def test_a_living_worker_is_left_alone(scene: Scene) -> None:
    generation = scene.request()
    pretend(generation, status="processing", claim="alive", lease_expires_at=now() + timedelta(seconds=9))
    assert sweep_now().lost == 0
    db.session.refresh(generation)
    assert generation.claim == "alive"


def test_a_lost_queue_is_filled_again_from_the_rows(scene: Scene) -> None:
    generation = scene.request()
    tools().queue.redis.flushall()
    pretend(generation, lease_expires_at=now() - timedelta(seconds=1))
    assert sweep_now().nudged == 1
    assert tools().queue.waiting(GENERATIONS) == 1


def test_an_entry_still_waiting_is_not_doubled(scene: Scene) -> None:
    generation = scene.request()
    for _ in range(3):
        pretend(generation, lease_expires_at=now() - timedelta(seconds=1))
        sweep_now()
    assert tools().queue.waiting(GENERATIONS) == 1


def test_an_expired_session_ends_and_its_merchant_is_told_once(scene: Scene) -> None:
    session = scene.open_session()
    with transaction():
        session.expires_at = now() - timedelta(seconds=1)
    assert sweep_now().sessions_expired == 1
    assert sweep_now().sessions_expired == 0
    db.session.refresh(session)
    assert session.status == "expired"
    assert len(scene.events("session.expired")) == 1


def test_expired_photos_and_results_leave_storage(scene: Scene, outsider_scene: Scene) -> None:
    generation = scene.request()
    work(generation)
    with transaction():
        scene.photo.expires_at = now() - timedelta(seconds=1)
        generation.expires_at = now() - timedelta(seconds=1)
    counts = sweep_now()
    assert (counts.photos_erased, counts.results_erased) == (1, 1)
    storage = tools().storage
    assert list(storage.keys("results/")) == []
    assert list(storage.keys("photos/")) == [outsider_scene.photo.file_key]
    photo = db.session.get_one(Photo, scene.photo.id, populate_existing=True)
    assert photo.erased_at is not None
