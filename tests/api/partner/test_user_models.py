import io

import pytest

from tests.api.conftest import Caller
from tests.photos.hostile import hostile_uploads
from tests.pictures import card, person
from tests.scene import Scene, work
from tryon.wiring import tools


def upload(as_shopper: Caller, data: bytes, name: str = "me.jpg", consent: str = "true"):
    form = {"photo": (io.BytesIO(data), name), "consent": consent}
    return as_shopper("POST", "/user-model", data=form, content_type="multipart/form-data")


def test_a_photo_becomes_the_shoppers_current_model(as_shopper: Caller) -> None:
    created = upload(as_shopper, person(2))
    assert created.status_code == 201
    assert created.json["id"].startswith("mdl_")
    assert created.json["status"] == "ready"
    assert created.json["body"]["view"] == "front"
    assert as_shopper("GET", "/user-model/current").json["id"] == created.json["id"]
    assert len(as_shopper("GET", "/user-model").json["data"]) == 2


def test_a_shopper_without_a_photo_has_null(as_merchant: Caller, client) -> None:
    token = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "new"}).json["access_token"]
    answer = client.get("/user-model/current", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json is None


def test_without_consent_or_without_a_file_nothing_happens(as_shopper: Caller) -> None:
    refused = upload(as_shopper, person(2), consent="no")
    assert (refused.status_code, refused.json["code"]) == (400, "consent_required")
    missing = as_shopper("POST", "/user-model", data={"consent": "true"}, content_type="multipart/form-data")
    assert (missing.status_code, missing.json["code"]) == (400, "photo_required")


def test_a_photo_of_nobody_is_a_rejected_photo(as_shopper: Caller) -> None:
    answer = upload(as_shopper, card("white"))
    assert (answer.status_code, answer.json["code"]) == (422, "no_person_found")
    assert answer.json["detail"] == "Nobody is here."


def test_a_deleted_photo_is_gone(as_shopper: Caller, scene: Scene) -> None:
    assert as_shopper("DELETE", "/user-model/current").status_code == 204
    assert as_shopper("GET", "/user-model/current").json is None
    assert as_shopper("DELETE", "/user-model/current").status_code == 404
    assert list(tools().storage.keys("photos/")) == []


def test_nobody_deletes_anothers_photo(as_outside_shopper: Caller, as_shopper: Caller, scene: Scene) -> None:
    assert as_outside_shopper("DELETE", f"/user-model/{scene.photo.id}").status_code == 404
    assert as_shopper("GET", "/user-model/current").json["id"] == scene.photo.id


STATUS = {"invalid_image": 400, "image_too_large": 413, "unsupported_image_type": 415, None: (201, 422)}


@pytest.mark.parametrize("name", sorted(hostile_uploads()))
def test_a_hostile_upload_gets_its_code_and_never_a_crash(as_shopper: Caller, name: str) -> None:
    data, code = hostile_uploads()[name]
    answer = upload(as_shopper, data, name=f"{name}.jpg")
    if code is None:
        assert answer.status_code in (201, 422), answer.json
    else:
        assert (answer.status_code, answer.json["code"]) == (STATUS[code], code)


def test_a_body_over_the_limit_is_a_413_problem(as_shopper: Caller) -> None:
    answer = upload(as_shopper, b"x" * (17 * 1024 * 1024))
    assert (answer.status_code, answer.json["code"]) == (413, "payload_too_large")


def test_every_check_of_a_rejected_photo_is_told(as_shopper: Caller) -> None:
    before = set(tools().storage.keys("photos/"))
    answer = upload(as_shopper, card("white"))
    assert answer.json["checks"] == [{"code": "person_visible", "ok": False, "message": "Nobody is here."}]
    assert set(tools().storage.keys("photos/")) == before


def test_a_shopper_picks_one_of_their_models(as_shopper: Caller, as_outside_shopper: Caller, scene: Scene) -> None:
    newer = upload(as_shopper, person(2)).json
    assert newer["is_current"] is True
    picked = as_shopper("PUT", "/user-model/current", json={"id": scene.photo.id})
    assert (picked.status_code, picked.json["id"], picked.json["is_current"]) == (200, scene.photo.id, True)
    current = {row["id"]: row["is_current"] for row in as_shopper("GET", "/user-model").json["data"]}
    assert current == {newer["id"]: False, scene.photo.id: True}
    for caller, name in ((as_outside_shopper, scene.photo.id), (as_shopper, "mdl_none"), (as_shopper, "img_none")):
        answer = caller("PUT", "/user-model/current", json={"id": name})
        assert (answer.status_code, answer.json["code"]) == (404, "model_not_found")


def test_one_of_several_models_can_be_deleted(as_shopper: Caller, scene: Scene) -> None:
    newer = upload(as_shopper, person(2)).json["id"]
    assert as_shopper("DELETE", f"/user-model/{scene.photo.id}").status_code == 204
    assert [row["id"] for row in as_shopper("GET", "/user-model").json["data"]] == [newer]
    assert all(newer in key for key in tools().storage.keys("photos/"))


def test_a_shopper_can_have_everything_deleted_and_nobody_elses_goes(
    as_shopper: Caller, as_outside_shopper: Caller, scene: Scene, outsider_scene: Scene
) -> None:
    work(scene.request())
    assert as_shopper("DELETE", "/user-model").status_code == 204
    left = {key.split("/")[1] for key in tools().storage.keys("") if key.startswith(("photos/", "results/"))}
    assert left == {outsider_scene.merchant_id}
    assert as_shopper("GET", "/user-model/current").json is None
    assert as_shopper("GET", "/tryon/history").json["data"][0].get("image_url") is None
    assert as_outside_shopper("GET", "/user-model/current").json["id"] == outsider_scene.photo.id
