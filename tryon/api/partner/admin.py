"""Merchants, for the operator; and the surface's health."""

from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.auth import admin_secret, no_auth
from tryon.api.bodies import Body, read_body, read_query
from tryon.api.pagination import PageQuery, page_of
from tryon.clock import iso
from tryon.config import PlanName
from tryon.db import db
from tryon.errors import NotFound
from tryon.merchants.models import Merchant
from tryon.onboarding import create_merchant
from tryon.usage.credits import grant
from tryon.wiring import tools

blueprint = Blueprint("partner_admin", __name__, url_prefix="/partner/v1")


class NewMerchantBody(Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    slug: Annotated[str, Field(max_length=80)] | None = None
    allowed_origins: Annotated[list[str], Field(max_length=50)] = []
    plan: PlanName = "FREE"
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None


class CreditsBody(Body):
    amount: Annotated[int, Field(ge=1, le=100_000_000)]


@blueprint.get("/health")
@no_auth
def health() -> dict[str, Any]:
    return {"status": "ok"}


@blueprint.post("/admin/merchants")
@admin_secret
def create() -> tuple[dict[str, Any], int]:
    body = read_body(NewMerchantBody)
    new = create_merchant(
        body.name,
        slug=body.slug,
        allowed_origins=body.allowed_origins,
        plan=body.plan,
        email=body.email,
        plans=tools().settings.plans,
    )
    shown_once = {
        "secret_key": new.secret_key,
        "publishable_key": new.publishable_key,
        "webhook_signing_secret": new.merchant.webhook_signing_secret,
    }
    return _describe(new.merchant) | shown_once, 201


@blueprint.get("/admin/merchants")
@admin_secret
def list_all() -> dict[str, Any]:
    merchants, next_cursor = page_of(select(Merchant), Merchant.id, read_query(PageQuery))
    return {
        "data": [_describe(merchant) for merchant in merchants],
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
    }


@blueprint.get("/admin/merchants/<merchant_id>")
@admin_secret
def show(merchant_id: str) -> dict[str, Any]:
    return _describe(_get(merchant_id))


@blueprint.post("/admin/merchants/<merchant_id>/credits")
@admin_secret
def top_up(merchant_id: str) -> tuple[dict[str, Any], int]:
    merchant = _get(merchant_id)
    entry = grant(merchant, read_body(CreditsBody).amount, note="top-up by the operator")
    return {"id": entry.id, "amount": entry.amount, "credit_balance": merchant.credit_balance}, 201


def _get(merchant_id: str) -> Merchant:
    merchant = db.session.get(Merchant, merchant_id)
    if merchant is None:
        raise NotFound("This merchant is not known.")
    return merchant


def _describe(merchant: Merchant) -> dict[str, Any]:
    return {
        "merchant_id": merchant.id,
        "name": merchant.name,
        "slug": merchant.slug,
        "plan": merchant.plan,
        "email": merchant.email,
        "allowed_origins": merchant.allowed_origins,
        "credit_balance": merchant.credit_balance,
        "created_at": iso(merchant.created_at),
    }
