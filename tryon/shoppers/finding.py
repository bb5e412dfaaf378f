"""A merchant's shopper by the merchant's own name for them: the same name, the same shopper, until they are erased."""

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from tryon.clock import now
from tryon.db import db, known, table_of, transaction
from tryon.errors import FieldProblem, InvalidRequest
from tryon.fixed import Fixed
from tryon.ids import new_id
from tryon.merchants.models import Merchant
from tryon.shoppers.models import Shopper
from tryon.straight import read_one, write

GUEST_PREFIX = "_guest_"
"""Of the names that guests of a page get; a merchant's own names can't begin with it."""


def get_or_create_shopper(merchant: Merchant, external_ref: str | None) -> Shopper:
    """The shopper of that reference; a new, nameless one where there is none."""
    _check_name(external_ref)
    return find_or_create(merchant, external_ref)


def find_or_create(merchant: Merchant, external_ref: str | None) -> Shopper:
    shopper = find_shopper(merchant, external_ref) if external_ref else None
    if shopper is not None:
        return shopper
    with transaction():
        return _hold(merchant, external_ref)


def hold_shopper(merchant: Merchant, external_ref: str | None) -> Shopper:
    """The same inside the transaction that writes something of theirs. Whoever erases this shopper at the same moment
    waits for its end, and then finds what was written; or has come first, and somebody new has the name."""
    _check_name(external_ref)
    return _hold(merchant, external_ref)


def find_shopper(merchant: Merchant, external_ref: str | None) -> Shopper | None:
    return db.session.scalar(
        select(Shopper).where(Shopper.merchant_id == merchant.id, Shopper.external_ref == external_ref)
    )


def _check_name(external_ref: str | None) -> None:
    if external_ref is not None and external_ref.startswith(GUEST_PREFIX):
        problem = FieldProblem("external_user_ref", f"Names that begin with {GUEST_PREFIX} are given by us.")
        raise InvalidRequest(problem.message, details=[problem])


def _hold(merchant: Merchant, external_ref: str | None) -> Shopper:
    while True:
        if external_ref is not None:
            found = read_one(_NAMED, merchant_id=merchant.id, external_ref=external_ref)
            if found is not None:
                return known(Shopper, **found._asdict())
        fields = {"merchant_id": merchant.id, "external_ref": external_ref, "created_at": now()}
        made = write(_NEW[db.engine.dialect.name], {"id": new_id("shp"), **fields}).row
        if made is not None:  # else another request made them at this moment
            return known(Shopper, made.id, **fields)


_SHOPPERS = table_of(Shopper)
_NAMED = Fixed(
    select(_SHOPPERS)
    .where(
        _SHOPPERS.c.merchant_id == bindparam("merchant_id"),
        _SHOPPERS.c.external_ref == bindparam("external_ref"),
    )
    .with_for_update(read=True)
)
_NEW = {
    "sqlite": Fixed(sqlite.insert(_SHOPPERS).on_conflict_do_nothing().returning(_SHOPPERS.c.id)),
    "postgresql": Fixed(postgresql.insert(_SHOPPERS).on_conflict_do_nothing().returning(_SHOPPERS.c.id)),
}
