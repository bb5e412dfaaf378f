"""A merchant's plan: what it holds, and the month it is counted by."""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from tryon.config import PlanLimits, PlanName, Settings
from tryon.merchants.models import Merchant


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment, inclusive, to the last, exclusive; both are midnights, for usage is counted by the day."""

    start: datetime
    end: datetime


def limits_of(merchant: Merchant, settings: Settings) -> PlanLimits:
    return settings.plans[cast(PlanName, merchant.plan)]


def period_of(merchant: Merchant, moment: datetime) -> Period:
    """The merchant's month around `moment`: it begins on the day of the subscription (UTC), or on the last day of a
    month that has no such day."""
    first = midnight(merchant.subscribed_at)
    months = (moment.year - first.year) * 12 + moment.month - first.month
    if _add_months(first, months) > moment:
        months -= 1
    return Period(_add_months(first, months), _add_months(first, months + 1))


def midnight(moment: datetime) -> datetime:
    """At which the day of `moment` begins, in UTC."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _add_months(first: datetime, months: int) -> datetime:
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    return first.replace(year=year, month=month, day=min(first.day, calendar.monthrange(year, month)[1]))
