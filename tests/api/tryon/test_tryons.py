"""Creating a try-on: what of it is not a sentence of the reference documents."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.api.conftest import Caller
from tests.api.seeds.conftest import TryOn
from tests.api.tryon.bodies import described, files, generation_of, of
from tests.engines.quick import QuickEngine
from tests.pictures import card, person
from tests.scene import Scene, work
from tests.shop import Shop
from tryon.api.tryon import tryons
from tryon.catalog.models import Product
from tryon.db import db, transaction
from tryon.engines.errors import NoPersonFound
from tryon.generations.models import Generation
from tryon.generations.outfits import PIECES_MAX
from tryon.merchants.keys import make_key


def test_an_outfit_is_one_generation_of_several_products(key: TryOn, image_id: str, picture_url: str) -> None:
    pieces = [described(picture_url, "shirt"), described(picture_url, "jacket", "Denim jacket")]
    answer = key("POST", "/try-on", {"products": pieces, "person": of(image_id)})
    assert answer.json["productExternalId"] == "shirt"
    assert answer.json["productExternalIds"] == ["shirt", "jacket"]
    engine = QuickEngine()
    work(generation_of(answer), engine)
    assert [garment.category for garment in engine.requests[0].garments] == ["tops", "outerwear"]


def test_a_single_product_is_answered_as_the_document_has_it(key: TryOn, image_id: str, picture_url: str) -> None:
    answer = key("POST", "/try-on", {"products": [described(picture_url)], "person": of(image_id)})
    assert set(answer.json) == {"generationId", "status", "productExternalId"}


def test_an_outfit_nobody_can_wear_is_refused_with_the_reason(
    key: TryOn, image_id: str, picture_url: str, scene: Scene
) -> None:
    pieces = [described(picture_url, "jeans", "Jeans"), described(picture_url, "skirt", "Skirt")]
    answer = key("POST", "/try-on", {"products": pieces, "person": of(image_id)})
    assert (answer.status_code, answer.json["code"]) == (400, "UNSUPPORTED_COMBINATION")
    assert "trousers" in answer.json["details"][0]["message"]
    assert answer.json["details"][0]["path"] == "products"
    assert key("GET", "/account/credits").json["creditBalance"] == 100


def test_no_product_and_too_many_products_are_not_valid(key: TryOn, image_id: str) -> None:
    for products in ([], [{"externalId": str(number)} for number in range(PIECES_MAX + 1)], None):
        answer = key("POST", "/try-on", {"products": products, "person": of(image_id)})
        assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")
        assert answer.json["details"][0]["path"] == "products"


def test_data_that_is_no_json_is_validation_failed(key: TryOn, client: Any, scene: Scene) -> None:
    headers = {"x-api-key": scene.owner.secret_key}
    for form in ({"data": "{"}, {"other": "1"}, {"data": "[1]"}):
        answer = client.post("/try-on", data=form, headers=headers, content_type="multipart/form-data")
        assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")


def test_one_file_may_be_named_twice(key: TryOn, image_id: str) -> None:
    images = [{"source": {"fileKey": "shirt"}}, {"source": {"fileKey": "shirt"}, "classifications": {"view": "back"}}]
    answer = key("POST", "/try-on", {"products": [{"images": images}], "person": of(image_id)}, files={"shirt": card()})
    assert answer.status_code == 200


def test_a_missing_file_is_named_by_the_path_of_its_key(key: TryOn, image_id: str) -> None:
    body = {"products": [{"images": [{"source": {"fileKey": "shirt"}}]}], "person": of(image_id)}
    answer = key("POST", "/try-on", body)
    assert (answer.status_code, answer.json["code"]) == (400, "MULTIPART_FILE_NOT_FOUND")
    assert answer.json["details"][0]["path"] == "products.0.images.0.source.fileKey"


def test_a_refused_call_keeps_neither_the_photo_nor_the_product(key: TryOn, scene: Scene) -> None:
    before = files()
    me = {"person": {"image": {"source": {"fileKey": "me"}}}}
    shirt = {"images": [{"source": {"fileKey": "shirt"}}]}
    given = {"me": person(), "shirt": card("blue")}
    with_a_bad_file = {"products": [shirt, {"images": [{"source": {"fileKey": "bad"}}]}]}
    assert key("POST", "/try-on", with_a_bad_file | me, files=given | {"bad": b"no picture"}).status_code == 400
    assert files() == before
    three_tops = {"products": [shirt, shirt, shirt]}
    assert key("POST", "/try-on", three_tops | me, files=given).json["code"] == "UNSUPPORTED_COMBINATION"
    assert files() == before
    living = select(Product).where(Product.merchant_id == scene.merchant_id, Product.deleted_at.is_(None))
    assert db.session.scalars(living).all() == [scene.product]


def test_without_credits_nothing_is_fetched_or_kept(key: TryOn, shop: Shop, scene: Scene) -> None:
    with transaction():
        scene.owner.merchant.credit_balance = 0
    before = files()
    me = {"person": {"image": {"source": {"url": shop.serve("/me.jpg", person())}}}}
    answer = key("POST", "/try-on", {"products": [{"externalId": "SKU-1"}]} | me)
    assert (answer.status_code, answer.json["code"]) == (402, "INSUFFICIENT_CREDITS")
    assert files() == before
    assert "/me.jpg" not in shop.visits


def test_a_test_key_costs_nothing(client: Any, scene: Scene) -> None:
    with transaction():
        scene.owner.merchant.credit_balance = 0
        text = make_key(scene.owner.merchant, "secret", mode="test")
    body = {"products": [{"externalId": "SKU-1"}], "person": of(scene.photo.id)}
    answer = client.post("/try-on", json=body, headers={"x-api-key": text})
    assert generation_of(answer).mode == "test"


def test_the_sync_variant_answers_with_the_picture(app: Flask, key: TryOn, image_id: str) -> None:
    worker = threading.Thread(target=be_the_worker, args=(app,))
    worker.start()
    answer = key("POST", "/try-on/sync", {"products": [{"externalId": "SKU-1"}], "person": of(image_id)})
    worker.join()
    assert (answer.status_code, answer.json["status"]) == (200, "COMPLETED")
    assert answer.json["resultImageUrl"].startswith("http")
    assert answer.json["generationId"].startswith("gen_")


def test_the_sync_variant_answers_with_the_reason_of_a_failure(app: Flask, key: TryOn, image_id: str) -> None:
    worker = threading.Thread(target=be_the_worker, args=(app, QuickEngine(errors=[NoPersonFound()])))
    worker.start()
    answer = key("POST", "/try-on/sync", {"products": [{"externalId": "SKU-1"}], "person": of(image_id)})
    worker.join()
    assert (answer.status_code, answer.json["status"]) == (200, "FAILED")
    assert answer.json["errorCode"] == "NO_PERSON_FOUND"


def test_the_sync_variant_gives_up_waiting_with_202(key: TryOn, image_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tryons, "SYNC_WAIT_SECONDS", 0.1)
    body = {"product": {"externalId": "SKU-1"}, "customer": {"id": image_id}}
    answer = key("POST", "/try-on/sync", body)
    assert (answer.status_code, answer.json["status"]) == (202, "PENDING")
    assert key("GET", f"/generations/{answer.json['generationId']}").json["status"] == "PENDING"
    assert "Deprecation" in answer.headers


def be_the_worker(app: Flask, engine: QuickEngine | None = None) -> None:
    with app.app_context():
        for _ in range(100):
            generation = db.session.scalar(select(Generation).where(Generation.status == "queued"))
            db.session.commit()
            if generation is not None:
                work(generation, engine)
                return
            threading.Event().wait(0.05)


def test_the_outsider_cannot_name_the_merchants_product_or_photo(as_outsider: Caller, scene: Scene) -> None:
    scene.add_product("only-here", "Shirt", card())
    of_theirs = {"products": [{"externalId": "SKU-1"}], "person": of(scene.photo.id)}
    assert as_outsider("POST", "/try-on", json=of_theirs).json["code"] == "IMAGE_NOT_FOUND"
    answer = as_outsider("POST", "/try-on", json=of_theirs | {"products": [{"externalId": "only-here"}]})
    assert (answer.status_code, answer.json["code"]) == (404, "PRODUCT_NOT_FOUND")
