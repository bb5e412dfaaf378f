"""Uploading a person's picture, deleting it, and wiping everything of a customer."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.seeds.conftest import TryOn
from tests.api.tryon.bodies import files, generation_of, of
from tests.pictures import person
from tests.scene import Scene, work
from tryon.db import db
from tryon.generations.models import Generation
from tryon.shoppers.finding import find_shopper

PREFIXES = pytest.mark.parametrize("prefix", ["", "/tryon/v1"])


def send(client: FlaskClient, scene: Scene, **form: object) -> TestResponse:
    return client.post("/images/upload", data=form, headers={"x-api-key": scene.owner.secret_key})


def outsiders(client: FlaskClient, outsider_scene: Scene, method: str, path: str) -> TestResponse:
    return client.open(path, method=method, headers={"x-api-key": outsider_scene.owner.secret_key})


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "FILE_REQUIRED"),
        ({"file": "https://shop.example/me.jpg"}, "INVALID_IMAGE_INPUT"),
        ({"file": ""}, "INVALID_IMAGE_INPUT"),
        ({"file": (BytesIO(b""), "me.jpg")}, "INVALID_IMAGE"),
        ({"file": (BytesIO(b"not a picture"), "me.jpg")}, "INVALID_IMAGE"),
        ({"file": (BytesIO(b"GIF89a" + bytes(64)), "me.gif")}, "UNSUPPORTED_IMAGE_TYPE"),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_kept(
    client: FlaskClient, scene: Scene, form: dict[str, object], code: str
) -> None:
    before = files()
    answer = send(client, scene, **form)
    assert answer.json["code"] == code
    assert answer.status_code == (415 if code.startswith("UNSUPPORTED") else 400)
    assert files() == before


@PREFIXES
def test_an_upload_can_be_deleted_and_is_not_there_any_more(
    key: TryOn, image_id: str, client: FlaskClient, outsider_scene: Scene, prefix: str
) -> None:
    path = f"{prefix}/images/{image_id}"
    assert outsiders(client, outsider_scene, "DELETE", path).json["code"] == "IMAGE_NOT_FOUND"
    assert any(image_id in name for name in files())
    assert key("DELETE", path).status_code == 204
    assert not any(image_id in name for name in files())
    assert key("DELETE", path).json["code"] == "IMAGE_NOT_FOUND"
    refused = key("POST", "/try-on", {"products": [{"externalId": "SKU-1"}], "person": of(image_id)})
    assert refused.json["code"] == "IMAGE_NOT_FOUND"


def test_a_try_on_that_waits_for_a_deleted_upload_fails_and_its_credit_comes_back(
    key: TryOn, image_id: str, scene: Scene
) -> None:
    generation = generation_of(key("POST", "/try-on", {"products": [{"externalId": "SKU-1"}], "person": of(image_id)}))
    assert key("DELETE", f"/images/{image_id}").status_code == 204
    assert work(generation) == "failed"
    assert key("GET", f"/generations/{generation.id}").json["errorCode"] == "IMAGE_NOT_FOUND"
    assert key("GET", "/account/credits").json == {"creditBalance": 100}


@PREFIXES
@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["nobody", "a%00b", "n" * 400, "a/b/c", "_guest_x", "%F0%9F%91%97"])
def test_wiping_somebody_who_is_not_known_is_answered_alike(key: TryOn, prefix: str, name: str) -> None:
    answer = key("DELETE", f"{prefix}/customers/{name}")
    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.both_databases
def test_wiping_a_customer_leaves_the_outsiders_customer_of_that_name_alone(
    key: TryOn, scene: Scene, outsider_scene: Scene
) -> None:
    for each in (scene, outsider_scene):
        work(each.request())
    theirs = {name for name in files() if outsider_scene.merchant_id in name}
    assert key("DELETE", "/customers/customer-1").status_code == 204
    assert {name for name in files() if name.startswith(("photos/", "results/"))} == {
        name for name in theirs if name.startswith(("photos/", "results/"))
    }
    assert find_shopper(scene.owner.merchant, "customer-1") is None
    assert find_shopper(outsider_scene.owner.merchant, "customer-1") is not None


def test_a_customer_can_be_wiped_only_with_a_key(client: FlaskClient, scene: Scene) -> None:
    for name in ("customer-1", "a%00b", "n" * 400):
        answer = client.delete(f"/customers/{name}")
        assert (answer.status_code, answer.json["code"]) == (401, "MISSING_API_KEY")
    assert db.session.get_one(Generation, scene.request().id).shopper_id == scene.shopper.id


def test_an_upload_may_come_in_any_kind_of_picture(client: FlaskClient, scene: Scene) -> None:
    assert send(client, scene, file=(BytesIO(person()), "me.bin")).status_code == 200
