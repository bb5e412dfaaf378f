"""What a try-on is asked for with: today's words, and every earlier one. Where both are given, today's count."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue

from tryon.api.bodies import ShortText
from tryon.api.tryon.people import CustomerSpec, GivenPerson, PersonSpec
from tryon.api.tryon.schemas import OLD, CamelBody, ProductSpec
from tryon.errors import FieldProblem, InvalidRequest
from tryon.generations.outfits import PIECES_MAX
from tryon.merchants.engine_settings import EngineName

KeepDays = Literal[1, 3, 7]
_OLD_WORDS = frozenset({"product", "customer", "customer_id", "use_watermark", "retention_days"})
_EXAMPLES: list[JsonValue] = [
    {
        "products": [
            {
                "externalId": "SKU-001",
                "title": "Blue Oxford shirt",
                "images": [{"source": {"url": "https://yoursite.com/img/1.jpg"}}],
            }
        ],
        "person": {"image": {"source": {"id": "img_01JZ0000000000000000000000"}}},
        "externalUserId": "user-7",
        "output": {"watermark": True, "keepForDays": 7},
    },
    {
        "products": [{"externalId": "SKU-001"}, {"externalId": "SKU-002"}],
        "person": {"image": {"source": {"fileKey": "me"}}},
    },
]


class OutputSpec(CamelBody):
    watermark: bool | None = Field(default=None, description="false leaves your logo out of this one picture.")
    keep_for_days: KeepDays | None = Field(
        default=None, description="Days after which the picture is deleted, and a person's picture of this call too."
    )


class OptionsSpec(CamelBody):
    fit: Literal["slim", "regular", "oversized"] | None = None
    tuck: bool | None = Field(default=None, description="true tucks a top in, false lets it hang.")
    engine: EngineName | None = Field(
        default=None,
        description="Which engine makes this one: `auto`, `local` or one you may choose; left out: your settings say.",
    )


class CreateTryOnBody(CamelBody):
    model_config = ConfigDict(json_schema_extra={"examples": _EXAMPLES})

    products: Annotated[list[ProductSpec], Field(min_length=1, max_length=PIECES_MAX)] | None = Field(
        default=None, description="Needed. One product, or several that are worn together, inner ones first."
    )
    person: PersonSpec | None = Field(default=None, description="Needed. The shopper's photo.")
    external_user_id: ShortText | None = Field(
        default=None, description="Your own opaque id of the shopper; everything under it can be wiped on demand."
    )
    output: OutputSpec | None = None
    options: OptionsSpec | None = None
    product: ProductSpec | None = Field(default=None, json_schema_extra=OLD)
    customer: CustomerSpec | None = Field(default=None, json_schema_extra=OLD)
    customer_id: ShortText | None = Field(default=None, json_schema_extra=OLD)
    use_watermark: bool | None = Field(default=None, json_schema_extra=OLD)
    retention_days: KeepDays | None = Field(default=None, json_schema_extra=OLD)

    def specs(self) -> list[tuple[str, ProductSpec]]:
        """Each product with the path at which the body has it, a dot at its end."""
        if self.products is not None:
            return [(f"products.{index}.", spec) for index, spec in enumerate(self.products)]
        if self.product is not None:
            return [("product.", self.product)]
        problem = FieldProblem("products", "Name or describe at least one product.")
        raise InvalidRequest(problem.message, details=[problem])

    def given_person(self) -> GivenPerson:
        given = (self.person.given() if self.person else None) or (self.customer.given() if self.customer else None)
        if given is None:
            problem = FieldProblem("person", "The shopper's photo is needed.")
            raise InvalidRequest(problem.message, code="customer_image_required", details=[problem])
        return given

    @property
    def external_ref(self) -> str | None:
        return self.external_user_id or self.customer_id

    @property
    def keep_days(self) -> int | None:
        return (self.output and self.output.keep_for_days) or self.retention_days

    @property
    def has_watermark(self) -> bool:
        wanted = self.output.watermark if self.output else None
        return (self.use_watermark if wanted is None else wanted) is not False

    @property
    def is_old_shape(self) -> bool:
        products = [self.product] if self.product else []
        return not _OLD_WORDS.isdisjoint(self.model_fields_set) or any(
            spec.is_old_shape for spec in [*(self.products or []), *products]
        )
