"""Shopper tokens, for a merchant's server to hand to its page."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from tryon.api.answers import Answer, Moment
from tryon.api.auth import calling_key, calling_merchant, secret_key
from tryon.api.bodies import Body, ShortText
from tryon.api.operations import operation
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.tokens import TTL_SECONDS_DEFAULT, TTL_SECONDS_MAX, TTL_SECONDS_MIN, issue_token
from tryon.wiring import tools

blueprint = Blueprint("partner_shoppers", __name__, url_prefix="/partner/v1")


class ShopperSessionBody(Body):
    external_user_ref: ShortText = Field(
        description="Your own name for this shopper: the same name, the same shopper.", examples=["customer-12345"]
    )
    ttl_seconds: Annotated[int, Field(ge=TTL_SECONDS_MIN, le=TTL_SECONDS_MAX)] = TTL_SECONDS_DEFAULT


class ShopperSessionAnswer(Answer):
    access_token: str = Field(description="A JWT that is safe in the shopper's browser.")
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.")
    expires_at: Moment
    shopper_id: str


@blueprint.post("/sessions")
@secret_key
@operation("Create a shopper session", tag="Shoppers", body=ShopperSessionBody, answers={200: ShopperSessionAnswer})
def create(body: ShopperSessionBody) -> ShopperSessionAnswer:
    """A token for one shopper, for your server to hand to its page. Never send the secret key there."""
    shopper = get_or_create_shopper(calling_merchant(), body.external_user_ref)
    token = issue_token(
        shopper, mode=calling_key().mode, secret_key=tools().settings.secret_key, ttl_seconds=body.ttl_seconds
    )
    return ShopperSessionAnswer(
        access_token=token.text,
        token_type="Bearer",  # noqa: S106 (the name of the scheme)
        expires_in=body.ttl_seconds,
        expires_at=token.expires_at,
        shopper_id=shopper.id,
    )
