"""Conditions for lists of sessions, so that each is answered from an index of ids."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from tryon.catalog.models import Product
from tryon.clock import now
from tryon.ids import first_id
from tryon.merchants.models import Merchant
from tryon.sessions.models import IDLE, TryOnSession

CLOCKS_APART = timedelta(minutes=1)
"""An id and `created_at` are taken a moment after one another."""


def standing(status: str) -> ColumnElement[bool]:
    """In this state, as `TryOnSession.status_at` tells it now: overdue ones count as expired before the sweep comes."""
    is_overdue = TryOnSession.expires_at <= now()
    if status == "expired":
        return or_(TryOnSession.status == "expired", and_(TryOnSession.status.in_(IDLE), is_overdue))
    if status in IDLE:
        return and_(TryOnSession.status == status, ~is_overdue)
    return TryOnSession.status == status


def of_product(merchant: Merchant, name: str) -> ColumnElement[bool]:
    """By the merchant's SKU or our id, also of a product that is no longer there."""
    named = or_(Product.external_id == name, Product.id == name)
    return TryOnSession.product_id.in_(select(Product.id).where(Product.merchant_id == merchant.id, named))


def created_between(start: datetime | None, end: datetime | None) -> Iterator[ColumnElement[bool]]:
    """From `start` on and before `end`. Ids sort by birth, so a range of ids finds them; the moment itself decides."""
    if start is not None:
        yield TryOnSession.created_at >= start
        yield TryOnSession.id >= first_id("tsn", _moved(start, -CLOCKS_APART))
    if end is not None:
        yield TryOnSession.created_at < end
        yield TryOnSession.id < first_id("tsn", _moved(end, CLOCKS_APART))


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment
