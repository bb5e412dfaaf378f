"""How long a try-on will still take, from what the latest ones of its kind took; and how many come before it.

They are measured as their shoppers waited, from asking to the picture. What is expected follows from what had been
finished when the try-on was asked for, so it never changes while somebody waits: the time left only falls.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from statistics import median

from sqlalchemy import func, select

from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import db
from tryon.generations.models import Generation, GenerationGarment

LOOKS_BACK = 300
"""Rows, of whatever kind and outcome: ids sort by time of birth, so this reads one short span of them."""
SAMPLES = 20


@dataclass(frozen=True, slots=True)
class Expectation:
    ahead: int
    """Try-ons that wait and came before this one."""
    seconds_left: float | None
    """Below zero where it takes longer than the others took; None where there were none to go by."""


def expect(generation: Generation, *, engine: str) -> Expectation:
    """Of a try-on that is not finished. `engine` is the one that is to make it."""
    ahead = _count_before(generation) if generation.status == "queued" else 0
    product = generation.first_product
    usual = _usual_seconds(generation.id, generation.created_at, product.category, engine)
    waited = (now() - generation.created_at).total_seconds()
    return Expectation(ahead, None if usual is None else usual - waited)


def _count_before(generation: Generation) -> int:
    before = select(func.count()).where(Generation.status == "queued", Generation.id < generation.id)
    return db.session.scalar(before) or 0


@lru_cache(maxsize=512)
def _usual_seconds(generation_id: str, asked_at: datetime, category: str, engine: str) -> float | None:
    """The median of the latest ones. The same for as long as somebody waits, so asked for once."""
    latest = select(Generation.id).where(Generation.id < generation_id).order_by(Generation.id.desc()).limit(LOOKS_BACK)
    finished = (
        select(Generation.created_at, Generation.completed_at)
        .join(GenerationGarment, GenerationGarment.generation_id == Generation.id)
        .join(Product, Product.id == GenerationGarment.product_id)
        .where(
            Generation.id.in_(latest.scalar_subquery()),
            Generation.status == "completed",
            Generation.engine == engine,
            Generation.completed_at <= asked_at,
            GenerationGarment.position == 0,
            Product.category == category,
        )
        .order_by(Generation.id.desc())
        .limit(SAMPLES)
    )
    times = [(end - start).total_seconds() for start, end in db.session.execute(finished) if end is not None]
    return median(times) if times else None
