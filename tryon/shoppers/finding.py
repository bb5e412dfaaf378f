"""A merchant's shopper by the merchant's own name for them: the same name, the same shopper, for ever."""

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tryon.clock import now
from tryon.db import db, known, table_of, transaction
from tryon.errors import FieldProblem, InvalidRequest
from tryon.fixed import Fixed
from tryon.ids import new_id
from tryon.merchants.models import Merchant
from tryon.shoppers.models import Shopper
from tryon.straight import write

GUEST_PREFIX = "_guest_"
"""Of the names that guests of a page get; a merchant's own names can't begin with it."""


def get_or_create_shopper(merchant: Merchant, external_ref: str | None) -> Shopper:
    """The shopper of that reference; a new, nameless one where there is none."""
    if external_ref is not None and external_ref.startswith(GUEST_PREFIX):
        problem = FieldProblem("external_user_ref", f"Names that begin with {GUEST_PREFIX} are given by us.")
        raise InvalidRequest(problem.message, details=[problem])
    return find_or_create(merchant, external_ref)


def find_or_create(merchant: Merchant, external_ref: str | None) -> Shopper:
    shopper = find_shopper(merchant, external_ref) if external_ref else None
    if shopper is not None:
        return shopper
    try:
        with transaction():
            fields = {"merchant_id": merchant.id, "external_ref": external_ref, "created_at": now()}
            shopper_id = new_id("shp")
            write(_NEW, {"id": shopper_id, **fields})
            shopper = known(Shopper, shopper_id, **fields)
    except IntegrityError:  # created by a request at the same moment
        shopper = find_shopper(merchant, external_ref)
        if shopper is None:
            raise
    return shopper


_NEW = Fixed(insert(table_of(Shopper)))


def find_shopper(merchant: Merchant, external_ref: str | None) -> Shopper | None:
    return db.session.scalar(
        select(Shopper).where(Shopper.merchant_id == merchant.id, Shopper.external_ref == external_ref)
    )
