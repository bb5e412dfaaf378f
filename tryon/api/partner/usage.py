"""What a merchant used, what the plan holds, and the credit ledger."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from flask import Blueprint
from pydantic import AwareDatetime, BeforeValidator, Field
from sqlalchemy import select

from tryon.api.answers import Answer, Moment, Page, page
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Query
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.clock import now
from tryon.errors import FieldProblem, InvalidRequest
from tryon.generations.opinions import count_opinions
from tryon.generations.people import count_by_engine, count_people_with_model, count_people_with_try_on
from tryon.merchants.models import Merchant
from tryon.usage.models import CreditEntry
from tryon.usage.plans import Period, midnight, period_of
from tryon.usage.reports import report_usage
from tryon.wiring import tools

blueprint = Blueprint("partner_usage", __name__, url_prefix="/partner/v1/merchants/me")


def _check_day(given: object) -> object:
    """Before it is parsed: neither seconds since 1970 nor years that no calendar arithmetic survives."""
    if not re.match(r"20\d\d-\d\d-\d\d", str(given)):
        raise ValueError("must begin with a day, as 2026-03-24")
    return given


DayOrMoment = Annotated[AwareDatetime | date, Field(union_mode="left_to_right"), BeforeValidator(_check_day)]
"""2026-03-24, or 2026-03-24T18:00:00Z."""


class UsageQuery(Query):
    """Nothing given: the present month of the plan."""

    start: DayOrMoment | None = Field(
        default=None,
        alias="from",
        description="A day, or a moment with its time zone, of whose day (UTC) all is counted.",
        examples=["2026-03-01"],
    )
    end: DayOrMoment | None = Field(
        default=None,
        alias="to",
        description="The first day no longer counted; or a moment, of whose day all before it is asked for.",
        examples=["2026-04-01"],
    )


class LimitsAnswer(Answer):
    try_ons: int
    ar_try_ons: int
    user_models: int
    api_calls: int
    products: int


class DayAnswer(Answer):
    day: str = Field(examples=["2026-03-24"])
    try_on_count: int
    ar_try_on_count: int
    user_model_generation_count: int
    api_call_count: int


class OpinionsAnswer(Answer):
    up: int = Field(description="Thumbs up.")
    down: int = Field(description="Thumbs down.")


class UsageAnswer(Answer):
    merchant_id: str
    plan: str
    period_from: Moment
    period_to: Moment
    try_on_count: int = Field(description="Live try-ons that came out, and what a sister system reported.")
    user_model_generation_count: int
    users_with_model_count: int
    users_with_try_on_count: int
    ar_try_on_count: int
    api_call_count: int = Field(description="A few seconds behind.")
    product_count: int
    limits: LimitsAnswer = Field(description="Of a month. Going over them is told, not refused.")
    remaining: LimitsAnswer = Field(description="Of the present month, whatever period was asked for.")
    credit_balance: int = Field(description="Hard: without a credit no try-on is accepted.")
    warnings: list[str] = Field(
        description="Which limits are exceeded at present.",
        examples=[["Usage limit exceeded for this period", "Product limit exceeded for current plan"]],
    )
    engines: dict[str, int] = Field(
        description="Live try-ons that came out, by the engine that really made them.",
        examples=[{"gemini": 120, "local": 7}],
    )
    opinions: OpinionsAnswer = Field(description="What shoppers thought of live pictures, as they last said.")
    daily: list[DayAnswer] = Field(description="Days on which anything was used.")


class CreditEntryAnswer(Answer):
    id: str
    kind: str = Field(description="`granted`, `reserved`, `spent` or `returned`.")
    amount: int = Field(description="What it added to the balance.")
    generation_id: str | None
    note: str | None
    created_at: Moment


@blueprint.get("/usage")
@secret_key
@operation("Show usage", tag="Usage", query=UsageQuery, answers={200: UsageAnswer})
def show(query: UsageQuery) -> UsageAnswer:
    """Only successful, billable work counts: nothing made with a test key, nothing that failed."""
    merchant = calling_merchant()
    period = _period(merchant, query)
    report = report_usage(merchant, period, tools().settings)
    counts, limits = report.counts, report.limits
    return UsageAnswer(
        merchant_id=merchant.id,
        plan=merchant.plan,
        period_from=period.start,
        period_to=period.end,
        try_on_count=counts["try_on"],
        user_model_generation_count=counts["user_model"],
        users_with_model_count=count_people_with_model(merchant, period),
        users_with_try_on_count=count_people_with_try_on(merchant, period),
        ar_try_on_count=counts["ar_try_on"],
        api_call_count=counts["api_call"],
        product_count=merchant.product_count,
        limits=LimitsAnswer(**{name: getattr(limits, name) for name in LimitsAnswer.model_fields}),
        remaining=LimitsAnswer(**report.remaining),
        credit_balance=merchant.credit_balance,
        warnings=report.warnings,
        engines=count_by_engine(merchant, period),
        opinions=OpinionsAnswer(**count_opinions(merchant, period)),
        daily=[_day(day, of_day) for day, of_day in report.daily],
    )


@blueprint.get("/credits")
@secret_key
@operation("List the credit ledger", tag="Usage", query=PageQuery, answers={200: Page[CreditEntryAnswer]})
def list_credits(query: PageQuery) -> Page[CreditEntryAnswer]:
    """Every change of the balance, newest first; their sum is the balance."""
    rows = select(CreditEntry).where(CreditEntry.merchant_id == calling_merchant().id)
    entries, next_cursor = page_of(rows, CreditEntry.id, query)
    answers = [
        CreditEntryAnswer(
            id=entry.id,
            kind=entry.kind,
            amount=entry.amount,
            generation_id=entry.generation_id,
            note=entry.note,
            created_at=entry.created_at,
        )
        for entry in entries
    ]
    return page(answers, next_cursor)


def _period(merchant: Merchant, query: UsageQuery) -> Period:
    present = period_of(merchant, now())
    start = midnight(_moment(query.start)) if query.start else present.start
    end = _midnight_after(_moment(query.end)) if query.end else present.end
    if end <= start:
        problem = FieldProblem("to", "Must be after `from`.")
        raise InvalidRequest("The period is not valid.", details=[problem])
    return Period(start, end)


def _moment(given: datetime | date) -> datetime:
    return given if isinstance(given, datetime) else datetime.combine(given, time(), UTC)


def _midnight_after(moment: datetime) -> datetime:
    """A midnight is its own."""
    before = midnight(moment)
    return before if before == moment else before + timedelta(days=1)


def _day(day: str, counts: dict[str, int]) -> DayAnswer:
    return DayAnswer(
        day=day,
        try_on_count=counts["try_on"],
        ar_try_on_count=counts["ar_try_on"],
        user_model_generation_count=counts["user_model"],
        api_call_count=counts["api_call"],
    )
