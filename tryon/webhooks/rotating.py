"""A new secret, while the old one goes on for a day: receivers have time to learn the new one."""

from datetime import datetime, timedelta

from sqlalchemy import select

from tryon.clock import now
from tryon.db import db, transaction
from tryon.merchants.models import Merchant
from tryon.webhooks.locking import reread
from tryon.webhooks.models import WebhookEndpoint
from tryon.webhooks.signing import make_secret

OVERLAP = timedelta(hours=24)


def rotate_secret(endpoint: WebhookEndpoint) -> str:
    """The new secret, which is shown once. The one before goes on; one that was before that ends now.

    Of two rotations at once, one comes after the other: both new secrets sign. Raises NotFound where the endpoint was
    deleted meanwhile.
    """
    with transaction():
        endpoint = reread(endpoint)
        endpoint.previous_secret, endpoint.previous_secret_expires_at = endpoint.secret, now() + OVERLAP
        endpoint.secret = make_secret()
    return endpoint.secret


def rotate_callback_secret(merchant: Merchant) -> str:
    """The same for the merchant's own secret, which signs session callbacks."""
    with transaction():
        locked = select(Merchant).where(Merchant.id == merchant.id).with_for_update(key_share=True)
        merchant = db.session.scalars(locked.execution_options(populate_existing=True)).one()
        merchant.previous_webhook_secret = merchant.webhook_signing_secret
        merchant.previous_webhook_secret_expires_at = now() + OVERLAP
        merchant.webhook_signing_secret = make_secret()
    return merchant.webhook_signing_secret


def secrets_of(endpoint: WebhookEndpoint) -> tuple[str, ...]:
    """Those that sign a message now, the newest first. Raises SealBroken."""
    return _present(endpoint.secret, endpoint.previous_secret, endpoint.previous_secret_expires_at)


def callback_secrets_of(merchant: Merchant) -> tuple[str, ...]:
    """Those that sign a callback now, the newest first. Raises SealBroken."""
    end = merchant.previous_webhook_secret_expires_at
    return _present(merchant.webhook_signing_secret, merchant.previous_webhook_secret, end)


def _present(newest: str, previous: str | None, previous_ends_at: datetime | None) -> tuple[str, ...]:
    if previous is None or previous_ends_at is None or previous_ends_at <= now():
        return (newest,)
    return newest, previous
