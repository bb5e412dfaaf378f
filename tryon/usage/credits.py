"""Credits: reserved when a try-on is accepted, spent when it is completed, returned when it fails or is cancelled.

Every change is one conditional UPDATE of the balance and one ledger row, in the caller's transaction. The balance
can't go below zero, whoever comes at the same moment.
"""

from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from tryon.clock import now
from tryon.db import db, table_of, transaction
from tryon.errors import InsufficientCredits, InvalidRequest
from tryon.fixed import Fixed
from tryon.ids import new_id
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.straight import write_together
from tryon.usage.models import CreditEntry
from tryon.webhooks.emit import emit

COST_OF_A_GENERATION = 1


def grant(merchant: Merchant, amount: int, *, note: str | None = None) -> CreditEntry:
    """Add credits to a merchant's balance."""
    if amount < 0:
        raise InvalidRequest("Credits can only be added.")
    with transaction():
        return _change(merchant.id, amount, "granted", note=note)[0]


def reserve(merchant_id: str, generation_id: str) -> int:
    """Take a generation's credit out of the balance, or raise InsufficientCredits. Returns what is left."""
    return _change(merchant_id, -COST_OF_A_GENERATION, "reserved", generation_id=generation_id)[1]


def tell_if_low(merchant_id: str, below: int, *, queue: JobQueue) -> None:
    """The merchant hears once that credits run low, and again only after a grant. In the caller's transaction."""
    told = db.session.execute(
        update(Merchant)
        .where(Merchant.id == merchant_id, Merchant.credit_balance < below, Merchant.credits_low_since.is_(None))
        .values(credits_low_since=now())
        .returning(Merchant.credit_balance)
        .execution_options(synchronize_session=False)
    ).scalar()
    if told is not None:
        emit(merchant_id, "credits.low", {"credit_balance": told, "below": below}, queue=queue)


def spend(merchant_id: str, generation_id: str) -> None:
    """Make the reservation final. The balance was already lowered by `reserve`."""
    if _has_entry(generation_id, "reserved"):
        db.session.add(CreditEntry(merchant_id=merchant_id, generation_id=generation_id, kind="spent", amount=0))


def give_back(merchant_id: str, generation_id: str) -> None:
    """Return a reserved credit; nothing happens where none was reserved."""
    if _has_entry(generation_id, "reserved"):
        _change(merchant_id, COST_OF_A_GENERATION, "returned", generation_id=generation_id)


def _changing(**more: Any) -> Fixed:
    merchants = table_of(Merchant)
    changed = merchants.c.credit_balance + bindparam("added")
    is_allowed = (merchants.c.id == bindparam("of_merchant"), changed >= 0)
    change = update(merchants).where(*is_allowed).values(credit_balance=changed, **more)
    return Fixed(change.returning(merchants.c.credit_balance))


_CHANGE, _GRANT = _changing(), _changing(credits_low_since=None)
_NOTE = Fixed(insert(table_of(CreditEntry)))


def _change(
    merchant_id: str, amount: int, kind: str, *, generation_id: str | None = None, note: str | None = None
) -> tuple[CreditEntry, int]:
    """The new entry, and the balance after it."""
    values = {
        "id": new_id("crd"),
        "merchant_id": merchant_id,
        "generation_id": generation_id,
        "kind": kind,
        "amount": amount,
        "note": note,
        "created_at": now(),
    }
    change = _GRANT if kind == "granted" else _CHANGE
    changed = write_together((_NOTE, [values]), (change, [{"of_merchant": merchant_id, "added": amount}]))[1]
    if changed.row is None:
        raise InsufficientCredits
    balance: int = changed.row.credit_balance
    loaded = db.session.identity_map.get(db.session.identity_key(Merchant, merchant_id))
    if loaded is not None:
        set_committed_value(loaded, "credit_balance", balance)
    return CreditEntry(**values), balance


def _has_entry(generation_id: str, kind: str) -> bool:
    query = select(CreditEntry.id).where(CreditEntry.generation_id == generation_id, CreditEntry.kind == kind)
    return db.session.scalar(query) is not None
