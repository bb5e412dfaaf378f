"""How the fitting room looks and what it offers on a merchant's pages: typed fields, each with a default."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tryon.db import db, transaction
from tryon.errors import FieldProblem, InvalidRequest
from tryon.merchants.colours import readable_on
from tryon.merchants.models import Merchant

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
CornerRadius = Annotated[int, Field(ge=0, le=40)]
ButtonLabel = Annotated[str, Field(min_length=1, max_length=40)]
LanguageTag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$")]
WebAddress = Annotated[str, Field(pattern=r"^https://[^\s]+$", max_length=2_048)]
EmailAddress = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class Storefront(BaseModel):
    """All of it, as it holds now."""

    model_config = ConfigDict(strict=True, extra="ignore")

    brand_color: Colour = Field(default="#1f4a3c", description="Of buttons and links.")
    on_brand_color: Colour = Field(
        default_factory=lambda known: readable_on(known["brand_color"]),
        description="Of text on the brand's colour; if not set, light or dark, whichever reads better there.",
    )
    paper_color: Colour = Field(default="#f8f6f3", description="Of the ground.")
    ink_color: Colour = Field(default="#1d1b19", description="Of text.")
    corner_radius_px: CornerRadius = 16
    button_label: ButtonLabel | None = Field(
        default=None, description="What the button says; null: “Try it on” in the shopper's language."
    )
    language: LanguageTag | None = Field(default=None, description="Of every page; null: the shopper's own.")
    guest_sessions: bool = Field(default=True, description="Whether a page without a backend may let guests try on.")
    product_fallback: bool = Field(
        default=False, description="Whether a page may describe a product that the catalogue does not know."
    )
    history: bool = Field(default=True, description="Whether shoppers see what they tried on before.")
    downloads: bool = Field(default=True, description="Whether shoppers may save their picture.")
    sharing: bool = Field(default=True, description="Whether shoppers may pass their picture on by a link.")
    privacy_url: WebAddress | None = Field(default=None, description="The shop's own privacy page.")
    support_email: EmailAddress | None = Field(default=None, description="Where shoppers may ask for help.")

    @classmethod
    def of(cls, merchant: Merchant) -> Self:
        return cls.model_validate(merchant.storefront)


def change_storefront(merchant: Merchant, changes: dict[str, Any]) -> Storefront:
    """Change what is given; None puts a field back to its default. Raises InvalidRequest naming each bad field."""
    with transaction():
        db.session.refresh(merchant, ["storefront"], with_for_update=True)  # two changes at once both stay
        wanted = {name: value for name, value in (merchant.storefront | changes).items() if value is not None}
        storefront = _read(wanted)
        merchant.storefront = {name: wanted[name] for name in Storefront.model_fields if name in wanted}
    return storefront


def _read(values: dict[str, Any]) -> Storefront:
    try:
        return Storefront.model_validate(values)
    except ValidationError as error:
        problems = [
            FieldProblem(".".join(map(str, item["loc"])), item["msg"])
            for item in error.errors()
            if item["type"] != "default_factory_not_called"  # only says that another field is wrong
        ]
        raise InvalidRequest("Some settings are not valid.", details=problems) from error
