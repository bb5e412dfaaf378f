from tests.scene import Scene, work
from tryon.db import db
from tryon.generations.history import forget_generation
from tryon.generations.models import Generation
from tryon.wiring import tools


def forget(generation: Generation) -> None:
    forget_generation(generation, storage=tools().storage, queue=tools().queue)
    db.session.refresh(generation)


def test_a_forgotten_try_on_leaves_no_picture_and_names_nobody_but_still_counts(scene: Scene) -> None:
    session = scene.open_session(external_user_ref="customer-1")
    generation = scene.request(session)
    work(generation)
    assert list(tools().storage.keys("results/"))
    forget(generation)
    assert list(tools().storage.keys("results/")) == []
    assert (generation.shopper_id, generation.photo_id, generation.session_id) == (None, None, None)
    assert (generation.status, generation.merchant_id) == ("completed", scene.merchant_id)
    db.session.refresh(session)
    assert session.generation_id is None


def test_one_that_waits_is_stopped_and_its_credit_returned(scene: Scene) -> None:
    generation = scene.request()
    forget(generation)
    assert generation.status == "cancelled"
    assert work(generation) == "skipped"
    db.session.refresh(scene.owner.merchant)
    assert scene.owner.merchant.credit_balance == 100
