"""From a ProductSpec to a product: found by its name, or described."""

from tryon.api.tryon.files import read_file
from tryon.api.tryon.schemas import ImageSpec, ProductSpec
from tryon.catalog.describing import describe_product
from tryon.catalog.fields import NOT_GIVEN, GivenPicture, NotGiven, ProductChanges
from tryon.catalog.finding import get_product
from tryon.catalog.models import Product
from tryon.errors import InvalidRequest
from tryon.merchants.models import Merchant
from tryon.wiring import tools


def get_referenced(merchant: Merchant, external_id: str) -> Product:
    """Raises NotFound, whose code tells the caller to send the product along."""
    return get_product(merchant, external_id)


def describe(merchant: Merchant, spec: ProductSpec, *, path: str, is_inline: bool) -> tuple[Product, bool]:
    """Create or change the product; True where it was created. `path` is where the body has it, with a final dot."""
    kit = tools()
    changes = ProductChanges(
        external_id=spec.external_id or "",
        title=NOT_GIVEN if spec.title is None else spec.title,
        description=NOT_GIVEN if spec.description is None else spec.description,
        pictures=_pictures(spec, path),
        metadata=NOT_GIVEN if spec.metadata is None else spec.metadata,
        valid_for_days=_lifetime(spec, is_inline=is_inline),
        path=path,
    )
    return describe_product(
        merchant, changes, is_inline=is_inline, outbound=kit.outbound, storage=kit.storage, queue=kit.queue
    )


def images_required() -> InvalidRequest:
    return InvalidRequest("This product has no picture. Send at least one image.", code="product_images_required")


def _lifetime(spec: ProductSpec, *, is_inline: bool) -> int | NotGiven | None:
    """null means for ever where a product is put into the catalogue; with a try-on it means nothing, like any null."""
    if spec.valid_for_days is None and (is_inline or "valid_for_days" not in spec.model_fields_set):
        return NOT_GIVEN
    return spec.valid_for_days


def _pictures(spec: ProductSpec, path: str) -> tuple[GivenPicture, ...] | NotGiven:
    """`images` is the newer word: where both are given, the alias is not looked at."""
    if spec.images is not None:
        return tuple(_picture(image, f"{path}images.{index}.") for index, image in enumerate(spec.images))
    if spec.image_urls is not None:
        return tuple(GivenPicture(url=url, path=f"{path}imageUrls.{at}") for at, url in enumerate(spec.image_urls))
    return NOT_GIVEN


def _picture(image: ImageSpec, path: str) -> GivenPicture:
    assert image.source is not None  # the schema sees to it
    url, file_key = image.source.url, image.source.file_key
    path += ("" if image.is_flat else "source.") + ("url" if file_key is None else "fileKey")
    data = None if file_key is None else read_file(file_key, path)
    return GivenPicture(url=url, data=data, classifications=image.classifications or {}, path=path)
