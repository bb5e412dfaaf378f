"""What is found out about a photo and a product ahead of time: kept, used, and erased with them."""

import pytest
from sqlalchemy import select

from tests.engines.quick import QuickEngine
from tests.scene import Scene, work
from tryon import jobs
from tryon.catalog.removing import remove_product
from tryon.db import db
from tryon.engines.base import Garment
from tryon.engines.errors import NoPersonFound
from tryon.jobqueue import PREPARATIONS
from tryon.merchants.models import Merchant
from tryon.shoppers.photos import erase_photo
from tryon.wiring import tools


@pytest.fixture
def engine(scene: Scene) -> QuickEngine:
    engine = QuickEngine()
    tools().use_engine(engine)
    return engine


def prepared_files() -> list[str]:
    return sorted(key for key in tools().storage.keys("") if key.endswith(".prep"))


def prepare(scene: Scene) -> None:
    jobs.prepare_photo(scene.photo.id)
    jobs.prepare_product(scene.product.id)


def test_a_new_photo_and_a_new_product_are_looked_at_when_no_shopper_waits(scene: Scene) -> None:
    assert tools().queue.waiting(PREPARATIONS) == 2


def test_what_was_found_out_reaches_the_engine(scene: Scene, engine: QuickEngine) -> None:
    prepare(scene)
    work(scene.request(), engine)
    [request] = engine.requests
    assert request.prepared_person == b"quick person"
    assert request.garments[0].prepared == b"quick tops"


def test_without_it_the_engine_finds_out_itself(scene: Scene, engine: QuickEngine) -> None:
    assert work(scene.request(), engine) == "completed"
    assert engine.requests[0].prepared_person is None


def test_another_version_of_the_engine_does_not_get_it(scene: Scene, engine: QuickEngine) -> None:
    prepare(scene)
    engine.version = "2"
    work(scene.request(), engine)
    assert engine.requests[0].prepared_person is None


def test_a_product_tried_on_as_something_else_is_looked_at_anew(scene: Scene, engine: QuickEngine) -> None:
    prepare(scene)
    work(scene.request(scene.open_session(category="outerwear")), engine)
    assert engine.requests[0].garments[0].prepared is None


def test_it_is_erased_with_the_photo_and_with_the_product(scene: Scene, engine: QuickEngine) -> None:
    prepare(scene)
    assert len(prepared_files()) == 2
    erase_photo(scene.photo, storage=tools().storage)
    remove_product(scene.product, storage=tools().storage)
    assert list(tools().storage.keys("")) == []
    prepare(scene)
    assert prepared_files() == []


def test_a_photo_deleted_while_it_is_looked_at_leaves_nothing(scene: Scene) -> None:
    class Slow(QuickEngine):
        def prepare_person(self, photo: bytes) -> bytes | None:
            erase_photo(scene.photo, storage=tools().storage)
            return super().prepare_person(photo)

    tools().use_engine(Slow())
    jobs.prepare_photo(scene.photo.id)
    assert list(tools().storage.keys("photos/")) == []


def test_a_picture_the_engine_refuses_is_not_an_accident(scene: Scene) -> None:
    class Picky(QuickEngine):
        def prepare_person(self, photo: bytes) -> bytes | None:
            raise NoPersonFound

        def prepare_garment(self, garment: Garment) -> bytes | None:
            return None

    tools().use_engine(Picky())
    prepare(scene)
    assert prepared_files() == []
    assert db.session.scalars(select(Merchant)).first() is not None
