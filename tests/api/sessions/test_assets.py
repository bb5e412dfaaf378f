from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import Caller
from tests.pictures import card, person
from tests.scene import Scene
from tests.shop import Shop
from tryon.db import db
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import erase_photo, find_current_photo
from tryon.wiring import tools


@pytest.fixture
def session_id(as_merchant: Caller) -> str:
    return str(as_merchant("POST", "/v1/sessions", json={"product_id": "SKU-1"}).json["id"])


def send(caller: Caller, data: bytes | None, **fields: str) -> Any:
    form: dict[str, Any] = dict(fields)
    if data is not None:
        form["file"] = (BytesIO(data), "picture.jpg")
    return caller("POST", "/v1/assets", data=form, content_type="multipart/form-data")


def test_a_product_picture_for_a_session_is_the_one_tried_on(
    as_merchant: Caller, client: FlaskClient, scene: Scene, session_id: str
) -> None:
    answer = send(as_merchant, card("blue"), kind="product", session_id=session_id)
    assert answer.status_code == 201, answer.text
    asset = answer.json
    assert (asset["object"], asset["kind"], asset["status"]) == ("asset", "product", "ready")
    assert (asset["session_id"], asset["product_id"], asset["model_id"]) == (session_id, scene.product.id, None)
    assert client.get(asset["image_url"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert as_merchant("GET", f"/v1/assets/{asset['id']}").json == asset
    assert as_merchant("GET", f"/v1/sessions/{session_id}").json["assets"] == [asset]
    db.session.refresh(scene.product)
    assert scene.product.main_image.id != scene.product.images[1].id


def test_a_product_picture_may_come_by_address_for_the_product_alone(as_merchant: Caller, shop: Shop) -> None:
    url = shop.serve("/side.jpg", card("green"))
    body = {"kind": "product", "product_id": "SKU-1", "url": url, "placement": "only"}
    answer = as_merchant("POST", "/v1/assets", json=body)
    assert (answer.status_code, answer.json["session_id"]) == (201, None)
    first = as_merchant("GET", f"/v1/assets/{answer.json['id']}").json
    as_merchant("POST", "/v1/assets", json=body)
    replaced = as_merchant("GET", f"/v1/assets/{first['id']}").json
    assert (replaced["status"], replaced["image_url"]) == ("gone", None)


def test_the_launch_page_starts_with_a_photo_the_merchant_gave(
    as_merchant: Caller, client: FlaskClient, session_id: str
) -> None:
    asset = send(as_merchant, person(), kind="model", session_id=session_id).json
    assert asset["model_id"].startswith("mdl_")
    shopper_id = db.session.get_one(TryOnSession, session_id).shopper_id
    assert find_current_photo(db.session.get_one(Shopper, shopper_id)).id == asset["model_id"]
    page = client.get(f"/s/{session_id}", headers={"User-Agent": "Mozilla/5.0"})
    assert "Use the photo you already gave" in page.text
    erase_photo(db.session.get_one(Photo, asset["model_id"]), storage=tools().storage)
    assert as_merchant("GET", f"/v1/assets/{asset['id']}").json["status"] == "gone"


def test_a_photo_that_cannot_be_used_is_422_with_every_check_and_leaves_nothing(
    as_merchant: Caller, session_id: str
) -> None:
    before = set(tools().storage.keys("photos/"))
    answer = send(as_merchant, card("white"), kind="model", session_id=session_id)
    assert (answer.status_code, answer.json["code"]) == (422, "no_person_found")
    assert answer.json["checks"] == [{"code": "person_visible", "ok": False, "message": "Nobody is here."}]
    assert set(tools().storage.keys("photos/")) == before
    assert as_merchant("GET", f"/v1/sessions/{session_id}").json["assets"] == []


@pytest.mark.parametrize(
    ("data", "fields", "code"),
    [
        (card(), {"kind": "product"}, "invalid_request"),
        (card(), {"kind": "product", "product_id": "SKU-1", "session_id": "tsn_1"}, "invalid_request"),
        (card(), {"kind": "model", "product_id": "SKU-1"}, "invalid_request"),
        (card(), {"kind": "logo", "product_id": "SKU-1"}, "invalid_request"),
        (None, {"kind": "product", "product_id": "SKU-1"}, "file_required"),
        (b"hello", {"kind": "product", "product_id": "SKU-1"}, "invalid_image"),
    ],
)
def test_a_wrong_asset_is_a_400_with_its_code(
    as_merchant: Caller, data: bytes | None, fields: dict[str, str], code: str
) -> None:
    answer = send(as_merchant, data, **fields)
    assert (answer.status_code, answer.json["code"]) == (400, code)


def test_an_address_that_gives_no_picture_is_named(as_merchant: Caller, shop: Shop) -> None:
    body = {"kind": "product", "product_id": "SKU-1", "url": f"{shop.url}/nothing.jpg"}
    answer = as_merchant("POST", "/v1/assets", json=body)
    assert (answer.status_code, answer.json["code"]) == (400, "image_fetch_failed")
    assert answer.json["details"][0]["path"] == "url"
    private = as_merchant("POST", "/v1/assets", json=body | {"url": "http://10.0.0.1/x.jpg"})
    assert (private.status_code, private.json["code"]) == (400, "forbidden_address")


def test_a_session_that_is_over_takes_no_more(as_merchant: Caller, session_id: str) -> None:
    as_merchant("POST", f"/v1/sessions/{session_id}/cancel")
    answer = send(as_merchant, card("blue"), kind="product", session_id=session_id)
    assert (answer.status_code, answer.json["code"]) == (409, "session_over")


def test_the_outsider_can_neither_add_nor_see(as_merchant: Caller, as_outsider: Caller, session_id: str) -> None:
    mine = send(as_merchant, card("blue"), kind="product", session_id=session_id).json
    assert as_outsider("GET", f"/v1/assets/{mine['id']}").json["code"] == "asset_not_found"
    theirs = send(as_outsider, card("blue"), kind="product", session_id=session_id)
    assert (theirs.status_code, theirs.json["code"]) == (404, "session_not_found")
    product = send(as_outsider, card("blue"), kind="product", product_id=mine["product_id"])
    assert (product.status_code, product.json["code"]) == (404, "unknown_product")
