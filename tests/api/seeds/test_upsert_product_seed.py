"""upsert-product.txt, sentence by sentence."""

from typing import Any

import pytest

from tests.api.seeds.conftest import TryOn
from tests.pictures import card

pytestmark = pytest.mark.parametrize("prefix", ["", "/tryon/v1"])


def full(picture_url: str) -> dict[str, Any]:
    return {
        "externalId": "linen-2",
        "title": "Linen shirt",
        "description": "For warm days",
        "images": [{"source": {"url": picture_url}, "classifications": {"view": "front"}}],
        "metadata": {"season": "summer"},
    }


def test_a_product_is_created_and_lives_for_ever_by_default(key: TryOn, picture_url: str, prefix: str) -> None:
    answer = key("POST", f"{prefix}/products", full(picture_url))
    assert answer.status_code in (200, 201)
    assert answer.json["externalId"] == "linen-2"
    assert (answer.json["validForDays"], answer.json["expiresAt"]) == (None, None)


def test_omitted_fields_are_preserved(key: TryOn, picture_url: str, prefix: str) -> None:
    key("POST", f"{prefix}/products", full(picture_url))
    changed = key("POST", f"{prefix}/products", {"externalId": "linen-2", "title": "Linen shirt II"})
    assert changed.status_code == 200
    kept = key("GET", f"{prefix}/products/linen-2").json
    assert (kept["title"], kept["description"]) == ("Linen shirt II", "For warm days")
    assert [image["sourceUrl"] for image in kept["images"]] == [picture_url]
    assert kept["metadata"] == {"season": "summer"}


def test_images_replace_the_whole_list(key: TryOn, picture_url: str, prefix: str, shop: Any) -> None:
    key("POST", f"{prefix}/products", full(picture_url))
    other = shop.serve("/other.jpg", card("blue"))
    key("POST", f"{prefix}/products", {"externalId": "linen-2", "images": [{"source": {"url": other}}]})
    images = key("GET", f"{prefix}/products/linen-2").json["images"]
    assert [(image["sourceUrl"], image["order"]) for image in images] == [(other, 0)]


def test_classifications_sit_beside_the_source(key: TryOn, picture_url: str, prefix: str) -> None:
    key("POST", f"{prefix}/products", full(picture_url))
    assert key("GET", f"{prefix}/products/linen-2").json["images"][0]["classifications"] == {"view": "front"}


def test_a_lifetime_can_be_set_kept_and_lifted(key: TryOn, picture_url: str, prefix: str) -> None:
    key("POST", f"{prefix}/products", full(picture_url) | {"validForDays": 30})
    kept = key("POST", f"{prefix}/products", {"externalId": "linen-2", "title": "New"}).json
    assert kept["validForDays"] == 30
    assert kept["expiresAt"] is not None
    lifted = key("POST", f"{prefix}/products", {"externalId": "linen-2", "validForDays": None}).json
    assert (lifted["validForDays"], lifted["expiresAt"]) == (None, None)


@pytest.mark.parametrize("days", [0, 366, "30", 1.5])
def test_a_lifetime_outside_1_to_365_is_refused(key: TryOn, picture_url: str, prefix: str, days: object) -> None:
    answer = key("POST", f"{prefix}/products", full(picture_url) | {"validForDays": days})
    assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")


def test_the_product_is_listed(key: TryOn, picture_url: str, prefix: str) -> None:
    key("POST", f"{prefix}/products", full(picture_url))
    listed = key("GET", f"{prefix}/products").json
    assert "linen-2" in [product["externalId"] for product in listed["items"]]


def test_pictures_may_come_as_files(key: TryOn, prefix: str) -> None:
    given = {"externalId": "linen-2", "images": [{"source": {"fileKey": "front"}}]}
    answer = key("POST", f"{prefix}/products", given, files={"front": card("white")})
    assert answer.status_code in (200, 201)
    assert len(answer.json["images"]) == 1


def test_the_reserved_prefix_is_refused(key: TryOn, picture_url: str, prefix: str) -> None:
    answer = key("POST", f"{prefix}/products", full(picture_url) | {"externalId": "_anon_mine"})
    assert (answer.status_code, answer.json["code"]) == (409, "RESERVED_EXTERNAL_ID")


def test_an_image_has_exactly_one_source(key: TryOn, picture_url: str, prefix: str) -> None:
    both = {"source": {"url": picture_url, "fileKey": "front"}}
    for images in ([both], [{"source": {}}]):
        answer = key("POST", f"{prefix}/products", {"externalId": "linen-2", "images": images})
        assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")


def test_the_flat_shape_is_deprecated(key: TryOn, picture_url: str, prefix: str) -> None:
    flat = {"externalId": "linen-2", "images": [{"url": picture_url, "classifications": {"view": "front"}}]}
    answer = key("POST", f"{prefix}/products", flat)
    assert answer.json["images"][0]["sourceUrl"] == picture_url
    assert answer.headers["Deprecation"]


def test_image_urls_is_a_deprecated_alias(key: TryOn, picture_url: str, prefix: str) -> None:
    answer = key("POST", f"{prefix}/products", {"externalId": "linen-2", "imageUrls": [picture_url]})
    assert answer.json["images"][0]["sourceUrl"] == picture_url
    assert answer.headers["Deprecation"]


def test_another_merchants_product_is_missing(key: TryOn, picture_url: str, prefix: str, as_outsider: Any) -> None:
    key("POST", f"{prefix}/products", full(picture_url))
    assert as_outsider("GET", f"{prefix}/products/linen-2").status_code == 404
    listed = as_outsider("GET", f"{prefix}/products").json["items"]
    assert "linen-2" not in [product["externalId"] for product in listed]
