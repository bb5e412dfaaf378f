"""How many of a merchant's shoppers gave a photo, how many tried something on, and which engines made it."""

from sqlalchemy import func, select

from tryon.db import db
from tryon.generations.models import Generation
from tryon.merchants.models import Merchant
from tryon.shoppers.models import Photo
from tryon.usage.plans import Period


def count_people_with_model(merchant: Merchant, period: Period) -> int:
    """Who gave a photo in that time, whether or not it is still kept."""
    query = select(func.count(Photo.shopper_id.distinct())).where(
        Photo.merchant_id == merchant.id,
        Photo.created_at >= period.start,
        Photo.created_at < period.end,
        Photo.mode == "live",
        Photo.id.startswith("mdl_"),  # what a merchant's server uploaded is no shopper's model
    )
    return db.session.scalar(query) or 0


def count_people_with_try_on(merchant: Merchant, period: Period) -> int:
    """Of live try-ons that came out."""
    query = select(func.count(Generation.shopper_id.distinct())).where(
        Generation.merchant_id == merchant.id,
        Generation.completed_at >= period.start,
        Generation.completed_at < period.end,
        Generation.status == "completed",
        Generation.mode == "live",
    )
    return db.session.scalar(query) or 0


def count_by_engine(merchant: Merchant, period: Period) -> dict[str, int]:
    """Live try-ons that came out, by the engine that made them."""
    query = (
        select(Generation.engine, func.count())
        .where(
            Generation.merchant_id == merchant.id,
            Generation.completed_at >= period.start,
            Generation.completed_at < period.end,
            Generation.status == "completed",
            Generation.mode == "live",
        )
        .group_by(Generation.engine)
        .order_by(Generation.engine)
    )
    return {engine: number for engine, number in db.session.execute(query) if engine}
