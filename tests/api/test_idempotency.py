"""The Idempotency-Key: one piece of work for one key, whoever asks for it again and however many do so at once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.api.conftest import Caller
from tests.pictures import person
from tests.scene import Scene
from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.idempotency import KEEP, LEASE, IdempotencyRecord, forget_old
from tryon.merchants.models import Merchant
from tryon.shoppers.models import Photo

SESSIONS = "/partner/v1/sessions"
CUSTOMER = {"external_user_ref": "customer-7"}
KEY = {"Idempotency-Key": "order-7"}

both_databases = pytest.mark.both_databases


@pytest.fixture
def top_up(as_admin: Caller, merchant: Any) -> Callable[..., TestResponse]:
    def call(amount: int = 5, **headers: str) -> TestResponse:
        path = f"/partner/v1/admin/merchants/{merchant.merchant.id}/credits"
        return as_admin("POST", path, json={"amount": amount}, headers=KEY | headers)

    return call


def balance(merchant: Any) -> int:
    db.session.rollback()
    return db.session.scalars(select(Merchant.credit_balance).where(Merchant.id == merchant.merchant.id)).one()


def change_record(**values: Any) -> None:
    with transaction():
        db.session.execute(update(IdempotencyRecord).values(**values))


def records() -> list[IdempotencyRecord]:
    db.session.rollback()
    return list(db.session.scalars(select(IdempotencyRecord)))


@both_databases
def test_the_same_request_gets_the_first_answer_again(as_merchant: Caller) -> None:
    first = as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY)
    second = as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY)
    assert (second.status_code, second.data) == (200, first.data)
    assert second.mimetype == "application/json"
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]


@both_databases
def test_many_at_once_do_the_work_once(app: Flask, settings: Settings, merchant: Any) -> None:
    path = f"/partner/v1/admin/merchants/{merchant.merchant.id}/credits"

    def ask(_: int) -> tuple[int, str]:
        headers = KEY | {"Authorization": f"Bearer {settings.partner_admin_secret}"}
        for _ in range(500):
            answer = app.test_client().post(path, json={"amount": 5}, headers=headers)
            if answer.status_code != 409:
                return answer.status_code, answer.text
            assert answer.json["code"] == "idempotency_in_progress"
            assert int(answer.headers["Retry-After"]) >= 1
            time.sleep(0.01)
        raise AssertionError("the first one never ended")

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(ask, range(24)))
    assert [status for status, _ in answers] == [201]
    assert balance(merchant) == 105


def test_another_body_or_query_with_the_same_key_is_refused(top_up: Caller, merchant: Any) -> None:
    assert top_up(5).status_code == 201
    answer = top_up(6)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_mismatch")
    assert balance(merchant) == 105


def test_while_the_first_runs_the_second_is_told_to_wait(top_up: Caller, merchant: Any) -> None:
    top_up()
    change_record(status=None, sealed_response=None)
    answer = top_up()
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_in_progress")
    assert answer.headers["Retry-After"] == "2"
    assert balance(merchant) == 105


@both_databases
def test_a_request_whose_process_died_is_done_again_after_its_lease(top_up: Caller, merchant: Any) -> None:
    top_up()
    change_record(status=None, sealed_response=None, lease_expires_at=now() - timedelta(seconds=1))
    assert top_up().status_code == 201
    assert balance(merchant) == 110
    assert records()[0].lease_expires_at > now() + LEASE / 2


@both_databases
def test_after_a_day_the_key_is_new_and_its_record_is_swept(top_up: Caller, merchant: Any) -> None:
    top_up()
    change_record(created_at=now() - KEEP)
    assert top_up(6).status_code == 201
    assert balance(merchant) == 111
    assert forget_old(now(), limit=10) == 0
    change_record(created_at=now() - KEEP)
    assert forget_old(now(), limit=10) == 1
    assert records() == []


@both_databases
def test_what_was_refused_is_not_remembered(as_merchant: Caller) -> None:
    refused = as_merchant("POST", SESSIONS, json={"external_user_ref": 7}, headers=KEY)
    assert refused.status_code == 400
    assert records() == []
    assert as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY).status_code == 200


def test_what_crashed_is_not_remembered(as_merchant: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("tryon.api.partner.shoppers.issue_token", lambda *_, **__: 1 / 0)
        assert as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY).status_code == 500
    assert records() == []
    assert as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY).status_code == 200


def test_the_outsiders_key_of_the_same_name_is_another(as_merchant: Caller, as_outsider: Caller) -> None:
    first = as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY)
    other = as_outsider("POST", SESSIONS, json=CUSTOMER, headers=KEY)
    assert other.status_code == 200
    assert other.json["shopper_id"] != first.json["shopper_id"]
    assert "Idempotency-Replayed" not in other.headers


def test_the_same_key_on_another_path_is_another(as_merchant: Caller, scene: Scene) -> None:
    as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY)
    opened = as_merchant("POST", "/v1/sessions", json={"product_id": "SKU-1"}, headers=KEY)
    assert opened.json["object"] == "session"


def test_a_form_counts_by_its_fields_and_files_not_by_its_boundary(as_shopper: Caller, scene: Scene) -> None:
    def give(photo: bytes) -> TestResponse:
        form = {"consent": "true", "photo": (BytesIO(photo), "me.jpg")}
        return as_shopper("POST", "/user-model", data=form, headers=KEY, content_type="multipart/form-data")

    first, second, other = give(person(1)), give(person(1)), give(person(2))
    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 422)
    assert second.json["id"] == first.json["id"]
    assert len(db.session.scalars(select(Photo).where(Photo.shopper_id == scene.shopper.id)).all()) == 2


def test_a_kept_answer_can_not_be_read_in_the_database(as_merchant: Caller) -> None:
    token = as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY).json["access_token"]
    [record] = records()
    assert token not in record.sealed_response
    change_record(sealed_response="not sealed by us")
    answer = as_merchant("POST", SESSIONS, json=CUSTOMER, headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_answer_lost")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "ключ".encode().decode("latin-1")])
def test_a_key_that_is_no_key_is_refused(as_merchant: Caller, key: str) -> None:
    answer = as_merchant("POST", SESSIONS, json=CUSTOMER, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["details"][0]["path"]) == (400, "Idempotency-Key")


def test_other_methods_take_no_notice_of_the_key(client: FlaskClient, as_merchant: Caller) -> None:
    assert as_merchant("GET", "/partner/v1/products", headers=KEY).status_code == 200
    assert records() == []
