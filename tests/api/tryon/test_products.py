"""The try-on surface's products beyond the reference document's own sentences (tests/api/seeds)."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.api.conftest import Caller
from tests.api.seeds.conftest import TryOn
from tests.api.tryon.bodies import described, of
from tests.pictures import card
from tests.scene import Scene
from tests.shop import Shop
from tryon.db import db


def put(key: TryOn, name: str, url: str, **more: Any) -> Any:
    return key("POST", "/products", {"externalId": name, "images": [{"source": {"url": url}}]} | more)


def names(key: TryOn, query: str = "") -> list[str]:
    return [item["externalId"] for item in key("GET", f"/products{query}").json["items"]]


def test_the_first_time_is_201_and_a_change_is_200(key: TryOn, picture_url: str) -> None:
    assert put(key, "one", picture_url).status_code == 201
    assert put(key, "one", picture_url, title="One").status_code == 200
    fields = set(key("GET", "/products/one").json)
    assert fields >= {
        *("externalId", "title", "description", "metadata", "validForDays", "expiresAt", "lastUsedAt"),
        *("createdAt", "updatedAt", "images"),
    }


def test_no_picture_is_fetched_while_the_caller_waits(key: TryOn, shop: Shop) -> None:
    put(key, "one", shop.serve("/slow.jpg", card()))
    assert shop.visits == []


def test_only_explicit_products_are_listed_but_described_ones_can_be_read(
    key: TryOn, image_id: str, picture_url: str
) -> None:
    put(key, "explicit", picture_url)
    key("POST", "/try-on", {"products": [described(picture_url, "inline")], "person": of(image_id)})
    assert names(key) == ["explicit", "SKU-1"]
    inline = key("GET", "/products/inline").json
    assert inline["validForDays"] == 15
    assert inline["lastUsedAt"] is not None
    put(key, "inline", picture_url)
    assert "inline" in names(key)


def test_the_list_comes_in_pages(key: TryOn, picture_url: str) -> None:
    for name in ("a", "b"):
        put(key, name, picture_url)
    first = key("GET", "/products?limit=2").json
    assert ([item["externalId"] for item in first["items"]], first["count"], first["hasMore"]) == (["b", "a"], 2, True)
    rest = key("GET", f"/products?limit=2&cursor={first['nextCursor']}").json
    assert ([item["externalId"] for item in rest["items"]], rest["nextCursor"]) == (["SKU-1"], None)


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["shoes/red/42", "a b&c?d=e#f", "größe 38", "%41", "x/"])
def test_a_name_may_hold_any_letter(key: TryOn, picture_url: str, name: str) -> None:
    assert put(key, name, picture_url).status_code == 201
    path = f"/tryon/v1/products/{quote(name, safe='')}"
    assert key("GET", path).json["externalId"] == name
    assert key("DELETE", path).status_code == 204
    assert key("GET", path).status_code == 404


@pytest.mark.both_databases
def test_a_name_nobody_can_have_is_unknown(key: TryOn) -> None:
    answer = key("GET", "/products/a%00b")
    assert answer.status_code in (400, 404)
    assert key("DELETE", "/products/_anon_nobody").json["code"] == "PRODUCT_NOT_FOUND"


def test_a_deleted_product_leaves_the_list_and_its_file_goes(key: TryOn, scene: Scene) -> None:
    assert key("DELETE", "/products/SKU-1").status_code == 204
    assert names(key) == []
    assert key("DELETE", "/products/SKU-1").json["code"] == "PRODUCT_NOT_FOUND"


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"title": "x"}, "EXTERNAL_ID_REQUIRED", "externalId"),
        ({"externalId": None, "title": "x"}, "EXTERNAL_ID_REQUIRED", "externalId"),
        ({"externalId": "x", "title": "no picture"}, "PRODUCT_IMAGES_REQUIRED", "images"),
        ({"externalId": "SKU-1", "images": []}, "PRODUCT_IMAGES_REQUIRED", "images"),
        ({"externalId": "x", "images": [{"source": {"url": 7}}]}, "VALIDATION_FAILED", "images.0.source.url"),
        ({"externalId": "x", "images": [{}]}, "VALIDATION_FAILED", "images.0"),
        (
            {"externalId": "x", "images": [{"source": {"fileKey": "gone"}}]},
            "MULTIPART_FILE_NOT_FOUND",
            "images.0.source.fileKey",
        ),
        ({"externalId": "x", "images": [{"fileKey": "gone"}]}, "MULTIPART_FILE_NOT_FOUND", "images.0.fileKey"),
        (
            {"externalId": "x", "images": [{"source": {"url": "http://10.0.0.1/"}}]},
            "INVALID_IMAGE_INPUT",
            "images.0.source.url",
        ),
        ({"externalId": "x", "imageUrls": ["file:///etc/passwd"]}, "INVALID_IMAGE_INPUT", "imageUrls.0"),
    ],
)
def test_what_is_wrong_is_named(key: TryOn, body: dict[str, Any], code: str, path: str) -> None:
    answer = key("POST", "/products", body)
    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert [detail["path"] for detail in answer.json["details"]] == [path]


def test_a_file_that_is_no_picture_is_named(key: TryOn) -> None:
    given = {"externalId": "x", "images": [{"source": {"fileKey": "front"}}]}
    answer = key("POST", "/products", given, files={"front": b"no picture"})
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_IMAGE")
    assert answer.json["details"][0]["path"] == "images.0.source.fileKey"


def test_a_refused_call_in_an_old_shape_says_so_too(key: TryOn) -> None:
    answer = key("POST", "/products", {"externalId": "x", "images": [{"url": "http://10.0.0.1/"}]})
    assert answer.status_code == 400
    assert answer.headers["Deprecation"].startswith("@")
    assert 'rel="deprecation"' in answer.headers["Link"]


def test_null_says_nothing_but_for_the_lifetime(key: TryOn, picture_url: str) -> None:
    put(key, "one", picture_url, title="One", metadata={"a": 1}, validForDays=5)
    nulls = {"externalId": "one", "title": None, "description": None, "images": None, "metadata": None}
    kept = key("POST", "/products", nulls).json
    assert (kept["title"], kept["metadata"], kept["validForDays"], len(kept["images"])) == ("One", {"a": 1}, 5, 1)


def test_the_products_are_counted(key: TryOn, as_merchant: Caller, picture_url: str) -> None:
    def count() -> int:
        db.session.expire_all()
        return int(as_merchant("GET", "/partner/v1/merchants/me/usage").json["product_count"])

    before = count()
    put(key, "one", picture_url)
    put(key, "one", picture_url)
    assert count() == before + 1
    key("DELETE", "/products/one")
    assert count() == before


def test_the_outsiders_product_can_be_neither_changed_nor_deleted(
    key: TryOn, outsider_scene: Scene, as_outsider: Caller, picture_url: str
) -> None:
    put(key, "SKU-1", picture_url, title="Mine")
    assert as_outsider("GET", "/products/SKU-1").json["title"] == "Red shirt"
    put(key, "only-mine", picture_url)
    assert as_outsider("DELETE", "/products/only-mine").status_code == 404
    assert as_outsider("GET", "/products/only-mine").status_code == 404
