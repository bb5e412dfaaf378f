from datetime import timedelta

import pytest

from tests.scene import Scene
from tryon.clock import now
from tryon.errors import ForbiddenAddress, InvalidRequest
from tryon.sessions.launching import mark_launched
from tryon.wiring import tools


def test_a_session_is_ready_for_a_day(scene: Scene) -> None:
    session = scene.open_session()
    assert session.status == "ready"
    assert timedelta(hours=23) < session.expires_at - now() <= timedelta(hours=24)
    assert session.category == "tops"


def test_the_same_customer_keeps_the_same_shopper_and_a_passer_by_gets_a_new_one(scene: Scene) -> None:
    named = [scene.open_session(external_user_ref="customer-1").shopper_id for _ in range(2)]
    unnamed = [scene.open_session().shopper_id for _ in range(2)]
    assert named == [scene.shopper.id] * 2
    assert len({*named, *unnamed}) == 3


def test_a_product_is_found_by_our_id_too(scene: Scene) -> None:
    assert scene.open_session(product_id=scene.product.id).product_id == scene.product.id


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"experience": "hologram"}, "experience"),
        ({"locale": "not a locale"}, "locale"),
        ({"expires_in": 10}, "expires_in"),
        ({"expires_in": 604_801}, "expires_in"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"category": "spaceships"}, "category"),
        ({"product_id": "SKU-unknown"}, "product_id"),
    ],
)
def test_a_wrong_field_is_named(scene: Scene, fields: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        scene.open_session(**fields)
    assert [problem.path for problem in refusal.value.details] == [path]


def test_a_callback_address_we_must_not_call_is_refused(scene: Scene) -> None:
    with pytest.raises(ForbiddenAddress):
        scene.open_session(callback_url="file:///etc/passwd")


def test_the_outsiders_product_is_unknown_here(scene: Scene, outsider_scene: Scene) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        scene.open_session(product_id=outsider_scene.product.id)
    assert refusal.value.code == "unknown_product"


def test_a_session_is_launched_once(scene: Scene) -> None:
    session = scene.open_session()
    mark_launched(session, queue=tools().queue)
    first = session.launched_at
    mark_launched(session, queue=tools().queue)
    assert (session.status, session.launched_at) == ("launched", first)
    assert len(scene.events("session.launched")) == 1
