from flask.testing import FlaskClient

from tests.api.conftest import Caller
from tests.pictures import card
from tests.scene import Scene
from tests.shop import Shop

PRODUCT = {
    "external_id": "SKU-001",
    "title": "Blue dress",
    "url": "https://yoursite.com/p/blue-dress",
    "gender": "women",
}


def test_the_documents_example_creates_and_then_updates(as_merchant: Caller, shop: Shop, client: FlaskClient) -> None:
    body = PRODUCT | {"image_urls": [shop.serve("/img/1.jpg", card("blue"))]}
    created = as_merchant("POST", "/partner/v1/products", json=body)
    assert created.status_code == 201
    assert created.json["product_id"].startswith("prd_")
    assert created.json["category"] == "dresses"
    updated = as_merchant("POST", "/partner/v1/products", json=body | {"title": "Navy dress"})
    assert updated.status_code == 200
    assert updated.json["product_id"] == created.json["product_id"]
    picture = client.get(created.json["image_urls"][0].removeprefix("http://127.0.0.1:8000"))
    assert picture.status_code == 200
    assert picture.mimetype == "image/jpeg"


def test_a_product_is_read_by_either_id_and_listed(as_merchant: Caller, scene: Scene) -> None:
    for name in (scene.product.id, "SKU-1"):
        assert as_merchant("GET", f"/partner/v1/products/{name}").json["external_id"] == "SKU-1"
    assert [row["product_id"] for row in as_merchant("GET", "/partner/v1/products").json["data"]] == [scene.product.id]


def test_a_deleted_product_is_unknown(as_merchant: Caller, scene: Scene) -> None:
    assert as_merchant("DELETE", f"/partner/v1/products/{scene.product.id}").status_code == 204
    answer = as_merchant("GET", f"/partner/v1/products/{scene.product.id}")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_product")
    assert as_merchant("GET", "/partner/v1/products").json["data"] == []


def test_a_picture_that_can_not_be_loaded_is_named(as_merchant: Caller, shop: Shop) -> None:
    answer = as_merchant("POST", "/partner/v1/products", json=PRODUCT | {"image_urls": [shop.url + "/missing.jpg"]})
    assert (answer.status_code, answer.json["code"]) == (400, "image_fetch_failed")
    assert answer.json["details"][0]["path"] == "image_urls.0"


def test_a_private_address_is_refused_without_a_call(as_merchant: Caller) -> None:
    for url in ("http://169.254.169.254/latest", "http://localhost/x.jpg", "http://[::1]/x.jpg", "file:///etc/passwd"):
        answer = as_merchant("POST", "/partner/v1/products", json=PRODUCT | {"image_urls": [url]})
        assert (answer.status_code, answer.json["code"]) == (400, "forbidden_address"), url


def test_wrong_types_are_refused_and_unknown_fields_let_pass(as_merchant: Caller, shop: Shop) -> None:
    wrong = as_merchant(
        "POST", "/partner/v1/products", json=PRODUCT | {"image_urls": "https://x.example/1.jpg", "title": 7}
    )
    assert wrong.status_code == 400
    assert {detail["path"] for detail in wrong.json["details"]} == {"image_urls", "title"}
    body = PRODUCT | {"image_urls": [shop.serve("/1.jpg", card())], "brand_new_field": True}
    assert as_merchant("POST", "/partner/v1/products", json=body).status_code == 201


def test_the_outsiders_product_is_unknown(as_merchant: Caller, outsider_scene: Scene) -> None:
    assert as_merchant("GET", f"/partner/v1/products/{outsider_scene.product.id}").status_code == 404
    assert as_merchant("DELETE", f"/partner/v1/products/{outsider_scene.product.id}").status_code == 404
    changed = as_merchant("PATCH", f"/partner/v1/products/{outsider_scene.product.id}", json={"title": "Mine"})
    assert changed.status_code == 404


def test_a_guessed_category_can_be_put_right_and_left_to_us_again(as_merchant: Caller, scene: Scene) -> None:
    path = f"/partner/v1/products/{scene.product.id}"
    changed = as_merchant("PATCH", path, json={"category": "outerwear"})
    assert changed.status_code == 200
    assert (changed.json["category"], changed.json["category_is_guessed"]) == ("outerwear", False)
    assert changed.json["title"] == "Red shirt"
    again = as_merchant("PATCH", path, json={"category": None}).json
    assert (again["category"], again["category_is_guessed"]) == ("tops", True)


def test_a_change_leaves_what_is_not_given(as_merchant: Caller, shop: Shop) -> None:
    url = shop.serve("/1.jpg", card())
    as_merchant("POST", "/partner/v1/products", json=PRODUCT | {"image_urls": [url], "sizes": ["S"]})
    changed = as_merchant("PATCH", "/partner/v1/products/SKU-001", json={"title": "Navy", "url": None}).json
    assert (changed["title"], changed["url"], changed["gender"], changed["sizes"]) == ("Navy", None, "women", ["S"])
    assert len(changed["image_urls"]) == 1
    assert as_merchant("PATCH", "/partner/v1/products/SKU-001", json={"title": None}).status_code == 400
    assert as_merchant("PATCH", "/partner/v1/products/nobody", json={"title": "x"}).status_code == 404


def test_the_list_is_filtered_by_category_and_words(as_merchant: Caller, scene: Scene, shop: Shop) -> None:
    url = shop.serve("/1.jpg", card())
    as_merchant("POST", "/partner/v1/products", json=PRODUCT | {"image_urls": [url]})

    def listed(query: str) -> list[str]:
        return [row["external_id"] for row in as_merchant("GET", f"/partner/v1/products?{query}").json["data"]]

    assert listed("") == ["SKU-001", "SKU-1"]
    assert listed("category=dresses") == ["SKU-001"]
    assert listed("q=RED") == ["SKU-1"]
    assert listed("q=sku-0") == ["SKU-001"]
    assert listed("q=%25") == []
    assert as_merchant("GET", "/partner/v1/products?category=spaceships").status_code == 400


def test_the_reserved_prefix_is_ours(as_merchant: Caller, scene: Scene, shop: Shop) -> None:
    body = PRODUCT | {"external_id": "_anon_1", "image_urls": [shop.serve("/1.jpg", card())]}
    answer = as_merchant("POST", "/partner/v1/products", json=body)
    assert (answer.status_code, answer.json["code"]) == (409, "reserved_external_id")
