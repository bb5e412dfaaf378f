"""A merchant as the partner surface shows it, to the operator and to the merchant."""

from typing import Annotated, Any

from pydantic import Field

from tryon.api.answers import Answer, Moment
from tryon.api.bodies import Body
from tryon.merchants.editing import change_merchant
from tryon.merchants.engine_settings import Concurrency, EngineName, EngineSettings, Fallbacks, Microdollars
from tryon.merchants.models import Merchant
from tryon.merchants.origins import ORIGINS_MAX
from tryon.providers.preferring import change_engine_settings, check_engine_changes
from tryon.wiring import tools

ENGINE_FIELDS = EngineSettings.model_fields

MerchantName = Annotated[str, Field(min_length=1, max_length=200)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?$")]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Origins = Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=ORIGINS_MAX)]


class MerchantAnswer(Answer):
    merchant_id: str
    name: str
    slug: str
    plan: str
    email: str | None
    allowed_origins: list[str]
    credit_balance: int
    active: bool
    engine: str
    engine_fallback: list[str]
    engine_daily_spend_max: int | None
    engine_concurrency_max: int
    subscribed_at: Moment = Field(description="Where the plan's month begins.")
    created_at: Moment


class EngineChanges(Body):
    """Which engines make the pictures; null puts a field back to its default."""

    engine: EngineName | None = Field(default=None, description=ENGINE_FIELDS["engine"].description, examples=["auto"])
    engine_fallback: Fallbacks | None = Field(
        default=None, description=ENGINE_FIELDS["engine_fallback"].description, examples=[["local"]]
    )
    engine_daily_spend_max: Microdollars | None = Field(
        default=None, description=ENGINE_FIELDS["engine_daily_spend_max"].description, examples=[20_000_000]
    )
    engine_concurrency_max: Concurrency | None = Field(
        default=None, description=ENGINE_FIELDS["engine_concurrency_max"].description
    )


def describe_merchant(merchant: Merchant) -> MerchantAnswer:
    chosen = EngineSettings.of(merchant)
    return MerchantAnswer(
        merchant_id=merchant.id,
        name=merchant.name,
        slug=merchant.slug,
        plan=merchant.plan,
        email=merchant.email,
        allowed_origins=merchant.allowed_origins,
        credit_balance=merchant.credit_balance,
        active=merchant.is_active,
        **chosen.model_dump(),
        subscribed_at=merchant.subscribed_at,
        created_at=merchant.created_at,
    )


def changes_of(body: Body) -> dict[str, Any]:
    """What was given, without the nulls that mean nothing: only an email can be taken away."""
    given = body.model_dump(exclude_unset=True, exclude=set(EngineSettings.model_fields))
    return {name: value for name, value in given.items() if value is not None or name == "email"}


def engine_changes_of(body: EngineChanges) -> dict[str, Any]:
    """What was given of the engines; null means the default."""
    return body.model_dump(exclude_unset=True, include=set(EngineSettings.model_fields))


def change_all(merchant: Merchant, body: EngineChanges) -> None:
    """Whatever was given. Raises what change_merchant raises, and InvalidRequest (engine_not_available)."""
    engines, settings = engine_changes_of(body), tools().settings
    check_engine_changes(merchant, engines, settings=settings)
    change_merchant(merchant, changes_of(body))
    if engines:
        change_engine_settings(merchant, engines, settings=settings)
