from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import Caller, caller
from tests.scene import Scene
from tryon.clock import iso, now
from tryon.db import db, transaction
from tryon.merchants.models import ApiKey

KEYS = "/partner/v1/merchants/me/keys"


def make(as_merchant: Caller, **fields: object) -> dict[str, str]:
    answer = as_merchant("POST", KEYS, json={"kind": "secret"} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json


def reason(client: FlaskClient, key: str) -> str | None:
    answer = caller(client, key)("GET", "/partner/v1/merchants/me")
    return None if answer.status_code == 200 else answer.json["reason"]


def test_a_new_key_works_and_is_shown_once(as_merchant: Caller, client: FlaskClient) -> None:
    made = make(as_merchant, name="Checkout", mode="test")
    assert made["key"].startswith("dress_sk_test_")
    assert reason(client, made["key"]) is None
    listed = as_merchant("GET", KEYS).json["data"]
    assert made["id"] in [key["id"] for key in listed]
    assert made["key"] not in str(listed)


def test_a_revoked_key_is_inactive_and_a_key_can_not_revoke_itself(as_merchant: Caller, client: FlaskClient) -> None:
    made = make(as_merchant)
    itself = caller(client, made["key"])("DELETE", f"{KEYS}/{made['id']}")
    assert (itself.status_code, itself.json["code"]) == (409, "key_in_use")
    assert as_merchant("DELETE", f"{KEYS}/{made['id']}").status_code == 204
    assert reason(client, made["key"]) == "inactive"


def test_an_expired_key_says_so(as_merchant: Caller, client: FlaskClient) -> None:
    made = make(as_merchant, expires_at=iso(now() + timedelta(hours=1)))
    assert reason(client, made["key"]) is None
    with transaction():
        db.session.get_one(ApiKey, made["id"]).expires_at = now()
    assert reason(client, made["key"]) == "expired"


def test_a_capped_key_works_so_often_and_no_more(as_merchant: Caller, client: FlaskClient) -> None:
    made = make(as_merchant, usage_limit=3)
    assert [reason(client, made["key"]) for _ in range(5)] == [None, None, None, "over_limit", "over_limit"]
    shown = as_merchant("GET", f"{KEYS}/{made['id']}").json
    assert (shown["usage_count"], shown["usage_limit"]) == (3, 3)
    as_merchant("PATCH", f"{KEYS}/{made['id']}", json={"usage_limit": None})
    assert reason(client, made["key"]) is None


def test_a_rotated_key_goes_on_for_a_while_beside_the_new_one(as_merchant: Caller, client: FlaskClient) -> None:
    made = make(as_merchant, name="Server", usage_limit=100)
    new = as_merchant("POST", f"{KEYS}/{made['id']}/rotate").json
    assert (new["name"], new["usage_limit"], new["kind"]) == ("Server", 100, "secret")
    assert [reason(client, key) for key in (made["key"], new["key"])] == [None, None]
    at_once = as_merchant("POST", f"{KEYS}/{new['id']}/rotate", json={"overlap_seconds": 0}).json
    assert reason(client, new["key"]) == "expired"
    assert reason(client, at_once["key"]) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "root"},
        {"kind": "secret", "expires_at": "2020-01-01T00:00:00Z"},
        {"kind": "secret", "usage_limit": 0},
    ],
)
def test_what_is_no_key_is_refused(as_merchant: Caller, body: dict[str, object]) -> None:
    assert as_merchant("POST", KEYS, json=body).status_code == 400


def test_the_outsider_can_not_see_change_rotate_or_revoke_it(
    as_merchant: Caller, as_outsider: Caller, client: FlaskClient, scene: Scene
) -> None:
    made = make(as_merchant)
    path = f"{KEYS}/{made['id']}"
    answers = [
        as_outsider("GET", path),
        as_outsider("PATCH", path, json={"name": "mine"}),
        as_outsider("POST", f"{path}/rotate"),
        as_outsider("DELETE", path),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert reason(client, made["key"]) is None
