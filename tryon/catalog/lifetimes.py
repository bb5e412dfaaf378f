"""How long a product lives: for ever, or so many days from its last use; an expired one is as good as gone."""

from datetime import timedelta

from sqlalchemy import ColumnElement, or_

from tryon.catalog.models import Product
from tryon.clock import now
from tryon.errors import Conflict
from tryon.ids import new_id

INLINE_DAYS = 15
"""Of a product described with a try-on."""
ONE_SHOT_DAYS = 7
"""Of one described with a try-on and not given a name."""
VALID_DAYS_MAX = 365
RESERVED_PREFIX = "_anon_"


def new_one_shot_id() -> str:
    """_anon_ and a ULID: a name for a product whose merchant gave it none."""
    return RESERVED_PREFIX + new_id("").removeprefix("_")


def check_not_reserved(external_id: str) -> None:
    """Raises Conflict for a name that only we give."""
    if external_id.startswith(RESERVED_PREFIX):
        raise Conflict(f"Names that begin with {RESERVED_PREFIX} are given by us.", code="reserved_external_id")


def is_alive() -> ColumnElement[bool]:
    """For queries: neither deleted nor expired, whether or not the sweep has been by."""
    return Product.deleted_at.is_(None) & or_(Product.expires_at.is_(None), Product.expires_at > now())


def has_ended(product: Product) -> bool:
    return product.deleted_at is not None or (product.expires_at is not None and product.expires_at <= now())


def note_product_use(product: Product) -> None:
    """A product in use lives on: its days are counted from now. In the caller's transaction."""
    product.last_used_at = now()
    restart_clock(product)


def restart_clock(product: Product) -> None:
    days = product.valid_for_days
    product.expires_at = None if days is None else now() + timedelta(days=days)
