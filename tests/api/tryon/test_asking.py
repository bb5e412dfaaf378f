"""Today's words and every earlier one."""

from typing import Any

import pytest

from tests.api.seeds.conftest import TryOn
from tests.api.tryon.bodies import generation_of, of
from tests.pictures import card, person
from tests.scene import work
from tests.shop import Shop
from tryon.db import db
from tryon.shoppers.models import Shopper

OLD_SHAPES: list[dict[str, Any]] = [
    {"product": {"images": [{"url": "URL"}]}, "customer": {"id": "ID"}},
    {"product": {"images": [{"url": "URL"}]}, "customer": {"source": {"id": "ID"}}},
    {
        "product": {"images": [{"fileKey": "shirt", "classifications": {"view": "front"}}]},
        "customer": {"fileKey": "me"},
    },
    {"product": {"images": [{"source": {"fileKey": "shirt"}}]}, "customer": {"source": {"fileKey": "me"}}},
    {"product": {"imageUrls": ["URL"]}, "customer": {"url": "ME"}},
    {"product": {"externalId": "SKU-1"}, "customer": {"source": {"url": "ME"}}},
    {"products": [{"imageUrls": ["URL"]}], "person": {"image": {"source": {"id": "ID"}}}},
    {"products": [{"images": [{"url": "URL"}]}], "person": {"image": {"source": {"id": "ID"}}}},
    {"products": [{"externalId": "SKU-1"}], "person": {"image": {"source": {"id": "ID"}}}, "customerId": "user-7"},
    {"products": [{"externalId": "SKU-1"}], "person": {"image": {"source": {"id": "ID"}}}, "retentionDays": 1},
    {"products": [{"externalId": "SKU-1"}], "person": {"image": {"source": {"id": "ID"}}}, "useWatermark": False},
]


@pytest.mark.parametrize("shape", OLD_SHAPES)
def test_every_old_shape_works_and_says_that_it_is_old(
    key: TryOn, image_id: str, picture_url: str, shop: Shop, shape: dict[str, Any]
) -> None:
    words = {"URL": picture_url, "ID": image_id, "ME": shop.serve("/me.jpg", person())}
    answer = key("POST", "/try-on", filled(shape, words), files={"shirt": card("red"), "me": person()})
    generation = generation_of(answer)
    assert answer.headers["Deprecation"].startswith("@")
    assert answer.headers["Link"].endswith('/docs>; rel="deprecation"; type="text/html"')
    if "customerId" in shape:
        assert db.session.get_one(Shopper, generation.shopper_id).external_ref == "user-7"
    assert generation.keep_days == shape.get("retentionDays")
    assert generation.has_watermark == shape.get("useWatermark", True)
    assert work(generation) == "completed"


def filled(shape: Any, words: dict[str, str]) -> Any:
    if isinstance(shape, dict):
        return {name: filled(value, words) for name, value in shape.items()}
    if isinstance(shape, list):
        return [filled(value, words) for value in shape]
    return words.get(shape, shape) if isinstance(shape, str) else shape


def test_an_old_shape_that_is_refused_says_so_too(key: TryOn) -> None:
    answer = key("POST", "/try-on", {"product": {"externalId": "nobody"}, "customer": {"id": "img_none"}})
    assert (answer.status_code, answer.json["code"]) == (404, "PRODUCT_NOT_FOUND")
    assert "Deprecation" in answer.headers


def test_where_old_and_new_words_are_mixed_the_new_ones_count(key: TryOn, image_id: str) -> None:
    body = {
        "products": [{"externalId": "SKU-1"}],
        "product": {"externalId": "nobody"},
        "person": of(image_id),
        "customer": {"id": "img_none"},
        "externalUserId": "user-new",
        "customerId": "user-old",
        "output": {"watermark": True, "keepForDays": 7},
        "useWatermark": False,
        "retentionDays": 1,
    }
    answer = key("POST", "/try-on", body)
    generation = generation_of(answer)
    assert (generation.has_watermark, generation.keep_days) == (True, 7)
    assert db.session.get_one(Shopper, generation.shopper_id).external_ref == "user-new"
    assert "Deprecation" in answer.headers


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"product": {"images": [{"url": 5}]}}, "product.images.0.url"),
        ({"product": {"imageUrls": [5]}}, "product.imageUrls.0"),
        ({"products": [{"externalId": 7}]}, "products.0.externalId"),
        ({"person": {"image": {"source": {"id": 7}}}}, "person.image.source.id"),
        ({"customer": {"source": {"fileKey": 7}}}, "customer.source.fileKey"),
        ({"output": {"keepForDays": 2}}, "output.keepForDays"),
        ({"output": {"watermark": "no"}}, "output.watermark"),
        ({"retentionDays": 30}, "retentionDays"),
        ({"options": {"fit": "tight"}}, "options.fit"),
    ],
)
def test_a_bad_field_is_named_as_the_caller_wrote_it(key: TryOn, body: dict[str, Any], path: str) -> None:
    answer = key("POST", "/try-on", body)
    assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")
    assert path in [detail["path"] for detail in answer.json["details"]]


def test_unknown_fields_and_nulls_are_let_pass(key: TryOn, image_id: str) -> None:
    body = {
        "products": [{"externalId": "SKU-1", "colour": "red"}],
        "person": of(image_id),
        "output": None,
        "options": None,
        "customer": None,
        "later": 1,
    }
    assert key("POST", "/try-on", body).status_code == 200
