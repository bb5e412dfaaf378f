"""Making one delivery: claim its row, POST with no transaction open, record what became of it.

At least once: a worker that dies between sending and recording leaves a claim that runs out, and the delivery is
sent again with the same webhook-id, by which the receiver knows it.
"""

from tryon.outbound import Outbound
from tryon.webhooks.claiming import claim
from tryon.webhooks.recording import record
from tryon.webhooks.sending import send

JOB_TIMEOUT_SECONDS = 60


def deliver(delivery_id: str, *, outbound: Outbound) -> None:
    """Make one attempt, if one is due and nobody else is making it. Failure is a value on the row, never raised."""
    attempt = claim(delivery_id)
    if attempt is None:
        return
    record(attempt, send(attempt, outbound))
