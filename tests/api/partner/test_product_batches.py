from typing import Any

from tests.api.conftest import Caller
from tests.pictures import card
from tests.scene import Scene
from tests.shop import Shop
from tryon.catalog.finding import find_product
from tryon.onboarding import NewMerchant

PATH = "/partner/v1/products/batch"


def product(number: int, url: str) -> dict[str, Any]:
    return {"external_id": f"B-{number}", "title": f"Shirt {number}", "image_urls": [url]}


def test_each_product_has_its_result_in_order(as_merchant: Caller, scene: Scene, shop: Shop) -> None:
    url = shop.serve("/1.jpg", card())
    items = [product(1, url), product(2, url), product(1, url) | {"title": "Shirt 1 again"}]
    answer = as_merchant("POST", PATH, json={"products": items})
    assert answer.status_code == 200
    assert [(row["index"], row["external_id"], row["status"]) for row in answer.json["results"]] == [
        (0, "B-1", "created"),
        (1, "B-2", "created"),
        (2, "B-1", "updated"),
    ]
    assert (answer.json["created"], answer.json["updated"], answer.json["failed"]) == (2, 1, 0)
    assert answer.json["results"][0]["product_id"] == answer.json["results"][2]["product_id"]


def test_nothing_is_fetched_while_the_caller_waits(as_merchant: Caller, scene: Scene, shop: Shop) -> None:
    url = shop.serve("/1.jpg", card())
    as_merchant("POST", PATH, json={"products": [product(1, url)]})
    assert shop.visits == []
    assert as_merchant("GET", "/partner/v1/products/B-1").json["image_urls"] == [url]


def test_a_broken_product_does_not_stop_the_others(as_merchant: Caller, scene: Scene, shop: Shop) -> None:
    url = shop.serve("/1.jpg", card())
    items = [
        product(1, url) | {"title": 7},
        "no product",
        product(2, "http://169.254.169.254/latest"),
        product(3, url) | {"category": "spaceships"},
        product(4, url) | {"external_id": "_anon_x"},
        product(5, url),
    ]
    results = as_merchant("POST", PATH, json={"products": items}).json["results"]
    assert [row["status"] for row in results] == ["failed"] * 5 + ["created"]
    assert [row["error"]["code"] for row in results[:5]] == [
        "invalid_request",
        "invalid_request",
        "forbidden_address",
        "unsupported_category",
        "reserved_external_id",
    ]
    assert [row["error"]["details"][0]["path"] for row in (results[0], results[2])] == ["title", "image_urls.0"]


def test_more_than_500_or_none_are_refused(as_merchant: Caller, scene: Scene) -> None:
    for items in ([], [{}] * 501):
        assert as_merchant("POST", PATH, json={"products": items}).status_code == 400


def test_the_outsiders_product_of_the_same_name_is_untouched(
    as_merchant: Caller, scene: Scene, outsider_scene: Scene, outsider: NewMerchant, shop: Shop
) -> None:
    item = product(1, shop.serve("/1.jpg", card())) | {"external_id": "SKU-1", "title": "Mine"}
    assert as_merchant("POST", PATH, json={"products": [item]}).json["updated"] == 1
    theirs = find_product(outsider.merchant, "SKU-1")
    assert theirs is not None
    assert theirs.title == "Red shirt"
