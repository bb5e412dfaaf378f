"""What the sessions surface takes and gives."""

import json
from typing import Annotated, Any, Literal, cast

from pydantic import Field, field_validator

from tryon.api.answers import Answer, Moment
from tryon.api.bodies import Address, Body, LongText, ShortText, Title
from tryon.api.moments import GivenMoment
from tryon.api.pagination import PageQuery
from tryon.api.sessions.categories import CategoryAnswer
from tryon.catalog.fields import ProductFields
from tryon.catalog.pictures import IMAGES_MAX
from tryon.sessions.opening import (
    EXPIRES_IN_SECONDS_DEFAULT,
    EXPIRES_IN_SECONDS_MAX,
    EXPIRES_IN_SECONDS_MIN,
    SessionFields,
)

METADATA_MAX_BYTES = 4096
Status = Literal["ready", "launched", "processing", "completed", "failed", "expired", "cancelled"]
Experience = Literal["browser", "qr"]
SESSION_ID: Any = Field(description="A session's id.", examples=["tsn_01JZ0000000000000000000000"])


class InlineProductBody(Body):
    """Describes a product we do not know yet."""

    title: Title
    image_urls: Annotated[list[Address], Field(min_length=1, max_length=IMAGES_MAX)]
    url: Address | None = Field(default=None, description="The product's page in the shop.")
    description: LongText | None = None


class SessionBody(Body):
    product_id: ShortText = Field(
        description="Your own SKU of the product, or our `prd_…`. An SKU we do not know yet needs `product`.",
        examples=["sku-12345"],
    )
    category: Annotated[str, Field(max_length=40)] | None = Field(
        default=None,
        description="One of `GET /v1/categories`. Left out, or `apparel`: the product's own, or guessed.",
        examples=["footwear"],
    )
    experience: Experience = Field(default="browser", description="`qr` where the shopper goes on by phone.")
    callback_url: Address | None = Field(
        default=None,
        description="Hears once how the session ended.",
        examples=["https://merchant.example/callbacks/tryon"],
    )
    return_url: Address | None = Field(
        default=None, description="Where the shopper goes back to; else the product's page."
    )
    locale: Annotated[str, Field(max_length=35)] | None = Field(default=None, examples=["en-US"])
    external_user_ref: ShortText | None = Field(
        default=None, description="Your own name for the shopper: the same name, the same photo next time."
    )
    merchant_reference: ShortText | None = Field(default=None, description="Given back in the callback.")
    metadata: dict[str, Any] = Field(default={}, description=f"At most {METADATA_MAX_BYTES} bytes of JSON.")
    expires_in: Annotated[int, Field(ge=EXPIRES_IN_SECONDS_MIN, le=EXPIRES_IN_SECONDS_MAX)] = Field(
        default=EXPIRES_IN_SECONDS_DEFAULT, description="Seconds."
    )
    product: InlineProductBody | None = None

    @field_validator("metadata")
    @classmethod
    def _small(cls, value: dict[str, Any]) -> dict[str, Any]:
        if len(json.dumps(value).encode()) > METADATA_MAX_BYTES:
            raise ValueError(f"At most {METADATA_MAX_BYTES} bytes of JSON.")
        return value

    def as_fields(self) -> SessionFields:
        given = self.model_dump(exclude={"product"})
        return SessionFields(**given, product=self._product_fields())

    def _product_fields(self) -> ProductFields | None:
        if self.product is None:
            return None
        return ProductFields(
            external_id=self.product_id,
            title=self.product.title,
            url=self.product.url,
            image_urls=tuple(self.product.image_urls),
            description=self.product.description,
            category=self.category,
        )


class SessionQuery(PageQuery):
    status: Status | None = None
    product_id: ShortText | None = Field(default=None, description="Your own SKU, or our `prd_…`.")
    created_after: GivenMoment | None = Field(default=None, description="That moment included.")
    created_before: GivenMoment | None = Field(default=None, description="That moment excluded.")


class AssetAnswer(Answer):
    """A picture given for a session or a product: of the product, or of the shopper."""

    id: str = Field(examples=["ast_01JZ0000000000000000000000"])
    object: Literal["asset"]
    kind: Literal["product", "model"]
    status: Literal["ready", "gone"] = Field(description="`gone` where the picture is no longer kept.")
    session_id: str | None
    product_id: str | None = Field(description="Whose picture it is; null for a shopper's.")
    model_id: str | None = Field(description="The shopper's photo; null for a product's.")
    image_url: str | None = Field(description="A signed address that expires; null where it is gone.")
    width: int | None
    height: int | None
    created_at: Moment


class SessionProduct(Answer):
    """The product as we know it."""

    id: str = Field(examples=["prd_01JZ0000000000000000000000"])
    external_id: str
    title: str
    url: str | None


class SessionResult(Answer):
    image_url: str = Field(description="A signed address that expires; ask again for another.")
    job_id: str


class SessionFailure(Answer):
    code: str = Field(examples=["garment_not_found"])
    message: str


class SessionAnswer(Answer):
    """One product, one link, one shopper, one outcome."""

    id: str = SESSION_ID
    object: Literal["session"]
    status: Status
    product_id: str = Field(description="As it was named when the session was created.")
    category: str
    experience: str
    locale: str | None
    launch_url: str = Field(
        description="What the shopper opens; it can't be guessed, and works until the session ends."
    )
    qr_code_url: str = Field(description="The same as a PNG; with `.svg` in place of `.png` as SVG.")
    expires_at: Moment
    created_at: Moment
    launched_at: Moment | None
    completed_at: Moment | None = Field(description="When it ended, however it ended.")
    merchant_reference: str | None
    metadata: dict[str, Any]
    category_metadata: CategoryAnswer
    product: SessionProduct
    assets: list[AssetAnswer] = Field(description="Pictures given for this session, oldest first.")
    return_url: str | None
    callback_url: str | None
    mode: Literal["live", "test"] = Field(description="As the key that created it.")
    result: SessionResult = Field(
        default=cast(SessionResult, None), description="Of a completed session, while the picture is kept."
    )
    error: SessionFailure = Field(
        default=cast(SessionFailure, None),
        description="Why it failed; of a session that goes on, why the newest photo was turned down.",
    )
