"""Who waits for whom over an endpoint's row.

Whoever changes an endpoint, or writes to its deliveries because of it, holds its row first and the deliveries after
it: in this order nobody waits in a circle. Whoever owes it a delivery holds it too, but shares it with others who do
and with those who change it; only who deletes or disables it must wait. An emit comes last of all: by then its
transaction may hold a generation, a session or the merchant, and nobody who holds an endpoint asks for one of those.
SQLite has one writer at a time and needs none of this.
"""

from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from tryon.db import db
from tryon.errors import NotFound
from tryon.webhooks.models import Delivery, WebhookEndpoint


class Listener(NamedTuple):
    """An endpoint to those who only owe it something."""

    id: str
    url: str
    events: list[str]


def lock_endpoint(endpoint_id: str, *, alone: bool = False) -> WebhookEndpoint | None:
    """As it stands now, inside a transaction, for a change; None if it is gone.

    With `alone` nobody is in the midst of owing it anything.
    """
    wanted = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).with_for_update(key_share=not alone)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def lock_deliveries(which: ColumnElement[bool]) -> None:
    """Several at once, oldest first: two who take some of the same don't wait for each other."""
    wanted = select(Delivery.id).where(which).order_by(Delivery.id).with_for_update().subquery()
    db.session.execute(select(func.count()).select_from(wanted))


def reread(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """As it stands now, held until the end of the caller's transaction. Raises NotFound if it is gone meanwhile."""
    found = lock_endpoint(endpoint.id)
    if found is None:
        raise no_such_endpoint()
    return found


def no_such_endpoint() -> NotFound:
    return NotFound("There is no webhook endpoint with this id.", code="endpoint_not_found")


def hold_enabled(merchant_id: str) -> list[Listener]:
    """Whoever hears of things now, none of them deleted before the end of the caller's transaction."""
    columns = select(WebhookEndpoint.id, WebhookEndpoint.url, WebhookEndpoint.events)
    enabled = columns.where(WebhookEndpoint.merchant_id == merchant_id, WebhookEndpoint.status == "enabled")
    held = enabled.order_by(WebhookEndpoint.id).with_for_update(read=True, key_share=True)
    return [Listener(*row) for row in db.session.execute(held)]
