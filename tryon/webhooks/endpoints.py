"""A merchant's webhook endpoints: creating, listing, finding and deleting them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update

from tryon.db import db, transaction
from tryon.errors import Conflict, FieldProblem, ForbiddenAddress, InvalidRequest
from tryon.ids import new_id
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.webhooks.disabling import disable
from tryon.webhooks.events import EVENTS, EVERY_EVENT
from tryon.webhooks.locking import lock_deliveries, lock_endpoint, no_such_endpoint, reread
from tryon.webhooks.models import Delivery, WebhookEndpoint
from tryon.webhooks.signing import make_secret

ENDPOINTS_MAX = 20
DESCRIPTION_MAX_LENGTH = 500


def create_endpoint(
    merchant: Merchant, url: str, events: Sequence[str], *, outbound: Outbound, description: str | None = None
) -> WebhookEndpoint:
    """Raises InvalidRequest or ForbiddenAddress naming each wrong field; Conflict when there are too many already."""
    _check_url(url, outbound)
    wanted = _check_events(events)
    if description is not None and len(description) > DESCRIPTION_MAX_LENGTH:
        raise _wrong("description", f"At most {DESCRIPTION_MAX_LENGTH} characters.")
    with transaction():
        # The merchant's row is locked, so that two requests at one moment can't both take the last place.
        db.session.execute(select(Merchant.id).where(Merchant.id == merchant.id).with_for_update())
        count = select(func.count()).select_from(WebhookEndpoint).filter_by(merchant_id=merchant.id)
        if (db.session.scalar(count) or 0) >= ENDPOINTS_MAX:
            raise Conflict(f"There are {ENDPOINTS_MAX} webhook endpoints already. Delete one first.")
        endpoint = WebhookEndpoint(
            id=new_id("whk"),
            merchant_id=merchant.id,
            url=url,
            events=wanted,
            secret=make_secret(),
            description=description,
            status="enabled",
        )
        db.session.add(endpoint)
    return endpoint


def list_endpoints(merchant: Merchant) -> list[WebhookEndpoint]:
    """Oldest first."""
    found = select(WebhookEndpoint).filter_by(merchant_id=merchant.id).order_by(WebhookEndpoint.id)
    return list(db.session.scalars(found))


def get_endpoint(merchant: Merchant, endpoint_id: str) -> WebhookEndpoint:
    """Raises NotFound, for another merchant's endpoint too."""
    endpoint = db.session.scalar(select(WebhookEndpoint).filter_by(id=endpoint_id, merchant_id=merchant.id))
    if endpoint is None:
        raise no_such_endpoint()
    return endpoint


def change_endpoint(endpoint: WebhookEndpoint, changes: Mapping[str, Any], *, outbound: Outbound) -> None:
    """`changes` may hold url, events, description and status. Raises what `create_endpoint` raises, and NotFound
    where it was deleted meanwhile.

    Enabling it gives it a fresh start: nothing is held against it. Disabling it ends what waits for it.
    """
    values = {name: value for name, value in changes.items() if value is not None or name == "description"}
    if "url" in values:
        _check_url(values["url"], outbound)
    if "events" in values:
        values["events"] = _check_events(values["events"])
    if values.get("status") == "enabled":
        values |= {"failing_since": None, "disabled_reason": None}
    with transaction():
        endpoint = reread(endpoint)
        for name, value in values.items():
            setattr(endpoint, name, value)
        if values.get("status") == "disabled":
            disable(endpoint, endpoint.disabled_reason)


def delete_endpoint(merchant: Merchant, endpoint_id: str) -> None:
    """What it is still owed is not sent any more; its past deliveries stay in the log. Raises NotFound."""
    with transaction():
        endpoint = lock_endpoint(endpoint_id, alone=True)
        if endpoint is None or endpoint.merchant_id != merchant.id:
            raise no_such_endpoint()
        lock_deliveries(Delivery.endpoint_id == endpoint_id)
        owed = update(Delivery).where(Delivery.endpoint_id == endpoint_id, Delivery.status == "pending")
        ended = {"status": "failed", "claim": None, "next_attempt_at": None, "error": "The endpoint was deleted."}
        db.session.execute(owed.values(ended))
        db.session.execute(update(Delivery).where(Delivery.endpoint_id == endpoint_id).values(endpoint_id=None))
        db.session.execute(delete(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id))


def _check_url(url: str, outbound: Outbound) -> None:
    try:
        is_exempt = outbound.is_exempt(url)
    except ForbiddenAddress as error:
        raise ForbiddenAddress(error.message, details=[FieldProblem("url", error.message)]) from error
    if urlsplit(url).scheme.lower() != "https" and not is_exempt:
        raise _wrong("url", "A webhook address must begin with https://.")


def _check_events(events: Sequence[str]) -> list[str]:
    """Without repetitions, in the order given."""
    known = f'"{EVERY_EVENT}" for all, or any of: {", ".join(EVENTS)}.'
    if not events:
        raise _wrong("events", f"Name at least one event: {known}")
    problems = [
        FieldProblem(f"events.{index}", f"There is no such event. Use {known}")
        for index, name in enumerate(events)
        if name not in EVENTS and name != EVERY_EVENT
    ]
    if problems:
        raise InvalidRequest(problems[0].message, details=problems)
    return list(dict.fromkeys(events))


def _wrong(path: str, message: str) -> InvalidRequest:
    return InvalidRequest(message, details=[FieldProblem(path, message)])
