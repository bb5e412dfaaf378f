"""Whom to dress: a photo by id, by address, or sent along."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.seeds.conftest import TryOn
from tests.api.tryon.bodies import files, generation_of, of
from tests.engines.quick import QuickEngine
from tests.pictures import card, person
from tests.scene import Scene, work
from tests.shop import Shop
from tryon.db import db
from tryon.engines.errors import NoPersonFound
from tryon.shoppers.models import Photo, Shopper


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"person": None},
        {"person": {}},
        {"person": {"image": {}}},
        {"person": {"image": {"source": {}}}},
        {"customer": {}},
        {"customer": {"source": {}}},
    ],
)
def test_no_person_in_any_words_is_customer_image_required(key: TryOn, given: dict[str, Any]) -> None:
    answer = key("POST", "/try-on", {"products": [{"externalId": "SKU-1"}]} | given)
    assert (answer.status_code, answer.json["code"]) == (400, "CUSTOMER_IMAGE_REQUIRED")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (
            {"person": {"image": {"source": {"id": "img_1", "url": "https://shop.example/me.jpg"}}}},
            "person.image.source",
        ),
        ({"customer": {"source": {"id": "img_1", "fileKey": "me"}}}, "customer.source"),
        ({"customer": {"url": "https://shop.example/me.jpg", "fileKey": "me"}}, "customer"),
    ],
)
def test_two_sources_of_one_person_are_not_valid(key: TryOn, given: dict[str, Any], path: str) -> None:
    answer = key("POST", "/try-on", {"products": [{"externalId": "SKU-1"}]} | given)
    assert (answer.status_code, answer.json["code"]) == (400, "VALIDATION_FAILED")
    assert answer.json["details"] == [{"path": path, "message": "Give exactly one of id, url and fileKey."}]


def test_a_photo_a_shopper_gave_on_another_surface_may_be_named(key: TryOn, scene: Scene) -> None:
    generation = generation_of(
        key("POST", "/try-on", {"products": [{"externalId": "SKU-1"}], "person": of(scene.photo.id)})
    )
    assert generation.shopper_id == scene.shopper.id


def test_a_photo_of_somebody_else_or_of_nobody_is_image_not_found(
    key: TryOn, scene: Scene, outsider_scene: Scene
) -> None:
    body = {"products": [{"externalId": "SKU-1"}]}
    for given in (
        {"person": of("img_none")},
        {"person": of(outsider_scene.photo.id)},
        {"person": of(scene.photo.id), "externalUserId": "another-customer"},
    ):
        answer = key("POST", "/try-on", body | given)
        assert (answer.status_code, answer.json["code"]) == (404, "IMAGE_NOT_FOUND")


def test_a_nameless_upload_is_erased_with_the_customer_it_was_used_for(
    key: TryOn, image_id: str, do_the_work: Callable[[], None]
) -> None:
    body = {"products": [{"externalId": "SKU-1"}], "person": of(image_id)}
    key("POST", "/try-on", body)  # before anybody has said whose picture it is
    generation_of(key("POST", "/try-on", body | {"externalUserId": "user-7"}))
    do_the_work()
    assert any(image_id in name for name in files())
    assert len([name for name in files() if name.startswith("results/")]) == 2
    assert key("DELETE", "/customers/user-7").status_code == 204
    assert not any(image_id in name or name.startswith("results/") for name in files())


def test_a_person_without_a_body_is_accepted_and_fails_as_a_generation(key: TryOn) -> None:
    body = {"products": [{"externalId": "SKU-1"}], "person": {"image": {"source": {"fileKey": "me"}}}}
    generation = generation_of(key("POST", "/try-on", body, files={"me": card("white")}))
    work(generation, QuickEngine(errors=[NoPersonFound()]))
    assert key("GET", f"/generations/{generation.id}").json["errorCode"] == "NO_PERSON_FOUND"
    assert key("GET", "/account/credits").json["creditBalance"] == 100


def test_what_is_no_picture_of_a_person_is_named_where_it_was_written(key: TryOn, shop: Shop) -> None:
    body = {"products": [{"externalId": "SKU-1"}]}
    by_url = {"person": {"image": {"source": {"url": shop.serve("/me.txt", b"hello", "text/plain")}}}}
    answer = key("POST", "/try-on", body | by_url)
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_IMAGE")
    assert answer.json["details"][0]["path"] == "person.image.source.url"
    answer = key("POST", "/try-on", body | {"customer": {"fileKey": "me"}}, files={"me": b"hello"})
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_IMAGE")
    assert answer.json["details"][0]["path"] == "customer.fileKey"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/me.jpg", "http://no-such-host.invalid/me.jpg", "ftp://shop.example/a"]
)
def test_an_address_that_cannot_be_downloaded_says_where_it_stands(key: TryOn, url: str) -> None:
    answer = key(
        "POST", "/try-on", {"products": [{"externalId": "SKU-1"}], "person": {"image": {"source": {"url": url}}}}
    )
    assert (answer.status_code, answer.json["code"]) == (400, "CUSTOMER_IMAGE_FETCH_FAILED")
    assert answer.json["details"][0]["path"] == "person.image.source.url"


def test_a_person_that_comes_along_is_kept_for_as_many_days_as_the_picture(key: TryOn) -> None:
    body = {
        "products": [{"externalId": "SKU-1"}],
        "person": {"image": {"source": {"fileKey": "me"}}},
        "externalUserId": "user-7",
        "output": {"keepForDays": 3},
    }
    generation = generation_of(key("POST", "/try-on", body, files={"me": person()}))
    photo = db.session.get_one(Photo, generation.photo_id)
    assert (photo.id[:4], photo.keep_days, photo.is_current) == ("img_", 3, False)
    assert db.session.get_one(Shopper, photo.shopper_id).external_ref == "user-7"
    work(generation)
    assert (generation.expires_at - generation.completed_at).days == 3
