"""What a merchant used in a span of time; and what the plan holds for the present month, and what is left of it."""

from dataclasses import dataclass

from sqlalchemy import select

from tryon.clock import now
from tryon.config import PlanLimits, Settings
from tryon.db import db
from tryon.merchants.models import Merchant
from tryon.usage.counting import LIMIT_NAMES, totals
from tryon.usage.models import UsageCount
from tryon.usage.plans import Period, limits_of, period_of
from tryon.usage.products import has_too_many_products

USAGE_WARNING = "Usage limit exceeded for this period"
PRODUCTS_WARNING = "Product limit exceeded for current plan"


@dataclass(frozen=True, slots=True)
class UsageReport:
    merchant: Merchant
    period: Period
    counts: dict[str, int]
    """By kind, of the period."""
    daily: list[tuple[str, dict[str, int]]]
    """Each day of the period on which anything was used: ISO date, and counts by kind."""
    limits: PlanLimits
    counts_of_month: dict[str, int]
    """By kind, of the present month: what the limits are about, whatever period was asked for."""

    @property
    def remaining(self) -> dict[str, int]:
        """By the limit's name; never below zero."""
        left = {name: getattr(self.limits, name) - self.counts_of_month[kind] for kind, name in LIMIT_NAMES.items()}
        left["products"] = self.limits.products - self.merchant.product_count
        return {name: max(0, number) for name, number in left.items()}

    @property
    def warnings(self) -> list[str]:
        over = any(self.counts_of_month[kind] > getattr(self.limits, name) for kind, name in LIMIT_NAMES.items())
        return [USAGE_WARNING] * over + [PRODUCTS_WARNING] * has_too_many_products(self.merchant, self.limits)


def report_usage(merchant: Merchant, period: Period, settings: Settings) -> UsageReport:
    month = period_of(merchant, now())
    counts = totals(merchant.id, period)
    return UsageReport(
        merchant,
        period,
        counts,
        _daily(merchant, period),
        limits_of(merchant, settings),
        counts if month == period else totals(merchant.id, month),
    )


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
