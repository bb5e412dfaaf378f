"""Reporting usage that happened elsewhere: three calls that add to, or set, the merchant's own counters."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from tryon.api.answers import Answer
from tryon.api.auth import handshake
from tryon.api.bodies import Body, ShortText
from tryon.api.operations import operation
from tryon.db import transaction
from tryon.errors import FieldProblem, Forbidden, InvalidRequest
from tryon.merchants.finding import find_merchant
from tryon.merchants.keys import find_key
from tryon.merchants.models import ApiKey, Merchant
from tryon.usage.counting import Kind, count_usage
from tryon.usage.plans import limits_of
from tryon.usage.products import has_too_many_products, set_product_count
from tryon.usage.reports import PRODUCTS_WARNING, USAGE_WARNING
from tryon.wiring import tools

blueprint = Blueprint("integration_usage", __name__, url_prefix="/api/v1/integration")

Count = Annotated[int, Field(ge=1, le=1_000_000_000, description="How many to add.")]
_KINDS: dict[str, Kind] = {"AI": "try_on", "AR": "ar_try_on"}


class HandshakeBody(Body):
    handshake: str = Field(description="The shared secret, `INTEGRATION_HANDSHAKE_TOKEN`.")


UserId = Annotated[
    ShortText,
    Field(description="The merchant's id, `mer_…`, or its slug.", examples=["mer_01JZ0000000000000000000000"]),
]
KeyName = Annotated[ShortText, Field(description="A secret or publishable key, or its public beginning.")]


class TryOnUsageBody(HandshakeBody):
    """At least one of `user_id` and `api_key`."""

    type: Literal["AR", "AI"]
    count: Count
    user_id: UserId | None = None
    api_key: KeyName | None = None


class KeyUsageBody(HandshakeBody):
    api_key: KeyName
    count: Count
    user_id: UserId | None = None


class ProductNumberBody(HandshakeBody):
    user_id: UserId
    value: Annotated[int, Field(ge=0, le=1_000_000_000, description="Replaces what was there.")]


class Counted(Answer):
    success: Literal[True]
    message: str
    warnings: list[str] = Field(default=[], description="Only where a soft limit is exceeded; the call succeeded.")


@blueprint.post("/increase-tryon-usage-count")
@handshake
@operation(
    "Add to the try-ons of a merchant",
    tag="Usage",
    body=TryOnUsageBody,
    answers={200: Counted},
    errors={403: "forbidden"},
)
def increase_tryons(body: TryOnUsageBody) -> Counted:
    """AR and AI try-ons are counted apart. With both `user_id` and `api_key` the key must be that merchant's."""
    merchant, key = _whose(body.user_id, body.api_key)
    is_over = _is_counted(key) and _count(merchant, _KINDS[body.type], body.count)
    return _counted(f"{body.type} tryon usage increased successfully", USAGE_WARNING if is_over else None)


@blueprint.post("/increase-api-key-usage-count")
@handshake
@operation(
    "Add to the API calls of a key", tag="Usage", body=KeyUsageBody, answers={200: Counted}, errors={403: "forbidden"}
)
def increase_key(body: KeyUsageBody) -> Counted:
    merchant, key = _whose(body.user_id, body.api_key)
    assert key is not None
    with transaction():
        key.usage_count = ApiKey.usage_count + body.count
        is_over = _is_counted(key) and _count(merchant, "api_call", body.count)
    return _counted("API key usage increased successfully", USAGE_WARNING if is_over else None)


@blueprint.post("/set-user-product-number")
@handshake
@operation("Set a merchant's number of products", tag="Usage", body=ProductNumberBody, answers={200: Counted})
def set_products(body: ProductNumberBody) -> Counted:
    merchant, _ = _whose(body.user_id, None)
    set_product_count(merchant, body.value)
    is_over = has_too_many_products(merchant, limits_of(merchant, tools().settings))
    return _counted("Product count set successfully", PRODUCTS_WARNING if is_over else None)


def _whose(user_id: str | None, key_name: str | None) -> tuple[Merchant, ApiKey | None]:
    """Forbidden for a key that is unknown, inactive or somebody else's; InvalidRequest for nobody at all."""
    if user_id is None and key_name is None:
        raise InvalidRequest("At least one of user_id and api_key is needed.")
    key = _key(key_name) if key_name is not None else None
    if user_id is None:
        assert key is not None
        return key.merchant, key
    merchant = find_merchant(user_id)
    if merchant is None:
        raise InvalidRequest("The user is not known.", details=[FieldProblem("user_id", "No merchant has this id.")])
    if key is not None and key.merchant_id != merchant.id:
        raise Forbidden("This API key belongs to another user.")
    return merchant, key


def _key(name: str) -> ApiKey:
    key = find_key(name)
    if key is None:
        raise Forbidden("API key not found.")
    if not key.is_usable:
        raise Forbidden("This API key is not active.")
    return key


def _is_counted(key: ApiKey | None) -> bool:
    """Nothing that was done with a test key is counted."""
    return key is None or key.mode == "live"


def _count(merchant: Merchant, kind: Kind, amount: int) -> bool:
    kit = tools()
    return count_usage(merchant.id, kind, amount, settings=kit.settings, queue=kit.queue)


def _counted(message: str, warning: str | None) -> Counted:
    counted = Counted(success=True, message=message)
    if warning is not None:
        counted.warnings = [warning]
    return counted
