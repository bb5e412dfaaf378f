"""Merchants, for the operator; and the surface's health."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.answers import Answer, Page, page
from tryon.api.auth import admin_secret, no_auth
from tryon.api.bodies import Body
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.api.partner.merchant_schemas import (
    Email,
    EngineChanges,
    MerchantAnswer,
    MerchantName,
    Origins,
    Slug,
    change_all,
    describe_merchant,
)
from tryon.config import PlanName
from tryon.db import db
from tryon.errors import NotFound
from tryon.merchants.editing import change_merchant
from tryon.merchants.models import Merchant
from tryon.onboarding import create_merchant
from tryon.usage.credits import grant
from tryon.wiring import tools

blueprint = Blueprint("partner_admin", __name__, url_prefix="/partner/v1")


class NewMerchantBody(Body):
    name: MerchantName = Field(examples=["Corner Shop"])
    slug: Slug | None = Field(default=None, description="For addresses; made of the name if not given.")
    allowed_origins: Origins = Field(
        default=[],
        description="Where the shop's pages may call and frame us from.",
        examples=[["https://yoursite.com"]],
    )
    plan: PlanName = "FREE"
    email: Email | None = None


class MerchantChangesBody(EngineChanges):
    """What is given changes. null takes the email away, puts what is said of engines back to its default, and leaves
    anything else as it is."""

    name: MerchantName | None = None
    slug: Slug | None = None
    allowed_origins: Origins | None = None
    plan: PlanName | None = None
    email: Email | None = None
    active: bool | None = Field(default=None, description="false closes the account, true reopens it.")


class CreditsBody(Body):
    amount: Annotated[int, Field(ge=1, le=100_000_000)]


class HealthAnswer(Answer):
    status: Literal["ok"]


class NewMerchantAnswer(MerchantAnswer):
    secret_key: str = Field(description="Shown once. For servers only.")
    publishable_key: str = Field(description="Shown once. For pages on allowed origins.")
    webhook_signing_secret: str = Field(description="Signs session callbacks; webhook endpoints have their own.")


class GrantAnswer(Answer):
    id: str
    amount: int
    credit_balance: int


@blueprint.get("/health")
@no_auth
@operation("Tell that the API is there", tag="Health", answers={200: HealthAnswer})
def health() -> HealthAnswer:
    return HealthAnswer(status="ok")


@blueprint.post("/admin/merchants")
@admin_secret
@operation(
    "Create a merchant", tag="Merchants (operator)", body=NewMerchantBody, answers={201: NewMerchantAnswer},
    errors={409: "slug_taken"},
)  # fmt: skip
def create(body: NewMerchantBody) -> tuple[NewMerchantAnswer, int]:
    """With its first live keys and the plan's first credits."""
    new = create_merchant(
        body.name,
        slug=body.slug,
        allowed_origins=body.allowed_origins,
        plan=body.plan,
        email=body.email,
        plans=tools().settings.plans,
    )
    described = describe_merchant(new.merchant)
    answer = NewMerchantAnswer(
        **described.model_dump(),
        secret_key=new.secret_key,
        publishable_key=new.publishable_key,
        webhook_signing_secret=new.merchant.webhook_signing_secret,
    )
    return answer, 201


@blueprint.get("/admin/merchants")
@admin_secret
@operation("List merchants", tag="Merchants (operator)", query=PageQuery, answers={200: Page[MerchantAnswer]})
def list_all(query: PageQuery) -> Page[MerchantAnswer]:
    merchants, next_cursor = page_of(select(Merchant), Merchant.id, query)
    return page([describe_merchant(merchant) for merchant in merchants], next_cursor)


@blueprint.get("/admin/merchants/<merchant_id>")
@admin_secret
@operation(
    "Show a merchant", tag="Merchants (operator)", answers={200: MerchantAnswer}, errors={404: "merchant_not_found"}
)
def show(merchant_id: str) -> MerchantAnswer:
    return describe_merchant(_get(merchant_id))


@blueprint.patch("/admin/merchants/<merchant_id>")
@admin_secret
@operation(
    "Change a merchant", tag="Merchants (operator)", body=MerchantChangesBody, answers={200: MerchantAnswer},
    errors={400: "engine_not_available", 404: "merchant_not_found", 409: "slug_taken"},
)  # fmt: skip
def change(merchant_id: str, body: MerchantChangesBody) -> MerchantAnswer:
    """Another plan's limits hold from the next call on; its month goes on from the same day, and credits stay."""
    merchant = _get(merchant_id)
    change_all(merchant, body)
    return describe_merchant(merchant)


@blueprint.delete("/admin/merchants/<merchant_id>")
@admin_secret
@operation(
    "Close a merchant's account", tag="Merchants (operator)", answers={204: None}, errors={404: "merchant_not_found"}
)
def close(merchant_id: str) -> tuple[str, int]:
    """Keys and tokens stop working at once. Nothing is deleted: `PATCH` with `active: true` reopens it."""
    change_merchant(_get(merchant_id), {"active": False})
    return "", 204


@blueprint.post("/admin/merchants/<merchant_id>/credits")
@admin_secret
@operation(
    "Add credits", tag="Merchants (operator)", body=CreditsBody, answers={201: GrantAnswer},
    errors={404: "merchant_not_found"},
)  # fmt: skip
def top_up(merchant_id: str, body: CreditsBody) -> tuple[GrantAnswer, int]:
    """Send an `Idempotency-Key`, and a repeated request adds nothing."""
    merchant = _get(merchant_id)
    entry = grant(merchant, body.amount, note="top-up by the operator")
    return GrantAnswer(id=entry.id, amount=entry.amount, credit_balance=merchant.credit_balance), 201


def _get(merchant_id: str) -> Merchant:
    merchant = db.session.get(Merchant, merchant_id)
    if merchant is None:
        raise NotFound("This merchant is not known.", code="merchant_not_found")
    return merchant
