"""partner-api.txt, sentence by sentence."""

from collections.abc import Callable
from io import BytesIO

import jwt
from flask.testing import FlaskClient

from tests.api.conftest import Caller, caller
from tests.pictures import person
from tests.scene import Scene


def test_creating_a_merchant_returns_a_secret_and_a_publishable_key(as_admin: Caller) -> None:
    answer = as_admin("POST", "/partner/v1/admin/merchants", json={"name": "New Shop"})
    assert answer.status_code == 201
    assert answer.json["secret_key"].startswith("dress_sk_live_")
    assert answer.json["publishable_key"].startswith("dress_pk_live_")


def test_an_origin_is_allowed_by_allowed_origins(client: FlaskClient, scene: Scene) -> None:
    headers = {"Authorization": f"Bearer {scene.owner.publishable_key}", "Origin": "https://corner.example"}
    allowed = client.get("/partner/v1/embed-config", headers=headers)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://corner.example"
    refused = client.get("/partner/v1/embed-config", headers=headers | {"Origin": "https://other.example"})
    assert refused.status_code == 403


def test_a_shopper_session_gives_an_access_token_that_is_a_jwt(as_merchant: Caller) -> None:
    answer = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "customer-12345"})
    assert answer.status_code == 200
    assert jwt.decode(answer.json["access_token"], options={"verify_signature": False})["sub"].startswith("shp_")


def test_syncing_a_product_returns_the_product_id_used_for_try_ons(as_merchant: Caller, picture_url: str) -> None:
    body = {
        "external_id": "SKU-001",
        "title": "Blue dress",
        "url": "https://yoursite.com/p/blue-dress",
        "image_urls": [picture_url],
        "gender": "women",
    }
    answer = as_merchant("POST", "/partner/v1/products", json=body)
    assert answer.status_code == 201
    assert answer.json["product_id"].startswith("prd_")


def test_a_shopper_without_a_model_gets_null(as_merchant: Caller, client: FlaskClient) -> None:
    token = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "new"}).json["access_token"]
    answer = caller(client, token)("GET", "/user-model/current")
    assert (answer.status_code, answer.json) == (200, None)


def test_the_model_studio_takes_access_token_and_partner_return(as_merchant: Caller, client: FlaskClient) -> None:
    token = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "new"}).json["access_token"]
    path = f"/embed/model-studio?access_token={token}&partner_return=https://corner.example/return"
    page = client.get(path, follow_redirects=True)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert token not in page.text


def test_embed_config_gives_the_addresses_of_onboarding(client: FlaskClient, scene: Scene, as_merchant: Caller) -> None:
    headers = {"Authorization": f"Bearer {scene.owner.publishable_key}", "Origin": "https://corner.example"}
    config = client.get("/partner/v1/embed-config", headers=headers).json
    token = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "new"}).json["access_token"]
    address = f"{config['public_app_url']}/onboarding?access_token={token}"
    page = client.get(address.removeprefix("http://127.0.0.1:8000"), follow_redirects=True)
    assert page.status_code == 200


def test_a_try_on_is_accepted_with_202_and_a_job_id(as_shopper: Caller, scene: Scene) -> None:
    answer = as_shopper("POST", f"/tryon/{scene.product.id}?async=true")
    assert answer.status_code == 202
    assert answer.json["job_id"].startswith("gen_")


def test_a_completed_job_has_image_urls(as_shopper: Caller, scene: Scene, do_the_work: Callable[[], None]) -> None:
    job_id = as_shopper("POST", f"/tryon/{scene.product.id}?async=true").json["job_id"]
    do_the_work()
    job = as_shopper("GET", f"/tryon/jobs/{job_id}").json
    assert job["status"] == "completed"
    assert job["image_urls"] == [job["image_url"]]


def test_webhooks_can_be_registered_for_completed_and_failed_jobs(as_merchant: Caller) -> None:
    body = {"url": "https://yoursite.com/hooks", "events": ["tryon.job.completed", "tryon.job.failed"]}
    answer = as_merchant("POST", "/partner/v1/webhooks", json=body)
    assert answer.status_code == 201
    assert answer.json["secret"].startswith("whsec_")


def test_the_history_lists_the_shoppers_try_ons(as_shopper: Caller, scene: Scene) -> None:
    job_id = as_shopper("POST", f"/tryon/{scene.product.id}?async=true").json["job_id"]
    history = as_shopper("GET", "/tryon/history").json
    assert [job["job_id"] for job in history["data"]] == [job_id]


def test_usage_takes_the_secret_key(as_merchant: Caller, scene: Scene) -> None:
    answer = as_merchant("GET", "/partner/v1/merchants/me/usage")
    assert answer.status_code == 200
    assert answer.json["merchant_id"] == scene.merchant_id


def test_a_google_key_can_be_put_and_is_never_returned(as_merchant: Caller) -> None:
    key = "AIzaSyD-an-example-key-of-39-characters"
    answer = as_merchant("PUT", "/partner/v1/integrations/google-api-key", json={"api_key": key})
    assert (answer.status_code, answer.json["configured"], answer.json["last4"]) == (200, True, key[-4:])
    assert key not in answer.text
    assert key not in as_merchant("GET", "/partner/v1/integrations/google-api-key").text


def test_a_model_is_created_from_a_photo_with_consent(as_merchant: Caller, client: FlaskClient) -> None:
    token = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "new"}).json["access_token"]
    form = {"photo": (BytesIO(person()), "me.jpg"), "consent": "true"}
    answer = caller(client, token)("POST", "/user-model", data=form)
    assert (answer.status_code, answer.json["status"]) == (201, "ready")
    assert caller(client, token)("GET", "/user-model/current").json["id"] == answer.json["id"]
