"""How long a product lives: for ever, or so many days from its last use; an expired one is as good as gone."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, update
from sqlalchemy.orm.attributes import set_committed_value

from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import table_of, transaction
from tryon.errors import Conflict, NotFound
from tryon.fixed import Fixed
from tryon.ids import new_id
from tryon.straight import write

INLINE_DAYS = 15
"""Of a product described with a try-on."""
ONE_SHOT_DAYS = 7
"""Of one described with a try-on and not given a name."""
DAYS_BY_ORIGIN = {"catalog": None, "inline": INLINE_DAYS, "one_shot": ONE_SHOT_DAYS}
VALID_DAYS_MAX = 365
USED_LATELY = timedelta(minutes=1)
"""A use so soon after another is not written down: all who try a popular product on would wait for its row."""
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


_row = table_of(Product).c
_USE = Fixed(
    update(table_of(Product))
    .where(
        _row.id == bindparam("of_product"),
        _row.deleted_at.is_(None),
        or_(_row.expires_at.is_(None), _row.expires_at > bindparam("moment")),
    )
    .values(last_used_at=bindparam("moment"), expires_at=bindparam("ends_at"), updated_at=_row.updated_at)
)


def note_product_uses(products: Iterable[Product]) -> None:
    """In one order everywhere, so that two outfits of the same pieces never wait for each other."""
    for product in sorted(set(products), key=lambda each: each.id):
        note_product_use(product)


def note_product_use(product: Product) -> None:
    """A product in use lives on: its days are counted from now, to a minute. NotFound if it ended a moment ago."""
    moment = now()
    expires_at = end_of(product.valid_for_days, moment)
    if _was_just_used(product, moment, expires_at):
        return
    with transaction():
        if not write(_USE, {"of_product": product.id, "moment": moment, "ends_at": expires_at}).count:
            raise NotFound("This product is not known, or has expired.", code="unknown_product")
    set_committed_value(product, "last_used_at", moment)
    set_committed_value(product, "expires_at", expires_at)


def _was_just_used(product: Product, moment: datetime, expires_at: datetime | None) -> bool:
    """And has all its days already."""
    if product.last_used_at is None or moment - product.last_used_at >= USED_LATELY or has_ended(product):
        return False
    return expires_at is None or (product.expires_at is not None and expires_at - product.expires_at < USED_LATELY)


def end_of(valid_for_days: int | None, moment: datetime) -> datetime | None:
    """When a product ends that was created, changed or used at that moment; None for never."""
    return None if valid_for_days is None else moment + timedelta(days=valid_for_days)
