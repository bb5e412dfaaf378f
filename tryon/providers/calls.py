"""The ledger of calls to providers: each is written down before it is made, and again when it ended.

So what a merchant's key spends in a day is known, and how many of their pictures are asked for at the moment.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.merchants.engine_settings import EngineSettings
from tryon.merchants.models import Merchant
from tryon.providers.choosing import SPENT, Choice
from tryon.providers.models import EngineCall
from tryon.usage.plans import midnight

LOST = "lost"
TOO_MANY = "too_many_at_once"
GRACE = timedelta(seconds=30)
"""How much longer than its deadline a call may stay open before its worker counts as gone."""


class LimitReached(Exception):
    """The merchant's own limit; `reason` says which."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def begin_call(merchant_id: str, generation_id: str, choice: Choice, *, seconds: float) -> str:
    """Take a place among the merchant's calls for as long as it may take; returns the call's id.

    Raises LimitReached. Exact, however many begin at once: they come one after the other by the merchant's row.
    """
    moment = now()
    with transaction():
        held = select(Merchant.engine_settings).where(Merchant.id == merchant_id).with_for_update()
        chosen = EngineSettings.kept(db.session.execute(held).scalar_one())
        _check_places(merchant_id, chosen, moment)
        if choice.owner == "merchant":
            _check_spending(merchant_id, chosen, moment)
        call = EngineCall(
            merchant_id=merchant_id,
            generation_id=generation_id,
            engine=choice.engine,
            model=choice.model,
            key_owner=choice.owner or "operator",
            key_fingerprint=choice.fingerprint,
            started_at=moment,
            lost_after=moment + timedelta(seconds=seconds) + GRACE,
        )
        db.session.add(call)
    return call.id


def end_call(
    call_id: str, outcome: str, *, seconds: float, cost_microdollars: int = 0, model: str | None = None
) -> None:
    values = {"ended_at": now(), "outcome": outcome, "cost_microdollars": cost_microdollars, "seconds": seconds}
    with transaction():
        db.session.execute(
            update(EngineCall)
            .where(EngineCall.id == call_id)
            .values(**values | ({"model": model} if model else {}))
            .execution_options(synchronize_session=False)
        )


def end_lost_calls(moment: datetime) -> int:
    """Returns how many. What they cost nobody knows."""
    lost = update(EngineCall).where(EngineCall.ended_at.is_(None), EngineCall.lost_after < moment)
    with transaction():
        ended = db.session.execute(
            lost.values(ended_at=EngineCall.lost_after, outcome=LOST).execution_options(synchronize_session=False)
        )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def delete_old_calls(moment: datetime, keep_days: int, limit: int) -> int:
    """Returns how many."""
    old = select(EngineCall.id).where(EngineCall.started_at < moment - timedelta(days=keep_days)).limit(limit)
    ids = list(db.session.scalars(old))
    if ids:
        with transaction():
            gone = delete(EngineCall).where(EngineCall.id.in_(ids))
            db.session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


def _check_places(merchant_id: str, chosen: EngineSettings, moment: datetime) -> None:
    open_calls = select(func.count()).where(
        EngineCall.merchant_id == merchant_id, EngineCall.ended_at.is_(None), EngineCall.lost_after > moment
    )
    if (db.session.scalar(open_calls) or 0) >= chosen.engine_concurrency_max:
        raise LimitReached(TOO_MANY)


def _check_spending(merchant_id: str, chosen: EngineSettings, moment: datetime) -> None:
    """It may be exceeded by what the calls that are open cost: nobody knows that before they end."""
    if chosen.engine_daily_spend_max is None:
        return
    spent = select(func.sum(EngineCall.cost_microdollars)).where(
        EngineCall.merchant_id == merchant_id,
        EngineCall.started_at >= midnight(moment),
        EngineCall.key_owner == "merchant",
    )
    if int(db.session.scalar(spent) or 0) >= chosen.engine_daily_spend_max:
        raise LimitReached(SPENT)
