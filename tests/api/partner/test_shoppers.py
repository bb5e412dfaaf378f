import pytest

from tests.api.conftest import Caller, caller
from tests.scene import Scene


def test_a_shopper_session_gives_a_token_for_the_same_shopper_each_time(as_merchant: Caller, scene: Scene) -> None:
    answers = [
        as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "customer-12345"}).json for _ in "12"
    ]
    assert answers[0]["token_type"] == "Bearer"
    assert answers[0]["expires_in"] == 3600
    assert answers[0]["expires_at"].endswith("Z")
    assert answers[0]["shopper_id"] == answers[1]["shopper_id"]


def test_the_token_opens_the_shoppers_own_things(as_merchant: Caller, client, scene: Scene) -> None:
    token = as_merchant("POST", "/partner/v1/sessions", json={"external_user_ref": "customer-1"}).json["access_token"]
    assert caller(client, token)("GET", "/user-model/current").json["id"] == scene.photo.id


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"external_user_ref": ""},
        {"external_user_ref": 7},
        {"external_user_ref": "x", "ttl_seconds": 59},
        {"external_user_ref": "x", "ttl_seconds": 86401},
    ],
)
def test_a_wrong_body_is_refused(as_merchant: Caller, body: dict[str, object]) -> None:
    answer = as_merchant("POST", "/partner/v1/sessions", json=body)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
    assert answer.json["details"]


def test_a_publishable_key_opens_no_session(client, scene: Scene) -> None:
    call = caller(client, scene.owner.publishable_key)
    assert call("POST", "/partner/v1/sessions", json={"external_user_ref": "x"}).status_code == 401
