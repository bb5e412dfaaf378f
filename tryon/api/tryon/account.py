"""The account behind the key: its credits, and the logo on its pictures."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from tryon.api.auth import api_key, calling_merchant
from tryon.api.bodies import Form, Upload
from tryon.api.operations import operation
from tryon.api.tryon.schemas import CamelAnswer
from tryon.clock import now
from tryon.merchants.branding import LOGO_MAX_BYTES, change_look, look_of, remove_logo, require_logo, set_logo
from tryon.merchants.models import Merchant
from tryon.wiring import tools

blueprint = Blueprint("tryon_account", __name__)


class CreditsAnswer(CamelAnswer):
    credit_balance: int


class WatermarkForm(Form):
    """What is left out stays as it is."""

    logo: Upload | None = Field(
        default=None, description="PNG, JPEG or WebP, at most 1 MB; no SVG. Its transparent margins are cut off."
    )
    size: Annotated[float, Field(ge=0.05, le=0.5)] | None = Field(
        default=None, description="Its width as a share of the picture's short side."
    )
    margin: Annotated[float, Field(ge=0.0, le=0.2)] | None = Field(
        default=None, description="Its distance from the edges as a share of the short side."
    )
    opacity: Annotated[float, Field(ge=0.2, le=1.0)] | None = None


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
    form=WatermarkForm,
    answers={200: WatermarkAnswer},
    errors={
        400: ("invalid_image", "logo_not_visible"),
        404: "watermark_not_found",
        413: "image_too_large",
        415: "unsupported_image_type",
    },
)
def put_watermark(form: WatermarkForm) -> WatermarkAnswer:
    """From now on the logo stands bottom left on every picture, unless a call says `output.watermark: false`."""
    merchant = calling_merchant()
    if form.logo is not None:
        set_logo(merchant, form.logo.stream.read(LOGO_MAX_BYTES + 1), storage=tools().storage)
    require_logo(merchant)
    change_look(merchant, form.model_dump(include={"size", "margin", "opacity"}, exclude_none=True))
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


def _describe(merchant: Merchant) -> WatermarkAnswer:
    look = look_of(merchant)
    return WatermarkAnswer(
        logo_url=tools().links.url(require_logo(merchant), now()),
        size=look.size,
        margin=look.margin,
        opacity=look.opacity,
    )
