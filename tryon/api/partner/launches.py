"""A shopper presses the embed's button: a session for them and the product, whose page the embed shows in a frame."""

from flask import Blueprint, request
from pydantic import Field

from tryon.api.answers import Answer, Moment
from tryon.api.auth import calling_shopper, is_allowed_origin, shopper_token
from tryon.api.bodies import Address, Body, ShortText
from tryon.api.operations import operation
from tryon.api.ratelimit import limited
from tryon.catalog.finding import get_product_by_any_id
from tryon.errors import FieldProblem, Forbidden, InvalidRequest
from tryon.merchants.models import Merchant
from tryon.merchants.origins import may_return_to
from tryon.pages.addresses import launch_url
from tryon.sessions.opening import SessionFields, is_locale, open_session_of
from tryon.wiring import tools

blueprint = Blueprint("partner_launches", __name__, url_prefix="/partner/v1/embed/launches")

LOCALE_MAX = 35


class LaunchBody(Body):
    product_id: ShortText = Field(description="As `resolve-product` answers, or your own id of the product.")
    locale: str | None = Field(
        default=None,
        description="The language of your page; one that is no language tag counts as none.",
        examples=["fr-CA"],
    )
    return_url: Address | None = Field(
        default=None, description="Where the shopper goes back to, on an allowed origin; else the product's page."
    )


class LaunchAnswer(Answer):
    session_id: str
    launch_url: str = Field(description="Show it in a frame, or send the shopper there.")
    expires_at: Moment


@blueprint.post("")
@shopper_token
@limited("30/minute", name="launches", by=lambda: calling_shopper().shopper_id)
@operation(
    "Open a session for the shopper",
    tag="Embed",
    body=LaunchBody,
    answers={201: LaunchAnswer},
    errors={403: "origin_not_allowed", 404: "unknown_product"},
)
def launch(body: LaunchBody) -> tuple[LaunchAnswer, int]:
    """What the embed's button does, from an allowed origin: the session is the shopper's, of the token's mode, and its
    page tells only that origin how it goes on. It lives for a day, and can be followed and cancelled like every other.
    """
    identity = calling_shopper()
    origin = _asking_origin(identity.merchant)
    _check_return(body.return_url, identity.merchant)
    session = open_session_of(
        identity.shopper_id,
        get_product_by_any_id(identity.merchant, body.product_id),
        _fields_of(body, origin),
        mode=identity.mode,
        outbound=tools().outbound,
    )
    return LaunchAnswer(session_id=session.id, launch_url=launch_url(session.id), expires_at=session.expires_at), 201


def _fields_of(body: LaunchBody, origin: str) -> SessionFields:
    """Pages say odd things of their language; no shopper should be turned away for that."""
    locale = body.locale if body.locale and len(body.locale) <= LOCALE_MAX and is_locale(body.locale) else None
    return SessionFields(body.product_id, locale=locale, return_url=body.return_url, embed_origin=origin)


def _asking_origin(merchant: Merchant) -> str:
    origin = request.headers.get("Origin", "").lower()
    if not is_allowed_origin(merchant, origin):
        raise Forbidden("This page's origin is not among the shop's allowed origins.", code="origin_not_allowed")
    return origin


def _check_return(address: str | None, merchant: Merchant) -> None:
    if not may_return_to(address, merchant, to_all=tools().settings.cors_origins):
        problem = FieldProblem("return_url", "Must lie on one of the shop's allowed origins.")
        raise InvalidRequest(problem.message, details=[problem])
