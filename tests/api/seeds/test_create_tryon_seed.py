"""create-try-on.txt, sentence by sentence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.api.seeds.conftest import TryOn
from tests.pictures import card, person
from tests.scene import Scene
from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import db, transaction
from tryon.generations.models import Generation
from tryon.wiring import tools

pytestmark = pytest.mark.parametrize("prefix", ["", "/tryon/v1"])


def body(image_id: str, *products: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"products": list(products), "person": {"image": {"source": {"id": image_id}}}} | more


def inline(picture_url: str, external_id: str | None = "oxford-1") -> dict[str, Any]:
    named = {"externalId": external_id} if external_id else {}
    return named | {"title": "Oxford", "description": "Blue", "images": [{"source": {"url": picture_url}}]}


def days_left(external_id: str) -> int:
    product = db.session.scalars(select(Product).where(Product.external_id == external_id)).one()
    db.session.refresh(product)
    assert product.expires_at is not None
    return round((product.expires_at - now()) / timedelta(days=1))


def test_an_accepted_try_on_is_pending_and_echoes_the_product(
    key: TryOn, image_id: str, picture_url: str, prefix: str
) -> None:
    answer = key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url)))
    assert answer.status_code == 200
    assert answer.json["generationId"].startswith("gen_")
    assert (answer.json["status"], answer.json["productExternalId"]) == ("PENDING", "oxford-1")


def test_polling_ends_with_completed_and_a_picture(
    key: TryOn, image_id: str, picture_url: str, prefix: str, do_the_work: Callable[[], None]
) -> None:
    generation_id = key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url))).json["generationId"]
    assert key("GET", f"{prefix}/generations/{generation_id}").json["status"] == "PENDING"
    do_the_work()
    done = key("GET", f"{prefix}/generations/{generation_id}").json
    assert (done["status"], done["productExternalId"]) == ("COMPLETED", "oxford-1")
    assert done["resultImageUrl"].startswith("http")


def test_each_generation_consumes_one_credit(
    key: TryOn, image_id: str, picture_url: str, prefix: str, do_the_work: Callable[[], None]
) -> None:
    before = key("GET", f"{prefix}/account/credits").json["creditBalance"]
    key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url)))
    do_the_work()
    assert key("GET", f"{prefix}/account/credits").json["creditBalance"] == before - 1


def test_a_known_product_is_referenced_by_its_id_only(key: TryOn, image_id: str, picture_url: str, prefix: str) -> None:
    key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url)))
    answer = key("POST", f"{prefix}/try-on", body(image_id, {"externalId": "oxford-1"}))
    assert (answer.status_code, answer.json["productExternalId"]) == (200, "oxford-1")


def test_an_inline_product_is_created_and_later_updated(
    key: TryOn, image_id: str, picture_url: str, prefix: str
) -> None:
    key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url)))
    key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url) | {"title": "Oxford II"}))
    assert key("GET", f"{prefix}/products/oxford-1").json["title"] == "Oxford II"


def test_an_inline_product_lives_15_days_from_its_last_use(
    key: TryOn, image_id: str, picture_url: str, prefix: str
) -> None:
    key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url)))
    assert days_left("oxford-1") == 15
    with transaction():
        db.session.scalars(select(Product).where(Product.external_id == "oxford-1")).one().expires_at = (
            now() + timedelta(days=2)
        )
    key("POST", f"{prefix}/try-on", body(image_id, {"externalId": "oxford-1"}))
    assert days_left("oxford-1") == 15


def test_a_one_shot_product_gets_an_id_that_can_be_used_again_and_lives_7_days(
    key: TryOn, image_id: str, picture_url: str, prefix: str
) -> None:
    made = key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url, None))).json["productExternalId"]
    assert made.startswith("_anon_")
    assert days_left(made) == 7
    again = key("POST", f"{prefix}/try-on", body(image_id, {"externalId": made}))
    assert (again.status_code, again.json["productExternalId"]) == (200, made)


def test_an_unknown_product_is_404_product_not_found(key: TryOn, image_id: str, prefix: str) -> None:
    answer = key("POST", f"{prefix}/try-on", body(image_id, {"externalId": "nobody"}))
    assert (answer.status_code, answer.json["code"], answer.json["status"]) == (404, "PRODUCT_NOT_FOUND", 404)


def test_an_expired_product_is_404_product_not_found_and_can_be_sent_again(
    key: TryOn, image_id: str, picture_url: str, prefix: str
) -> None:
    key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url)))
    with transaction():
        db.session.scalars(select(Product).where(Product.external_id == "oxford-1")).one().expires_at = now()
    gone = key("POST", f"{prefix}/try-on", body(image_id, {"externalId": "oxford-1"}))
    assert (gone.status_code, gone.json["code"]) == (404, "PRODUCT_NOT_FOUND")
    assert key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url))).status_code == 200


def test_a_one_shot_without_a_picture_is_product_images_required(key: TryOn, image_id: str, prefix: str) -> None:
    answer = key("POST", f"{prefix}/try-on", body(image_id, {"title": "Oxford"}))
    assert (answer.status_code, answer.json["code"]) == (400, "PRODUCT_IMAGES_REQUIRED")


def test_a_missing_person_is_customer_image_required(key: TryOn, picture_url: str, prefix: str) -> None:
    answer = key("POST", f"{prefix}/try-on", {"products": [inline(picture_url)]})
    assert (answer.status_code, answer.json["code"]) == (400, "CUSTOMER_IMAGE_REQUIRED")


def test_a_person_that_cannot_be_fetched_is_customer_image_fetch_failed(
    key: TryOn, picture_url: str, prefix: str
) -> None:
    gone = {"image": {"source": {"url": picture_url + ".missing"}}}
    answer = key("POST", f"{prefix}/try-on", {"products": [inline(picture_url)], "person": gone})
    assert (answer.status_code, answer.json["code"]) == (400, "CUSTOMER_IMAGE_FETCH_FAILED")


def test_a_file_key_without_its_file_is_multipart_file_not_found(key: TryOn, picture_url: str, prefix: str) -> None:
    person_of_file = {"image": {"source": {"fileKey": "me"}}}
    given = {"products": [inline(picture_url)], "person": person_of_file}
    answer = key("POST", f"{prefix}/try-on", given, files={"other": person()})
    assert (answer.status_code, answer.json["code"]) == (400, "MULTIPART_FILE_NOT_FOUND")


def test_an_invalid_body_is_validation_failed_and_names_each_field(key: TryOn, image_id: str, prefix: str) -> None:
    wrong = {"externalId": "a", "images": [{"source": {"url": 5}}]}
    answer = key("POST", f"{prefix}/try-on", body(image_id, wrong))
    assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")
    assert any(detail["path"].startswith("products.0.images.0.source.url") for detail in answer.json["details"])


def test_without_credits_it_is_402_insufficient_credits(
    key: TryOn, image_id: str, picture_url: str, prefix: str, scene: Scene
) -> None:
    with transaction():
        scene.owner.merchant.credit_balance = 0
    answer = key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url)))
    assert (answer.status_code, answer.json["code"]) == (402, "INSUFFICIENT_CREDITS")


def test_the_reserved_prefix_is_409_reserved_external_id(
    key: TryOn, image_id: str, picture_url: str, prefix: str
) -> None:
    answer = key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url, "_anon_mine")))
    assert (answer.status_code, answer.json["code"]) == (409, "RESERVED_EXTERNAL_ID")


def test_the_person_may_come_by_url_or_as_a_file(
    key: TryOn, picture_url: str, prefix: str, shop: Any, do_the_work: Callable[[], None]
) -> None:
    by_url = {"image": {"source": {"url": shop.serve("/me.jpg", person())}}}
    assert key("POST", f"{prefix}/try-on", {"products": [inline(picture_url)], "person": by_url}).status_code == 200
    by_file = {
        "products": [{"images": [{"source": {"fileKey": "shirt"}}]}],
        "person": {"image": {"source": {"fileKey": "me"}}},
    }
    answer = key("POST", f"{prefix}/try-on", by_file, files={"shirt": card("red"), "me": person()})
    assert answer.status_code == 200
    do_the_work()
    assert key("GET", f"{prefix}/generations/{answer.json['generationId']}").json["status"] == "COMPLETED"


def test_what_a_customer_gave_can_be_wiped(
    key: TryOn, image_id: str, picture_url: str, prefix: str, do_the_work: Callable[[], None]
) -> None:
    given = {"products": [inline(picture_url, None)], "person": {"image": {"source": {"fileKey": "me"}}}}
    started = key("POST", f"{prefix}/try-on", given | {"externalUserId": "user-7"}, files={"me": person()})
    do_the_work()
    result_key = db.session.get_one(Generation, started.json["generationId"]).result_key
    assert result_key in set(tools().storage.keys())
    assert key("DELETE", f"{prefix}/customers/user-7").status_code == 204
    assert result_key not in set(tools().storage.keys())
    assert key("DELETE", f"{prefix}/customers/nobody").status_code == 204


OLD_SHAPES: list[Callable[[str, str], dict[str, Any]]] = [
    lambda image_id, url: {
        "product": {"externalId": "old-1", "images": [{"source": {"url": url}}]},
        "customer": {"source": {"id": image_id}},
        "customerId": "user-7",
        "useWatermark": False,
        "retentionDays": 3,
    },
    lambda image_id, url: {"product": {"externalId": "old-1", "images": [{"url": url}]}, "customer": {"id": image_id}},
    lambda image_id, url: {"product": {"externalId": "old-1", "imageUrls": [url]}, "customer": {"id": image_id}},
]


@pytest.mark.parametrize("shape", OLD_SHAPES)
def test_the_old_shapes_still_work_and_say_they_are_deprecated(
    key: TryOn, image_id: str, picture_url: str, prefix: str, shape: Callable[[str, str], dict[str, Any]]
) -> None:
    answer = key("POST", f"{prefix}/try-on", shape(image_id, picture_url))
    assert (answer.status_code, answer.json["productExternalId"]) == (200, "old-1")
    assert answer.headers["Deprecation"]
    assert 'rel="deprecation"' in answer.headers["Link"]


def test_the_new_shape_is_not_called_deprecated(key: TryOn, image_id: str, picture_url: str, prefix: str) -> None:
    assert "Deprecation" not in key("POST", f"{prefix}/try-on", body(image_id, inline(picture_url))).headers


def test_the_watermark_can_be_left_out_of_one_call(key: TryOn, image_id: str, picture_url: str, prefix: str) -> None:
    given = body(image_id, inline(picture_url), output={"watermark": False, "keepForDays": 1})
    generation_id = key("POST", f"{prefix}/try-on", given).json["generationId"]
    generation = db.session.get_one(Generation, generation_id)
    assert (generation.has_watermark, generation.keep_days) == (False, 1)


def test_without_a_key_it_is_401(client: Any, prefix: str) -> None:
    answer = client.post(f"{prefix}/try-on", json={})
    assert (answer.status_code, answer.json["code"]) == (401, "MISSING_API_KEY")
