"""What a shopper thinks of their picture: kept for the merchant to count, and gone with the shopper."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select

from tryon.db import db, transaction
from tryon.errors import FieldProblem, InvalidRequest
from tryon.generations.models import Generation, Opinion
from tryon.merchants.models import Merchant
from tryon.usage.plans import Period

VERDICTS = ("up", "down")
REASONS = ("fit", "colour", "body", "odd")
"""Why a picture is not liked."""


def give_opinion(generation: Generation, verdict: str | None, reason: str | None = None) -> Opinion | None:
    """In place of an earlier one; without a verdict that one is taken back. A reason goes with a verdict of down only.

    Raises InvalidRequest for words that are none of ours.
    """
    _check(verdict, reason)
    with transaction():
        _hold(generation)
        forget_opinions([generation.id])
        if verdict is None:
            return None
        opinion = Opinion(generation_id=generation.id, verdict=verdict, reason=reason if verdict == "down" else None)
        db.session.add(opinion)
    return opinion


def find_opinion(generation: Generation) -> Opinion | None:
    return db.session.get(Opinion, generation.id, populate_existing=True)


def count_opinions(merchant: Merchant, period: Period) -> dict[str, int]:
    """Verdict → how many of them shoppers gave in that time on live pictures, and did not take back."""
    counted = (
        select(Opinion.verdict, func.count().label("number"))
        .join(Generation, Generation.id == Opinion.generation_id)
        .where(
            Generation.merchant_id == merchant.id,
            Generation.mode == "live",
            Opinion.created_at >= period.start,
            Opinion.created_at < period.end,
        )
        .group_by(Opinion.verdict)
    )
    return dict.fromkeys(VERDICTS, 0) | {row.verdict: row.number for row in db.session.execute(counted)}


def forget_opinions(generation_ids: Iterable[str]) -> None:
    """In the caller's transaction."""
    gone = delete(Opinion).where(Opinion.generation_id.in_(generation_ids))
    db.session.execute(gone.execution_options(synchronize_session="fetch"))


def _hold(generation: Generation) -> None:
    """Of two presses at once the later one counts."""
    db.session.execute(select(Generation.id).where(Generation.id == generation.id).with_for_update())


def _check(verdict: str | None, reason: str | None) -> None:
    problems = []
    if verdict is not None and verdict not in VERDICTS:
        problems.append(FieldProblem("verdict", f"One of {', '.join(VERDICTS)}."))
    if reason is not None and reason not in REASONS:
        problems.append(FieldProblem("reason", f"One of {', '.join(REASONS)}."))
    if problems:
        raise InvalidRequest("This opinion can't be kept.", details=problems)
