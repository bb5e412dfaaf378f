from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Unauthorized
from tryon.merchants.keys import authenticate, find_key, make_key
from tryon.merchants.models import ApiKey
from tryon.onboarding import NewMerchant, create_merchant


def test_a_key_proves_its_merchant(merchant: NewMerchant, outsider: NewMerchant) -> None:
    assert authenticate(merchant.secret_key, "secret").merchant.id == merchant.merchant.id
    assert authenticate(outsider.publishable_key, "publishable").merchant.id == outsider.merchant.id


def test_a_key_says_what_it_is_in_its_first_letters(merchant: NewMerchant) -> None:
    assert merchant.secret_key.startswith("dress_sk_live_")
    assert merchant.publishable_key.startswith("dress_pk_live_")
    with transaction():
        assert make_key(merchant.merchant, "secret", "test").startswith("dress_sk_test_")


def test_the_database_does_not_hold_the_key_itself(merchant: NewMerchant) -> None:
    keys = db.session.scalars(select(ApiKey)).all()
    assert keys
    for key in keys:
        assert merchant.secret_key not in (key.prefix, key.hash)
        assert len(key.prefix) < len(merchant.secret_key) - 30


@pytest.mark.parametrize("text", ["", "x", "dress_sk_live_short", "dress_sk_live_" + "a" * 40, "Bearer é" * 9])
def test_an_unknown_key_is_refused(merchant: NewMerchant, text: str) -> None:
    with pytest.raises(Unauthorized) as refusal:
        authenticate(text, "secret")
    assert refusal.value.reason == "not_found"


def test_a_key_with_the_right_prefix_and_a_wrong_proof_is_refused(merchant: NewMerchant) -> None:
    forged = merchant.secret_key[:-1] + ("a" if merchant.secret_key[-1] != "a" else "b")
    with pytest.raises(Unauthorized) as refusal:
        authenticate(forged, "secret")
    assert refusal.value.reason == "not_found"


def test_a_publishable_key_is_no_secret_key(merchant: NewMerchant) -> None:
    with pytest.raises(Unauthorized):
        authenticate(merchant.publishable_key, "secret")


@pytest.mark.parametrize(("field", "reason"), [("revoked_at", "inactive"), ("expires_at", "expired")])
def test_a_revoked_or_expired_key_says_so(merchant: NewMerchant, field: str, reason: str) -> None:
    with transaction():
        setattr(find_key(merchant.secret_key), field, now() - timedelta(seconds=1))
    with pytest.raises(Unauthorized) as refusal:
        authenticate(merchant.secret_key, "secret")
    assert refusal.value.reason == reason


def test_no_key_of_a_deactivated_merchant_works(merchant: NewMerchant) -> None:
    with transaction():
        merchant.merchant.deactivated_at = now()
    with pytest.raises(Unauthorized) as refusal:
        authenticate(merchant.secret_key, "secret")
    assert refusal.value.reason == "inactive"


@pytest.mark.both_databases
def test_a_key_with_a_limit_makes_exactly_so_many_calls_whoever_calls_at_once(app: Flask) -> None:
    merchant = create_merchant("Busy Shop")
    with transaction():
        key = db.session.scalars(select(ApiKey).where(ApiKey.kind == "secret")).one()
        key.usage_limit = 5

    def call(_: int) -> str | None:
        with app.app_context():
            try:
                authenticate(merchant.secret_key, "secret")
            except Unauthorized as refusal:
                return refusal.reason
            return None

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(call, range(12)))
    assert sorted(map(str, outcomes)) == ["None"] * 5 + ["over_limit"] * 7
    db.session.refresh(key)
    assert key.usage_count == 5
    assert key.last_used_at is not None
