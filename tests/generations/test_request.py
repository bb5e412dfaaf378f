import pytest
from flask import Flask

from tests.scene import Scene, set_scene
from tryon.db import db
from tryon.errors import Conflict, Gone, InsufficientCredits, InvalidRequest
from tryon.generations.models import Generation
from tryon.generations.request import request_generation
from tryon.jobqueue import GENERATIONS
from tryon.onboarding import create_merchant
from tryon.sessions.ending import end_session
from tryon.shoppers.photos import erase_photo
from tryon.usage.credits import grant
from tryon.wiring import tools


def test_a_request_reserves_a_credit_and_waits_in_the_queue(scene: Scene) -> None:
    generation = scene.request()
    assert (generation.status, generation.progress) == ("queued", 0)
    assert tools().queue.waiting(GENERATIONS) == 1
    assert scene.owner.merchant.credit_balance == 99


def test_a_test_request_costs_nothing(scene: Scene) -> None:
    scene.request(mode="test")
    assert scene.owner.merchant.credit_balance == 100


def test_without_credits_nothing_is_written_and_nothing_enqueued(app: Flask) -> None:
    scene = set_scene(create_merchant("Poor Shop", credits=0))
    with pytest.raises(InsufficientCredits):
        scene.request()
    assert db.session.query(Generation).count() == 0
    assert tools().queue.waiting(GENERATIONS) == 0
    grant(scene.owner.merchant, 1)
    assert scene.request().status == "queued"


def test_a_lost_queue_does_not_lose_the_request(scene: Scene) -> None:
    tools().queue.redis.connection_pool.disconnect()
    tools().queue.redis = type(tools().queue.redis).from_url("redis://127.0.0.1:1")
    assert scene.request().status == "queued"


def test_an_erased_photo_is_refused(scene: Scene) -> None:
    erase_photo(scene.photo, storage=tools().storage)
    with pytest.raises(Conflict) as refusal:
        scene.request()
    assert refusal.value.code == "model_required"


def test_another_merchants_product_or_photo_is_refused(scene: Scene, outsider_scene: Scene) -> None:
    kit = tools()
    with pytest.raises(InvalidRequest):
        request_generation(
            scene.shopper, scene.photo, [outsider_scene.product], mode="live", settings=kit.settings, queue=kit.queue
        )
    with pytest.raises(Conflict):
        request_generation(
            scene.shopper, outsider_scene.photo, [scene.product], mode="live", settings=kit.settings, queue=kit.queue
        )


def test_a_session_moves_on_with_its_newest_try(scene: Scene) -> None:
    session = scene.open_session()
    first, second = scene.request(session), scene.request(session)
    assert (session.status, session.generation_id) == ("processing", second.id)
    assert first.id != second.id


def test_a_session_that_is_over_takes_no_more_and_keeps_the_credit(scene: Scene) -> None:
    session = scene.open_session()
    end_session(session, "cancelled", queue=tools().queue)
    db.session.commit()
    with pytest.raises(Gone):
        scene.request(session)
    db.session.refresh(scene.owner.merchant)
    assert scene.owner.merchant.credit_balance == 100
