from sqlalchemy import select

from tests.engines.quick import QuickEngine
from tests.scene import Scene, work
from tryon.db import db
from tryon.engines.errors import GarmentNotFound, PoseNotSupported
from tryon.sessions.models import TryOnSession
from tryon.webhooks.models import Delivery

CALLBACK = "https://merchant.example/callbacks/tryon"


def callbacks(session: TryOnSession) -> list[Delivery]:
    deliveries = db.session.scalars(select(Delivery).where(Delivery.url == CALLBACK)).all()
    return [delivery for delivery in deliveries if delivery.event.data["session_id"] == session.id]


def test_a_finished_picture_completes_the_session_and_calls_back(scene: Scene) -> None:
    session = scene.open_session(callback_url=CALLBACK, merchant_reference="order-7", metadata={"a": 1})
    generation = scene.request(session)
    work(generation)
    db.session.refresh(session)
    assert session.status == "completed"
    [delivery] = callbacks(session)
    data = delivery.event.data
    assert data["status"] == "completed"
    assert data["merchant_reference"] == "order-7"
    assert data["metadata"] == {"a": 1}
    assert "/media/results/" in data["result"]["image_url"]
    assert data["error"] is None


def test_a_photo_that_can_not_be_used_leaves_the_session_open_for_another(scene: Scene) -> None:
    session = scene.open_session(callback_url=CALLBACK)
    work(scene.request(session), QuickEngine(errors=[PoseNotSupported()]))
    db.session.refresh(session)
    assert (session.status, session.error_code) == ("launched", "pose_not_supported")
    assert callbacks(session) == []
    work(scene.request(session))
    db.session.refresh(session)
    assert (session.status, session.error_code) == ("completed", None)
    assert len(callbacks(session)) == 1


def test_a_product_that_can_not_be_dressed_fails_the_session(scene: Scene) -> None:
    session = scene.open_session(callback_url=CALLBACK)
    work(scene.request(session), QuickEngine(errors=[GarmentNotFound()]))
    db.session.refresh(session)
    assert session.status == "failed"
    [delivery] = callbacks(session)
    assert delivery.event.data["error"]["code"] == "garment_not_found"


def test_a_second_picture_in_the_same_session_is_not_called_back_again(scene: Scene) -> None:
    session = scene.open_session(callback_url=CALLBACK)
    first = scene.request(session)
    work(first)
    db.session.refresh(session)
    work(scene.request(session))
    db.session.refresh(session)
    assert session.status == "completed"
    assert session.generation_id != first.id
    assert len(callbacks(session)) == 1


def test_an_older_try_that_ends_late_does_not_touch_the_session(scene: Scene) -> None:
    session = scene.open_session()
    older, newer = scene.request(session), scene.request(session)
    work(older)
    db.session.refresh(session)
    assert (session.status, session.generation_id) == ("processing", newer.id)
