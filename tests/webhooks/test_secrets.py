"""Secrets that sign: sealed in the database, followed by others, and both good for a day."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.receiver import Receiver
from tests.together import at_once
from tests.webhooks.conftest import OUTBOUND
from tryon.clock import now
from tryon.db import db, transaction
from tryon.merchants.models import Merchant
from tryon.onboarding import NewMerchant
from tryon.webhooks.deliver import deliver
from tryon.webhooks.emit import emit, emit_callback
from tryon.webhooks.endpoints import create_endpoint
from tryon.webhooks.models import Delivery, WebhookEndpoint
from tryon.webhooks.rotating import callback_secrets_of, rotate_callback_secret, rotate_secret
from tryon.wiring import tools

pytestmark = pytest.mark.both_databases


def tell(owner: NewMerchant) -> None:
    emit(owner.merchant.id, "credits.low", {"balance": 3}, queue=tools().queue)
    deliver_waiting()


def call_back(owner: NewMerchant, shop: Receiver) -> None:
    emit_callback(owner.merchant, "tsn_1", shop.url("/callback"), "session.completed", {"n": 1}, queue=tools().queue)
    deliver_waiting()


def deliver_waiting() -> None:
    for delivery_id in db.session.scalars(select(Delivery.id).filter_by(status="pending")).all():
        deliver(delivery_id, outbound=OUTBOUND)
    db.session.rollback()
    db.session.expire_all()


def verifies(secret: str, shop: Receiver) -> bool:
    """Whether a receiver that knows this secret takes the newest message for ours."""
    heard = shop.heard[-1]
    try:
        Webhook(secret).verify(heard.body, heard.headers)
    except WebhookVerificationError:
        return False
    return True


def test_an_endpoints_message_is_signed_with_both_secrets_for_a_day(
    shop: Receiver, endpoint: WebhookEndpoint, merchant: NewMerchant, outsider: NewMerchant
) -> None:
    theirs = create_endpoint(outsider.merchant, shop.url("/outsider"), ["*"], outbound=OUTBOUND)
    old = endpoint.secret
    new = rotate_secret(endpoint)
    tell(merchant)
    assert (verifies(old, shop), verifies(new, shop), verifies(theirs.secret, shop)) == (True, True, False)
    with transaction():
        endpoint.previous_secret_expires_at = now() - timedelta(seconds=1)
    tell(merchant)
    assert (verifies(old, shop), verifies(new, shop)) == (False, True)
    tell(outsider)
    assert (verifies(theirs.secret, shop), verifies(new, shop)) == (True, False)


def test_a_callback_is_signed_with_both_of_the_merchants_secrets_for_a_day(
    shop: Receiver, merchant: NewMerchant, outsider: NewMerchant
) -> None:
    old, theirs = merchant.merchant.webhook_signing_secret, outsider.merchant.webhook_signing_secret
    new = rotate_callback_secret(merchant.merchant)
    call_back(merchant, shop)
    assert (verifies(old, shop), verifies(new, shop), verifies(theirs, shop)) == (True, True, False)
    with transaction():
        assert merchant.merchant.previous_webhook_secret_expires_at is not None
        merchant.merchant.previous_webhook_secret_expires_at -= timedelta(hours=24)
    call_back(merchant, shop)
    assert (verifies(old, shop), verifies(new, shop)) == (False, True)
    call_back(outsider, shop)
    assert (verifies(theirs, shop), verifies(new, shop)) == (True, False)


def test_two_rotations_at_once_lose_neither_callback_secret(app: Flask, merchant: NewMerchant) -> None:
    made: list[str] = []

    def rotate() -> None:
        made.append(rotate_callback_secret(db.session.get_one(Merchant, merchant.merchant.id)))

    at_once(app, [rotate, rotate])
    assert len(set(made)) == 2
    assert set(callback_secrets_of(db.session.get_one(Merchant, merchant.merchant.id))) == set(made)


def test_the_tables_show_no_secret(endpoint: WebhookEndpoint, merchant: NewMerchant) -> None:
    rotate_secret(endpoint)
    rotate_callback_secret(merchant.merchant)
    written = [
        *db.session.execute(text("SELECT secret, previous_secret FROM webhook_endpoints")).one(),
        *db.session.execute(text("SELECT webhook_signing_secret, previous_webhook_secret FROM merchants")).one(),
    ]
    assert len(set(written)) == 4
    assert not any("whsec_" in column for column in written)


def test_with_another_key_nothing_is_lost_and_with_the_earlier_one_named_it_is_sent(
    shop: Receiver, endpoint: WebhookEndpoint, merchant: NewMerchant
) -> None:
    kit, earlier = tools(), tools().settings
    secrets = {"/hook": endpoint.secret, "/callback": merchant.merchant.webhook_signing_secret}
    kit.settings = earlier.model_copy(update={"secret_key": "another"})
    db.session.expire_all()
    tell(merchant)
    call_back(merchant, shop)
    assert not shop.heard
    for row in db.session.scalars(select(Delivery)):
        assert (row.status, row.attempts, row.claim) == ("pending", 0, None)
        assert row.error == "The secret that signs it can't be read at the moment."
        assert row.next_attempt_at is not None
        assert row.next_attempt_at > now()  # those that can be sent come first
    kit.settings = earlier.model_copy(update={"secret_key": "another", "earlier_secret_keys": [earlier.secret_key]})
    with transaction():
        for row in db.session.scalars(select(Delivery)):
            row.next_attempt_at = now()
    deliver_waiting()
    assert {heard.path for heard in shop.heard} == set(secrets)
    for heard in shop.heard:
        Webhook(secrets[heard.path]).verify(heard.body, heard.headers)
    assert {row.error for row in db.session.scalars(select(Delivery))} == {None}
