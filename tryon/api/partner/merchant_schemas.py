"""A merchant as the partner surface shows it, to the operator and to the merchant."""

from typing import Annotated, Any

from pydantic import Field

from tryon.api.answers import Answer, Moment
from tryon.api.bodies import Body
from tryon.merchants.models import Merchant
from tryon.merchants.origins import ORIGINS_MAX

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
    subscribed_at: Moment = Field(description="Where the plan's month begins.")
    created_at: Moment


def describe_merchant(merchant: Merchant) -> MerchantAnswer:
    return MerchantAnswer(
        merchant_id=merchant.id,
        name=merchant.name,
        slug=merchant.slug,
        plan=merchant.plan,
        email=merchant.email,
        allowed_origins=merchant.allowed_origins,
        credit_balance=merchant.credit_balance,
        active=merchant.is_active,
        subscribed_at=merchant.subscribed_at,
        created_at=merchant.created_at,
    )


def changes_of(body: Body) -> dict[str, Any]:
    """What was given, without the nulls that mean nothing: only an email can be taken away."""
    given = body.model_dump(exclude_unset=True)
    return {name: value for name, value in given.items() if value is not None or name == "email"}
