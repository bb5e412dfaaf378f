"""From a ProductSpec to a product: found by its name, or described."""

from tryon.api.tryon.files import read_file
from tryon.api.tryon.schemas import ImageSpec, ProductSpec
from tryon.catalog.describing import NOT_GIVEN, GivenImage, ProductDescription, describe_product
from tryon.catalog.importing import find_product
from tryon.catalog.models import Product
from tryon.errors import InvalidRequest, NotFound
from tryon.merchants.models import Merchant
from tryon.wiring import tools


def get_referenced(merchant: Merchant, external_id: str) -> Product:
    """Raises NotFound, whose code tells the caller to send the product along."""
    product = find_product(merchant, external_id)
    if product is None:
        raise NotFound(
            f"The product {external_id!r} is not known, or has expired. Send it with its images.",
            code="unknown_product",
        )
    return product


def describe(merchant: Merchant, spec: ProductSpec, *, path: str, is_inline: bool) -> tuple[Product, bool]:
    """Create or change the product; True where it was created. `path` is where the body has it, with a final dot."""
    if spec.external_id is None and not spec.images and not spec.image_urls:
        raise images_required()
    kit = tools()
    return describe_product(
        merchant,
        ProductDescription(external_id=spec.external_id, images=_images(spec, path), **_given(spec)),
        is_inline=is_inline,
        outbound=kit.outbound,
        storage=kit.storage,
        queue=kit.queue,
    )


def images_required() -> InvalidRequest:
    return InvalidRequest("This product has no picture. Send at least one image.", code="product_images_required")


def _given(spec: ProductSpec) -> dict[str, object]:
    """What the caller wrote, null too; what they left out is left as it is."""
    names = ("title", "description", "metadata", "valid_for_days")
    return {name: getattr(spec, name) if name in spec.model_fields_set else NOT_GIVEN for name in names}


def _images(spec: ProductSpec, path: str) -> list[GivenImage] | None:
    if spec.images is not None:
        return [_image(image, f"{path}images.{index}.") for index, image in enumerate(spec.images)]
    if spec.image_urls is not None:
        return [GivenImage(url=url) for url in spec.image_urls]
    return None


def _image(image: ImageSpec, path: str) -> GivenImage:
    assert image.source is not None  # the schema sees to it
    if image.source.file_key is not None:
        file_path = path + ("fileKey" if image.is_flat else "source.fileKey")
        return GivenImage(data=read_file(image.source.file_key, file_path), classifications=image.classifications)
    return GivenImage(url=image.source.url, classifications=image.classifications)
