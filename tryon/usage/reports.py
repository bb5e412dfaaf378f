"""What a merchant used in a span of time, what the plan holds, and what is left."""

from dataclasses import dataclass

from sqlalchemy import select

from tryon.config import PlanLimits, Settings
from tryon.db import db
from tryon.merchants.models import Merchant
from tryon.usage.counting import LIMIT_NAMES, total
from tryon.usage.models import UsageCount
from tryon.usage.plans import Period, limits_of

USAGE_WARNING = "Usage limit exceeded for this period"
PRODUCTS_WARNING = "Product limit exceeded for current plan"


@dataclass(frozen=True, slots=True)
class UsageReport:
    merchant: Merchant
    period: Period
    counts: dict[str, int]
    """By kind."""
    limits: PlanLimits
    daily: list[tuple[str, dict[str, int]]]
    """Each day on which anything was used: ISO date, and counts by kind."""

    @property
    def remaining(self) -> dict[str, int]:
        """By the limit's name; never below zero."""
        left = {name: getattr(self.limits, name) - self.counts[kind] for kind, name in LIMIT_NAMES.items()}
        left["products"] = self.limits.products - self.merchant.product_count
        return {name: max(0, number) for name, number in left.items()}

    @property
    def warnings(self) -> list[str]:
        over = any(self.counts[kind] > getattr(self.limits, name) for kind, name in LIMIT_NAMES.items())
        return [USAGE_WARNING] * over + [PRODUCTS_WARNING] * has_too_many_products(self.merchant, self.limits)


def has_too_many_products(merchant: Merchant, limits: PlanLimits) -> bool:
    return merchant.product_count > limits.products


def report_usage(merchant: Merchant, period: Period, settings: Settings) -> UsageReport:
    counts = {kind: total(merchant.id, kind, period) for kind in LIMIT_NAMES}  # type: ignore[arg-type]
    return UsageReport(merchant, period, counts, limits_of(merchant, settings), _daily(merchant, period))


def _daily(merchant: Merchant, period: Period) -> list[tuple[str, dict[str, int]]]:
    query = (
        select(UsageCount.day, UsageCount.kind, UsageCount.count)
        .where(
            UsageCount.merchant_id == merchant.id,
            UsageCount.day >= period.start.date(),
            UsageCount.day < period.end.date(),
        )
        .order_by(UsageCount.day)
    )
    days: dict[str, dict[str, int]] = {}
    for day, kind, count in db.session.execute(query):
        days.setdefault(day.isoformat(), dict.fromkeys(LIMIT_NAMES, 0))[kind] = count
    return list(days.items())
