import pytest

from tests.engines.quick import QuickEngine
from tests.pictures import card
from tests.scene import Scene, work
from tryon.catalog.models import Product
from tryon.errors import InvalidRequest
from tryon.generations.outfits import AT_ONCE_MAX, PIECES_MAX, check_outfit
from tryon.generations.request import request_generation
from tryon.ids import new_id
from tryon.wiring import tools


def outfit(*categories: str) -> list[Product]:
    return [Product(id=new_id("prd"), category=category) for category in categories]


@pytest.mark.parametrize(
    "categories",
    [
        ["tops"],
        ["tops", "bottoms"],
        ["dresses", "outerwear"],
        ["dresses", "tops"],
        ["tops", "tops", "outerwear"],
        ["bottoms", "tops", "outerwear", "footwear", "eyewear", "headwear"],
    ],
)
def test_what_people_wear_together_is_accepted(categories: list[str]) -> None:
    check_outfit(outfit(*categories))


@pytest.mark.parametrize(
    ("categories", "why"),
    [
        (["bottoms", "tops", "bottoms"], "one pair of trousers or one skirt"),
        (["tops", "tops", "tops"], "two tops"),
        (["footwear", "footwear"], "one pair of shoes"),
        (["outerwear", "outerwear"], "one jacket or coat"),
        (["eyewear", "eyewear"], "one pair of glasses"),
        (["headwear", "headwear"], "one hat"),
        (["dresses", "dresses"], "one dress"),
        (["dresses", "bottoms"], "A dress is not worn with trousers"),
    ],
)
def test_what_nobody_can_wear_together_is_refused_with_the_reason(categories: list[str], why: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        check_outfit(outfit(*categories))
    assert refusal.value.code == "unsupported_combination"
    assert why in refusal.value.message
    assert why in refusal.value.details[0].message


def test_the_same_product_twice_is_no_outfit() -> None:
    [shirt] = outfit("tops")
    with pytest.raises(InvalidRequest, match="named twice"):
        check_outfit([shirt, shirt])


def test_the_largest_outfit_is_as_large_as_the_rule_says() -> None:
    everything = [category for category, count in AT_ONCE_MAX.items() if category != "bottoms" for _ in range(count)]
    assert len(everything) == PIECES_MAX
    check_outfit(outfit(*everything))


def test_an_outfit_is_refused_before_a_credit_is_taken(scene: Scene) -> None:
    with pytest.raises(InvalidRequest):
        request(scene, [scene.product, scene.product])
    assert scene.owner.merchant.credit_balance == 100


def test_the_engine_is_given_every_garment_of_an_outfit(scene: Scene) -> None:
    jacket = scene.add_product("SKU-2", "Denim jacket", card("blue"))
    engine = QuickEngine()
    assert work(request(scene, [scene.product, jacket]), engine) == "completed"
    [asked] = engine.requests
    assert [garment.category for garment in asked.garments] == ["tops", "outerwear"]
    assert asked.garments[0].picture != asked.garments[1].picture
    assert scene.owner.merchant.credit_balance == 99


def request(scene: Scene, products: list[Product]):
    kit = tools()
    return request_generation(scene.shopper, scene.photo, products, mode="live", settings=kit.settings, queue=kit.queue)
