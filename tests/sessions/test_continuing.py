from datetime import timedelta

import pytest

from tests.pictures import card
from tests.scene import Scene, add_product
from tryon.catalog.categories import CATEGORIES
from tryon.catalog.fields import ProductFields
from tryon.catalog.models import Product
from tryon.catalog.removing import remove_product
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Gone, NotFound
from tryon.sessions.continuing import GOES_WITH, SUGGESTED_MAX, continue_with, suggest_products
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases


def stock(scene: Scene, name: str, category: str, gender: str | None = None, *, has_picture: bool = True) -> Product:
    pictures = (card("blue"),) if has_picture else ()
    url = f"https://corner.example/p/{name}"
    return add_product(scene.owner, ProductFields(name, name, url, images=pictures, category=category, gender=gender))


def suggested(session: TryOnSession) -> list[str]:
    return [product.external_id for product in suggest_products(session)]


def test_what_goes_with_the_product_comes_first_one_kind_by_turns_then_more_of_its_own(
    scene: Scene, outsider_scene: Scene
) -> None:
    for number in range(4):
        stock(scene, f"jeans-{number}", "bottoms")
        stock(scene, f"shirt-{number}", "tops")
    stock(scene, "coat", "outerwear")
    stock(outsider_scene, "theirs", "bottoms")
    found = suggested(scene.open_session())
    assert found == ["jeans-3", "coat", "jeans-2", "jeans-1", "jeans-0", "shirt-3", "shirt-2", "shirt-1"]
    assert len(found) == SUGGESTED_MAX


def test_nothing_is_suggested_that_cant_be_tried_on_or_was_not_put_into_the_catalogue(scene: Scene) -> None:
    session = scene.open_session()
    stock(scene, "no-picture", "bottoms", has_picture=False)
    gone, past, inline = (stock(scene, name, "bottoms") for name in ("gone", "past", "inline"))
    with transaction():
        gone.deleted_at = now()
        past.expires_at = now() - timedelta(seconds=1)
        inline.origin = "inline"
    assert suggested(session) == []


@pytest.mark.parametrize(
    ("of", "found"),
    [
        ("women", {"for-women", "for-unisex", "for-None"}),
        ("boys", {"for-boys", "for-unisex", "for-None"}),
        ("unisex", {"for-women", "for-unisex", "for-None"}),
        (None, {"for-women", "for-boys", "for-unisex", "for-None"}),
    ],
)
def test_it_is_for_the_same_people(scene: Scene, of: str | None, found: set[str]) -> None:
    for gender in ("women", "boys", "unisex", None):
        stock(scene, f"for-{gender}", "bottoms", gender)
    with transaction():
        scene.product.gender = of
    assert set(suggested(scene.open_session())) == found


def test_the_new_session_is_the_same_shoppers_and_ends_when_the_first_one_does(scene: Scene) -> None:
    jeans = stock(scene, "jeans", "bottoms")
    first = scene.open_session(
        external_user_ref="customer-1", locale="fr", merchant_reference="cart-7", metadata={"a": 1},
        callback_url="https://merchant.example/hook", return_url="https://corner.example/p/1?from=mail",
    )  # fmt: skip
    following = continue_with(first, jeans.id)
    db.session.refresh(following)
    assert following.id != first.id
    assert (following.merchant_id, following.shopper_id) == (first.merchant_id, scene.shopper.id)
    assert (following.product_id, following.requested_product_id, following.category) == (jeans.id, "jeans", "bottoms")
    assert (following.mode, following.locale, following.experience) == ("live", "fr", first.experience)
    assert (following.status, following.expires_at) == ("ready", first.expires_at)
    assert following.return_url == "https://corner.example/p/jeans"
    assert following.extra == {"continued_from": first.id}
    assert (following.callback_url, following.merchant_reference) == (None, None)


def test_another_shops_product_and_what_is_gone_lead_nowhere(scene: Scene, outsider_scene: Scene) -> None:
    session = scene.open_session()
    theirs, jeans, inline = (
        stock(outsider_scene, "theirs", "bottoms"), stock(scene, "jeans", "bottoms"), stock(scene, "inline", "bottoms"),
    )  # fmt: skip
    remove_product(jeans, storage=tools().storage)
    with transaction():
        inline.origin = "inline"
    for name in (theirs.id, "theirs", jeans.id, "inline", "nothing", ""):
        with pytest.raises(NotFound):
            continue_with(session, name)


@pytest.mark.parametrize("end", ["expired", "cancelled", "past its time"])
def test_what_is_over_does_not_go_on(scene: Scene, end: str) -> None:
    jeans, session = stock(scene, "jeans", "bottoms"), scene.open_session()
    with transaction():
        if end == "past its time":
            session.expires_at = now() - timedelta(seconds=1)
        else:
            session.status = end
    with pytest.raises(Gone):
        continue_with(session, jeans.id)


def test_every_category_has_something_that_goes_with_it(scene: Scene) -> None:
    assert set(GOES_WITH) == set(CATEGORIES)
    assert all(set(others) < set(CATEGORIES) - {category} for category, others in GOES_WITH.items())
