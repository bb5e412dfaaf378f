"""The account behind the key: its credits, and the logo on its pictures."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from tryon.api.auth import api_key, calling_merchant
from tryon.api.bodies import Address, Form, Upload
from tryon.api.operations import operation
from tryon.api.tryon.people import FETCH_TIMEOUT_SECONDS
from tryon.api.tryon.schemas import CamelAnswer, CamelBody
from tryon.clock import now
from tryon.errors import FieldProblem, InvalidRequest
from tryon.merchants.branding import LOGO_MAX_BYTES, change_look, look_of, remove_logo, require_logo, set_logo
from tryon.merchants.models import Merchant
from tryon.wiring import tools

blueprint = Blueprint("tryon_account", __name__)


class CreditsAnswer(CamelAnswer):
    credit_balance: int


Size = Annotated[
    float, Field(ge=0.05, le=0.5, description="Its width as a share of the picture's short side.", examples=[0.22])
]
Margin = Annotated[
    float,
    Field(ge=0.0, le=0.2, description="Its distance from the edges as a share of the short side.", examples=[0.03]),
]
Opacity = Annotated[float, Field(ge=0.2, le=1.0, examples=[0.9])]


class LogoSource(CamelBody):
    url: Address = Field(
        description="Where the logo is: PNG, JPEG or WebP, at most 1 MB; no SVG. It is fetched once, and kept.",
        examples=["https://yoursite.com/img/logo.png"],
    )


class LogoSpec(CamelBody):
    """The logo by its address; as a file it comes in a form."""

    source: LogoSource


class WatermarkBody(CamelBody):
    """What is left out stays as it is."""

    logo: LogoSpec | None = None
    size: Size | None = None
    margin: Margin | None = None
    opacity: Opacity | None = None


class WatermarkForm(Form):
    """What is left out stays as it is."""

    may_lack_files = True

    logo: Upload | None = Field(
        default=None,
        description="PNG, JPEG or WebP, at most 1 MB; no SVG. Its transparent margins are cut off.",
    )
    size: Size | None = None
    margin: Margin | None = None
    opacity: Opacity | None = None


class WatermarkAnswer(CamelAnswer):
    logo_url: str = Field(description="A signed address that expires.")
    size: float
    margin: float
    opacity: float


@blueprint.get("/account/credits")
@api_key
@operation("Show the credit balance", tag="Account", answers={200: CreditsAnswer})
def credits() -> CreditsAnswer:
    """A credit is reserved when a try-on is accepted, and comes back if it fails."""
    return CreditsAnswer(credit_balance=calling_merchant().credit_balance)


@blueprint.put("/account/watermark")
@api_key
@operation(
    "Set the watermark",
    tag="Account",
    body=WatermarkBody,
    form=WatermarkForm,
    answers={200: WatermarkAnswer},
    errors={
        400: ("invalid_image", "logo_not_visible", "image_fetch_failed", "forbidden_address"),
        404: "watermark_not_found",
        413: "image_too_large",
        415: "unsupported_image_type",
    },
)
def put_watermark(body: WatermarkBody | None, form: WatermarkForm | None) -> WatermarkAnswer:
    """From now on the logo stands bottom left on every picture, unless a call says `output.watermark: false`.

    The logo comes by its address (JSON) or as a file (multipart). Where the ground leaves parts of it illegible, it
    gets a faint plate.
    """
    merchant, given = calling_merchant(), body or form
    assert given is not None
    if given.logo is not None:
        _set_logo(merchant, given.logo)
    require_logo(merchant)
    change_look(merchant, given.model_dump(include={"size", "margin", "opacity"}, exclude_none=True))
    return _describe(merchant)


@blueprint.get("/account/watermark")
@api_key
@operation("Show the watermark", tag="Account", answers={200: WatermarkAnswer}, errors={404: "watermark_not_found"})
def show_watermark() -> WatermarkAnswer:
    return _describe(calling_merchant())


@blueprint.delete("/account/watermark")
@api_key
@operation("Remove the watermark", tag="Account", answers={204: None})
def remove_watermark() -> tuple[str, int]:
    remove_logo(calling_merchant(), storage=tools().storage)
    return "", 204


def _set_logo(merchant: Merchant, given: LogoSpec | Upload) -> None:
    storage = tools().storage
    if not isinstance(given, LogoSpec):
        set_logo(merchant, given.stream.read(LOGO_MAX_BYTES + 1), storage=storage)
        return
    try:
        fetched = tools().outbound.fetch(
            given.source.url, max_bytes=LOGO_MAX_BYTES, timeout_seconds=FETCH_TIMEOUT_SECONDS
        )
        set_logo(merchant, fetched.body, storage=storage)
    except InvalidRequest as error:
        error.details = error.details or (FieldProblem("logo.source.url", error.message),)
        raise


def _describe(merchant: Merchant) -> WatermarkAnswer:
    look = look_of(merchant)
    return WatermarkAnswer(
        logo_url=tools().links.url(require_logo(merchant), now()),
        size=look.size,
        margin=look.margin,
        opacity=look.opacity,
    )
