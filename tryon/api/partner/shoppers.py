"""Shopper tokens, for a merchant's server to hand to its page."""

from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from tryon.api.auth import calling_key, calling_merchant, secret_key
from tryon.api.bodies import Body, ShortText, read_body
from tryon.clock import iso
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.tokens import TTL_SECONDS_DEFAULT, TTL_SECONDS_MAX, TTL_SECONDS_MIN, issue_token
from tryon.wiring import tools

blueprint = Blueprint("partner_shoppers", __name__, url_prefix="/partner/v1")


class ShopperSessionBody(Body):
    external_user_ref: ShortText
    ttl_seconds: Annotated[int, Field(ge=TTL_SECONDS_MIN, le=TTL_SECONDS_MAX)] = TTL_SECONDS_DEFAULT


@blueprint.post("/sessions")
@secret_key
def create() -> dict[str, Any]:
    body = read_body(ShopperSessionBody)
    shopper = get_or_create_shopper(calling_merchant(), body.external_user_ref)
    token = issue_token(
        shopper, mode=calling_key().mode, secret_key=tools().settings.secret_key, ttl_seconds=body.ttl_seconds
    )
    return {
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": body.ttl_seconds,
        "expires_at": iso(token.expires_at),
        "shopper_id": shopper.id,
    }
