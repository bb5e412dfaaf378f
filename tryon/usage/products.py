"""How many products a merchant has, against what the plan holds."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update

from tryon.config import PlanLimits, Settings
from tryon.db import db, transaction
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.usage.counting import tell_once
from tryon.usage.models import UsageNotice

LONGEST_MONTH = timedelta(days=31)
BATCH = 200


def change_product_count(merchant_id: str, change: int) -> None:
    """Our own catalogue grew or shrank. In the caller's transaction."""
    raised = Merchant.product_count + change
    db.session.execute(
        update(Merchant)
        .where(Merchant.id == merchant_id, raised >= 0)
        .values(product_count=raised)
        .execution_options(synchronize_session=False)
    )


def set_product_count(merchant: Merchant, value: int) -> None:
    """A sister system knows how many there are."""
    with transaction():
        db.session.execute(
            update(Merchant)
            .where(Merchant.id == merchant.id)
            .values(product_count=value)
            .execution_options(synchronize_session=False)
        )
        db.session.refresh(merchant, ["product_count"])


def has_too_many_products(merchant: Merchant, limits: PlanLimits) -> bool:
    return merchant.product_count > limits.products


def tell_of_many_products(moment: datetime, *, queue: JobQueue, settings: Settings) -> int:
    """Returns how many merchants heard of it. For the sweep: catalogues grow in many places, and nobody hurries."""
    told_lately = exists().where(
        UsageNotice.merchant_id == Merchant.id,
        UsageNotice.kind == "product",
        UsageNotice.period_from > moment - LONGEST_MONTH,
    )
    told = 0
    for plan, limits in settings.plans.items():
        over = select(Merchant).where(Merchant.plan == plan, Merchant.product_count > limits.products, ~told_lately)
        for merchant in db.session.scalars(over.limit(BATCH)).all():
            with transaction():
                tell_once(merchant, "product", merchant.product_count, limits.products, queue=queue)
            told += 1
    return told
