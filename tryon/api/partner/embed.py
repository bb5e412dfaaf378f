"""What the embed on a merchant's page asks, with the publishable key and from an allowed origin."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field, field_validator

from tryon.api.answers import Answer, Moment
from tryon.api.auth import calling_key, calling_merchant, is_allowed_origin, publishable_key
from tryon.api.bodies import Body, Query, ShortText
from tryon.api.operations import operation
from tryon.api.ratelimit import address, limited
from tryon.catalog.fields import GivenPicture, ProductChanges
from tryon.catalog.finding import find_product
from tryon.catalog.importing import upsert_product
from tryon.clock import now
from tryon.errors import FieldProblem, Forbidden, InvalidRequest, NotFound
from tryon.merchants.origins import origin_of
from tryon.merchants.storefront import Storefront
from tryon.providers.choosing import provider_for
from tryon.shoppers.guests import get_or_create_guest
from tryon.shoppers.tokens import TTL_SECONDS_DEFAULT, issue_token
from tryon.wiring import tools

blueprint = Blueprint("partner_embed", __name__, url_prefix="/partner/v1")

TITLE_MAX, ADDRESS_MAX = 500, 2_048


class EmbedMerchant(Answer):
    name: str
    logo_url: str | None


class EmbedTheme(Answer):
    brand_color: str
    on_brand_color: str
    paper_color: str
    ink_color: str
    corner_radius_px: int


class EmbedFeatures(Answer):
    guest_sessions: bool
    product_fallback: bool
    history: bool
    downloads: bool
    sharing: bool


class EmbedConfigAnswer(Answer):
    public_app_url: str = Field(description="Put `/onboarding?access_token=…` behind it.")
    onboarding_url: str
    model_studio_url: str
    me_url: str = Field(description="The shopper's own page: their photos, pictures and data; takes `?access_token=…`.")
    widget_url: str
    merchant: EmbedMerchant
    theme: EmbedTheme
    button_label: str | None
    language: str | None
    privacy_url: str | None = Field(description="The shop's own privacy page.")
    support_email: str | None = Field(description="Where shoppers may ask for help.")
    photos_sent_to: str | None = Field(
        description="The company that makes this shop's pictures and is sent its shoppers' photos; null: nobody."
    )
    features: EmbedFeatures


class ResolveQuery(Query):
    external_id: ShortText
    fallback_title: str | None = Field(
        default=None, description="With `fallback_image`: describes an unknown product. Cut after 500 characters."
    )
    fallback_image: str | None = Field(
        default=None, description="A public address; fetched later. A longer one than 2,048 characters counts as none."
    )
    fallback_url: str | None = Field(default=None, description="The product's page, on an allowed origin; the same.")

    @field_validator("fallback_title")
    @classmethod
    def _cut(cls, title: str | None) -> str | None:
        return title[:TITLE_MAX] if title else None

    @field_validator("fallback_image", "fallback_url")
    @classmethod
    def _pass_over(cls, address: str | None) -> str | None:
        """Pages carry pictures in addresses, too; a known product is found all the same."""
        return address if address and len(address) <= ADDRESS_MAX else None


class ResolvedProduct(Answer):
    product_id: str


class GuestSessionBody(Body):
    guest_id: Annotated[str, Field(min_length=32, max_length=32)] | None = Field(
        default=None, description="As an earlier answer gave it, to be the same guest again."
    )


class GuestSessionAnswer(Answer):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    expires_at: Moment
    shopper_id: str
    guest_id: str = Field(description="Keep it on the shopper's device.")


@blueprint.get("/embed-config")
@publishable_key
@operation("Show what the embed needs to know", tag="Embed", answers={200: EmbedConfigAnswer})
def show_config() -> EmbedConfigAnswer:
    merchant, kit = calling_merchant(), tools()
    storefront, url = Storefront.of(merchant), kit.settings.public_app_url
    recipient = provider_for(merchant, kit.settings)
    of_storefront = storefront.model_dump()
    logo_url = kit.links.url(merchant.logo_key, now()) if merchant.logo_key else None
    return EmbedConfigAnswer(
        public_app_url=url,
        onboarding_url=f"{url}/onboarding",
        model_studio_url=f"{url}/embed/model-studio",
        me_url=f"{url}/me",
        widget_url=f"{url}/widget/v1/tryon.js",
        merchant=EmbedMerchant(name=merchant.name, logo_url=logo_url),
        theme=EmbedTheme(**{name: of_storefront[name] for name in EmbedTheme.model_fields}),
        button_label=storefront.button_label,
        language=storefront.language,
        privacy_url=storefront.privacy_url,
        support_email=storefront.support_email,
        photos_sent_to=recipient.recipient if recipient else None,
        features=EmbedFeatures(**{name: of_storefront[name] for name in EmbedFeatures.model_fields}),
    )


@blueprint.get("/embed/resolve-product")
@publishable_key
@operation(
    "Find a product by your own id", tag="Embed", query=ResolveQuery, answers={200: ResolvedProduct},
    errors={400: ("forbidden_address", "reserved_external_id"), 404: "unknown_product"},
)  # fmt: skip
def resolve(query: ResolveQuery) -> ResolvedProduct:
    """Where the storefront settings allow it (`product_fallback`), an unknown product is created from the fallbacks.

    Such a product lives 15 days from its last use. Its picture may lie at any public address, since shops keep theirs
    on other hosts; its page must be the shop's own.
    """
    product = find_product(calling_merchant(), query.external_id)
    if product is not None:
        return ResolvedProduct(product_id=product.id)
    if not _may_create(query):
        raise NotFound("This product is not known.", code="unknown_product")
    return ResolvedProduct(product_id=_create(query))


@blueprint.post("/embed/sessions")
@publishable_key
@limited("60/minute", name="guests", by=lambda: f"{calling_merchant().id} {address()}")
@limited("600/minute", name="shop-guests", by=lambda: calling_merchant().id)
@operation(
    "Create a guest session", tag="Embed", body=GuestSessionBody, is_body_optional=True,
    answers={200: GuestSessionAnswer}, errors={403: "guest_sessions_disabled"},
)  # fmt: skip
def create_guest_session(body: GuestSessionBody) -> GuestSessionAnswer:
    """A shopper token for a page without a backend, of the key's mode. It works as one of `POST /partner/v1/sessions`.

    A guest is never one of the shoppers that your server names. The storefront settings can switch guests off
    (`guest_sessions`); tokens given before go on until they expire.
    """
    merchant = calling_merchant()
    if not Storefront.of(merchant).guest_sessions:
        raise Forbidden("This shop does not let guests try on.", code="guest_sessions_disabled")
    shopper, guest_id = get_or_create_guest(merchant, body.guest_id)
    token = issue_token(shopper, mode=calling_key().mode, secret_key=tools().settings.secret_key)
    return GuestSessionAnswer(
        access_token=token.text,
        token_type="Bearer",  # noqa: S106 (the name of the scheme)
        expires_in=TTL_SECONDS_DEFAULT,
        expires_at=token.expires_at,
        shopper_id=shopper.id,
        guest_id=guest_id,
    )


def _may_create(query: ResolveQuery) -> bool:
    is_described = query.fallback_title is not None and query.fallback_image is not None
    return is_described and Storefront.of(calling_merchant()).product_fallback


@limited("20/minute", name="fallback-products", by=lambda: f"{calling_merchant().id} {address()}")
def _create(query: ResolveQuery) -> str:
    """Limited apart: what a page says of a product is kept, and its picture is fetched by us."""
    merchant, kit = calling_merchant(), tools()
    if query.fallback_url is not None and not is_allowed_origin(merchant, origin_of(query.fallback_url)):
        problem = FieldProblem("fallback_url", "Must lie on one of the shop's allowed origins.")
        raise InvalidRequest(problem.message, details=[problem])
    changes = ProductChanges(
        external_id=query.external_id,
        title=query.fallback_title or "",
        url=query.fallback_url,
        pictures=(GivenPicture(url=query.fallback_image, path="fallback_image"),),
    )
    product, _ = upsert_product(
        merchant,
        changes,
        origin="inline",
        fetches_later=True,
        outbound=kit.outbound,
        storage=kit.storage,
        queue=kit.queue,
    )
    return product.id
