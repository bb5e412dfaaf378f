"""The merchant themselves: who they are, and how their fitting room looks."""

from flask import Blueprint
from pydantic import Field

from tryon.api.answers import Answer
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Body
from tryon.api.operations import operation
from tryon.api.partner.merchant_schemas import (
    Email,
    EngineChanges,
    MerchantAnswer,
    MerchantName,
    Origins,
    change_all,
    describe_merchant,
)
from tryon.merchants.storefront import (
    ButtonLabel,
    Colour,
    CornerRadius,
    EmailAddress,
    LanguageTag,
    Storefront,
    WebAddress,
    change_storefront,
)

blueprint = Blueprint("partner_merchants", __name__, url_prefix="/partner/v1/merchants/me")


class MeBody(EngineChanges):
    """What is given changes. null takes the email away, puts what is said of engines back to its default, and leaves
    anything else as it is."""

    name: MerchantName | None = None
    email: Email | None = None
    allowed_origins: Origins | None = Field(
        default=None, description="All of them: the list replaces the earlier one.", examples=[["https://yoursite.com"]]
    )


class StorefrontAnswer(Storefront, Answer):
    """How the fitting room looks, and what it offers."""


class StorefrontBody(Body):
    """What is to change. null puts a field back to its default."""

    brand_color: Colour | None = Field(default=None, examples=["#1f4a3c"])
    on_brand_color: Colour | None = None
    paper_color: Colour | None = None
    ink_color: Colour | None = None
    corner_radius_px: CornerRadius | None = None
    button_label: ButtonLabel | None = Field(default=None, examples=["See it on me"])
    language: LanguageTag | None = Field(default=None, examples=["de"])
    guest_sessions: bool | None = None
    product_fallback: bool | None = None
    history: bool | None = None
    downloads: bool | None = None
    sharing: bool | None = None
    privacy_url: WebAddress | None = Field(default=None, examples=["https://yoursite.com/privacy"])
    support_email: EmailAddress | None = Field(default=None, examples=["help@yoursite.com"])


@blueprint.get("")
@secret_key
@operation("Show the merchant", tag="Merchant", answers={200: MerchantAnswer})
def show() -> MerchantAnswer:
    return describe_merchant(calling_merchant())


@blueprint.patch("")
@secret_key
@operation(
    "Change the merchant", tag="Merchant", body=MeBody, answers={200: MerchantAnswer},
    errors={400: "engine_not_available"},
)  # fmt: skip
def change(body: MeBody) -> MerchantAnswer:
    """A new origin's pages may call within ten seconds. Other engines make what is asked for from then on."""
    merchant = calling_merchant()
    change_all(merchant, body)
    return describe_merchant(merchant)


@blueprint.get("/storefront-settings")
@secret_key
@operation("Show the storefront settings", tag="Merchant", answers={200: StorefrontAnswer})
def show_storefront() -> StorefrontAnswer:
    return _describe(Storefront.of(calling_merchant()))


@blueprint.patch("/storefront-settings")
@secret_key
@operation("Change the storefront settings", tag="Merchant", body=StorefrontBody, answers={200: StorefrontAnswer})
def change_settings(body: StorefrontBody) -> StorefrontAnswer:
    """Only what is given changes; null puts a field back to its default."""
    return _describe(change_storefront(calling_merchant(), body.model_dump(exclude_unset=True)))


def _describe(storefront: Storefront) -> StorefrontAnswer:
    return StorefrontAnswer(**storefront.model_dump())
