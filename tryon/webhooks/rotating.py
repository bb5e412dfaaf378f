"""A new secret for an endpoint, while the old one goes on for a day: receivers have time to learn the new one."""

from datetime import timedelta

from tryon.clock import now
from tryon.db import transaction
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


def secrets_of(endpoint: WebhookEndpoint) -> tuple[str, ...]:
    """Those that sign a message now, the newest first."""
    end = endpoint.previous_secret_expires_at
    if endpoint.previous_secret is None or end is None or end <= now():
        return (endpoint.secret,)
    return endpoint.secret, endpoint.previous_secret
