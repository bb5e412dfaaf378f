import logging
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.api.conftest import Caller, caller
from tests.scene import Scene
from tryon.clock import iso, now
from tryon.db import db, transaction
from tryon.merchants import rotating
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
        {"kind": "secret", "expires_at": "2099-01-01T00:00:00"},
        {"kind": "secret", "expires_at": "9999-12-31T23:59:59-10:00"},
        {"kind": "secret", "expires_at": 4_102_444_800},
        {"kind": "secret", "expires_at": "4102444800"},
        {"kind": "secret", "usage_limit": 0},
        {"kind": "secret", "usage_limit": "5"},
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


def test_a_test_key_can_not_become_a_live_one(as_merchant: Caller, client: FlaskClient, scene: Scene) -> None:
    live = as_merchant("GET", KEYS).json["data"][0]["id"]
    as_tester = caller(client, make(as_merchant, mode="test")["key"])
    refused = [
        as_tester("POST", KEYS, json={"kind": "secret"}),
        as_tester("POST", KEYS, json={"kind": "publishable", "mode": "live"}),
        as_tester("POST", f"{KEYS}/{live}/rotate"),
        as_tester("PATCH", f"{KEYS}/{live}", json={"expires_at": iso(now() + timedelta(seconds=5))}),
        as_tester("DELETE", f"{KEYS}/{live}"),
    ]
    assert {(answer.status_code, answer.json["code"]) for answer in refused} == {(403, "live_key_needed")}
    assert reason(client, scene.owner.secret_key) is None
    assert as_tester("POST", KEYS, json={"kind": "secret", "mode": "test"}).status_code == 201


def test_keys_that_no_longer_work_make_room(as_merchant: Caller, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotating, "KEYS_MAX", 3)
    made = make(as_merchant)
    full = as_merchant("POST", KEYS, json={"kind": "secret"})
    assert (full.status_code, full.json["code"]) == (409, "too_many_keys")
    with transaction():
        db.session.get_one(ApiKey, made["id"]).expires_at = now()
    make(as_merchant)


def test_a_revoked_key_is_not_brought_back(as_merchant: Caller) -> None:
    path = f"{KEYS}/{make(as_merchant)['id']}"
    as_merchant("DELETE", path)
    again = [as_merchant("POST", f"{path}/rotate"), as_merchant("PATCH", path, json={"expires_at": None})]
    assert {(answer.status_code, answer.json["code"]) for answer in again} == {(409, "key_revoked")}
    assert as_merchant("DELETE", path).status_code == 204


def test_a_keys_text_stands_in_one_answer_and_nowhere_else(
    as_merchant: Caller, app: Flask, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = as_merchant("POST", KEYS, json={"kind": "secret"}, headers={"Idempotency-Key": "once"}).json
    new = as_merchant("POST", f"{KEYS}/{made['id']}/rotate", headers={"Idempotency-Key": "twice"}).json
    reason(app.test_client(), made["key"])
    reason(app.test_client(), new["key"][:-1] + "x")
    answers = [as_merchant("GET", path).text for path in (KEYS, f"{KEYS}/{made['id']}", f"{KEYS}/{new['id']}")]
    rows = [db.session.execute(text(f'SELECT * FROM "{table.name}"')).all() for table in db.metadata.sorted_tables]
    kept = str(rows) + caplog.text + str(answers)
    for key in (made["key"], new["key"], scene.owner.secret_key, scene.owner.publishable_key):
        assert key[-32:] not in kept
    assert made["prefix"] in kept
