from tests.pictures import card
from tests.scene import Scene, add_product
from tryon.catalog.importing import ProductFields
from tryon.catalog.removing import remove_product
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db
from tryon.usage.products import set_product_count, tell_of_many_products
from tryon.wiring import tools


def number(scene: Scene) -> int:
    db.session.refresh(scene.owner.merchant)
    return scene.owner.merchant.product_count


def test_our_own_catalogue_moves_the_number_and_a_sister_system_replaces_it(scene: Scene) -> None:
    assert number(scene) == 1
    add_product(scene.owner, ProductFields("SKU-2", "Blue shirt", images=(card("blue"),)))
    add_product(scene.owner, ProductFields("SKU-2", "Bluer shirt", images=(card("blue"),)))
    assert number(scene) == 2
    remove_product(scene.product, storage=tools().storage)
    assert number(scene) == 1
    set_product_count(scene.owner.merchant, 40)
    assert number(scene) == 40


def test_a_catalogue_that_outgrew_the_plan_is_told_of_once(
    scene: Scene, outsider_scene: Scene, small_plan: Settings
) -> None:
    set_product_count(scene.owner.merchant, 3)
    set_product_count(outsider_scene.owner.merchant, 2)
    for _ in range(2):
        tell_of_many_products(now(), queue=tools().queue, settings=small_plan)
    [event] = scene.events("usage.limit_exceeded")
    assert event.data == {"kind": "product", "count": 3, "limit": 2, "plan": "FREE"}
    assert outsider_scene.events("usage.limit_exceeded") == []
