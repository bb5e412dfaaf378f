"""A merchant's view of the engines: which there are for them, how each stands, and what their pictures cost there."""

from typing import Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.answers import Answer, Moment, Page, page
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.engines.registry import get_kind, kinds
from tryon.providers.choosing import Choice, known_accounts
from tryon.providers.models import EngineCall
from tryon.providers.standing import spent_today
from tryon.wiring import tools

blueprint = Blueprint("partner_engines", __name__, url_prefix="/partner/v1/merchants/me")


class EngineAnswer(Answer):
    name: str = Field(examples=["gemini"])
    title: str = Field(examples=["Google Gemini"])
    sent_to: str | None = Field(description="Whom a shopper's photo is sent to; null: it stays on this server.")
    categories: list[str] = Field(description="What it dresses.")
    billed_to: Literal["merchant_key", "credit"] = Field(description="Who pays its pictures.")
    is_used: bool = Field(description="Whether pictures are asked for there at the moment.")
    reason: str | None = Field(description="Why not, in a word.", examples=["key_invalid"])
    message: str = Field(description="The same in a sentence, with what to do.")
    retry_at: Moment | None = Field(description="When one try-on finds out whether it works again.")


class EnginesAnswer(Answer):
    engines: list[EngineAnswer] = Field(description="An engine with two accounts stands here twice, yours first.")
    spent_today_microdollars: int = Field(description="With your own keys, since midnight UTC, as far as calls ended.")


class EngineCallAnswer(Answer):
    id: str
    generation_id: str
    engine: str
    model: str | None
    key_owner: str = Field(description="`merchant` or `operator`: whose account pays.")
    started_at: Moment
    ended_at: Moment | None
    outcome: str | None = Field(description="`ok`, or why no picture came; null while it runs.")
    cost_microdollars: int = Field(description="By the provider's price list; its bill decides.")
    seconds: float | None


@blueprint.get("/engines")
@secret_key
@operation("Show the engines", tag="Merchant", answers={200: EnginesAnswer})
def show() -> EnginesAnswer:
    """Those you may choose, and how they stand."""
    merchant = calling_merchant()
    accounts = known_accounts(merchant.id, tools().settings, kinds())
    return EnginesAnswer(
        engines=[_describe(choice) for choice in accounts], spent_today_microdollars=spent_today(merchant.id)
    )


@blueprint.get("/engine-calls")
@secret_key
@operation("List calls to providers", tag="Merchant", query=PageQuery, answers={200: Page[EngineCallAnswer]})
def list_calls(query: PageQuery) -> Page[EngineCallAnswer]:
    """Each picture that was asked for at a provider for one of your shoppers, newest first."""
    mine = select(EngineCall).where(EngineCall.merchant_id == calling_merchant().id)
    calls, next_cursor = page_of(mine, EngineCall.id, query)
    fields = EngineCallAnswer.model_fields
    return page([EngineCallAnswer(**{name: getattr(call, name) for name in fields}) for call in calls], next_cursor)


def _describe(choice: Choice) -> EngineAnswer:
    kind = get_kind(choice.engine)
    return EngineAnswer(
        name=kind.name,
        title=kind.title,
        sent_to=kind.recipient or None,
        categories=sorted(kind.categories),
        billed_to="merchant_key" if choice.owner == "merchant" else "credit",
        is_used=not choice.closed,
        reason=choice.closed or None,
        message=choice.breaker.merchant_message if choice.owner == "merchant" else "",
        retry_at=choice.breaker.retry_at if choice.closed else None,
    )
