"""Pictures a merchant's server gives for a session: more of the product, or the shopper's own photo."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Address, Body, Form, ShortText, Upload
from tryon.api.operations import operation
from tryon.api.sessions.describing import describe_assets
from tryon.api.sessions.schemas import AssetAnswer
from tryon.catalog.finding import get_product_by_any_id
from tryon.catalog.models import Product
from tryon.errors import FieldProblem, ForbiddenAddress, ImageFetchFailed, InvalidRequest
from tryon.imaging.decode import UPLOAD_MAX_BYTES
from tryon.sessions.assets import add_model_asset, add_product_asset, get_asset
from tryon.sessions.models import Asset, TryOnSession
from tryon.sessions.opening import get_session
from tryon.wiring import tools

blueprint = Blueprint("session_assets", __name__, url_prefix="/v1/assets")

Kind = Annotated[
    Literal["product", "model"],
    Field(description="`product`: a picture of the product. `model`: a photo of the shopper, for a session."),
]
SessionId = Annotated[ShortText, Field(description="For this session, and its product.")]
ProductId = Annotated[ShortText, Field(description="For this product: your own SKU, or our `prd_…`.")]
Placement = Annotated[
    Literal["main", "more", "only"],
    Field(
        description="Of a product's picture: `main` puts it before the others, so that it is tried on; `more` after "
        "them; `only` in their place."
    ),
]


class AssetBody(Body):
    """A picture by its address."""

    kind: Kind
    url: Address = Field(description="Where the picture is.", examples=["https://merchant.example/img/shoe-2.jpg"])
    session_id: SessionId | None = None
    product_id: ProductId | None = None
    placement: Placement = "main"


class AssetForm(Form):
    """A picture as a file."""

    kind: Kind
    file: Upload | None = Field(default=None, description="JPEG, PNG, WebP or HEIC, at most 10 MB.")
    session_id: SessionId | None = None
    product_id: ProductId | None = None
    placement: Placement = "main"


@blueprint.post("")
@secret_key
@operation(
    "Add an asset",
    tag="Assets",
    body=AssetBody,
    form=AssetForm,
    answers={201: AssetAnswer},
    errors={
        400: ("file_required", "image_fetch_failed", "forbidden_address", "invalid_image", "too_many_images"),
        404: ("session_not_found", "unknown_product"),
        409: "session_over",
        413: "image_too_large",
        415: "unsupported_image_type",
        422: ("no_person_found", "several_people", "pose_not_supported"),
    },
)
def create(body: AssetBody | None, form: AssetForm | None) -> tuple[AssetAnswer, int]:
    """Product media, or the shopper's photo, as a file (multipart) or by its address (JSON); for a session or, of a
    product, for the product itself: exactly one of `session_id` and `product_id`.

    A `model` photo is looked at at once: one that can't be used is 422 with the failed check's code and all `checks`,
    and nothing of it is kept. The launch page then starts with this photo. By sending it you say that the shopper has
    agreed to its use.
    """
    given = body or form
    assert given is not None
    session, product = _get_target(given)
    source = body.url if body else _read_file(form)
    try:
        asset = _add(given, session, product, source)
    except (ImageFetchFailed, ForbiddenAddress) as error:
        error.details = (FieldProblem("url", error.message),)
        raise
    return describe_assets([asset])[0], 201


@blueprint.get("/<asset_id>")
@secret_key
@operation("Show an asset", tag="Assets", answers={200: AssetAnswer}, errors={404: "asset_not_found"})
def show(asset_id: str) -> AssetAnswer:
    return describe_assets([get_asset(calling_merchant(), asset_id)])[0]


def _get_target(given: AssetBody | AssetForm) -> tuple[TryOnSession | None, Product]:
    merchant = calling_merchant()
    if (given.session_id is None) == (given.product_id is None):
        problem = FieldProblem("session_id", "Exactly one of session_id and product_id is needed.")
        raise InvalidRequest("Say what the picture is for.", details=[problem])
    if given.kind == "model" and given.session_id is None:
        problem = FieldProblem("session_id", "Needed with kind model.")
        raise InvalidRequest("A shopper's photo is given for a session.", details=[problem])
    if given.session_id is not None:
        session = get_session(merchant, given.session_id)
        return session, session.product
    return None, get_product_by_any_id(merchant, given.product_id or "")


def _read_file(form: AssetForm | None) -> bytes:
    if form is None or form.file is None:
        problem = FieldProblem("file", "A file is needed.")
        raise InvalidRequest("Send the picture as a file named `file`.", code="file_required", details=[problem])
    return form.file.stream.read(UPLOAD_MAX_BYTES + 1)


def _add(given: AssetBody | AssetForm, session: TryOnSession | None, product: Product, source: str | bytes) -> Asset:
    kit = tools()
    if given.kind == "model" and session is not None:
        return add_model_asset(
            session,
            source,
            engine=kit.engine,
            outbound=kit.outbound,
            storage=kit.storage,
            settings=kit.settings,
            queue=kit.queue,
        )
    return add_product_asset(
        product,
        source,
        session=session,
        placement=given.placement,
        outbound=kit.outbound,
        storage=kit.storage,
        queue=kit.queue,
    )
