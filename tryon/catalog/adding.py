"""Adding one picture to a product that is there, beside those it has or in their place."""

from typing import Literal

from tryon.catalog.finding import lock_product
from tryon.catalog.lifetimes import is_alive
from tryon.catalog.models import Product, ProductImage
from tryon.catalog.pictures import IMAGES_MAX, KeptFile, drop_files, fetch_picture, keep_picture
from tryon.catalog.preparing import prepare_product_later
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import InvalidRequest, NotFound
from tryon.jobqueue import JobQueue
from tryon.outbound import Outbound
from tryon.storage.base import Storage

Placement = Literal["main", "more", "only"]
"""main: before the others, so that it is the one tried on. more: after them. only: instead of them."""


def add_picture(
    product: Product,
    source: str | bytes,
    *,
    placement: Placement = "main",
    outbound: Outbound,
    storage: Storage,
    queue: JobQueue,
) -> ProductImage:
    """`source` is an address or encoded bytes. Raises what fetching and decoding raise, InvalidRequest where there are
    too many pictures already, and NotFound where the product has ended meanwhile.
    """
    if isinstance(source, str):
        file = fetch_picture(product.merchant_id, source, outbound=outbound, storage=storage)
        image = _row(file, source)
    else:
        file = keep_picture(product.merchant_id, source, storage=storage)
        image = _row(file, None)
    try:
        dropped = _add(product.id, image, placement)
    except BaseException:
        drop_files(storage, [file.key])
        raise
    drop_files(storage, dropped)
    prepare_product_later(product, queue=queue)
    return image


def _row(file: KeptFile, url: str | None) -> ProductImage:
    return ProductImage(source_url=url, file_key=file.key, width=file.width, height=file.height)


def _add(product_id: str, image: ProductImage, placement: Placement) -> list[str]:
    """Returns the files no longer needed."""
    with transaction():
        product = lock_product(Product.id == product_id, is_alive())
        if product is None:
            raise NotFound("This product is not known, or has expired.", code="unknown_product")
        before = list(product.images)
        kept = [] if placement == "only" else before
        if len(kept) >= IMAGES_MAX:
            raise InvalidRequest(f"This product has {IMAGES_MAX} pictures already.", code="too_many_images")
        product.images = [*kept, image] if placement == "more" else [image, *kept]
        for position, each in enumerate(product.images):
            each.position = position
        if product.main_image is image and product.guessed_from == "picture":
            product.guessed_from = None
        product.updated_at = now()
        db.session.flush()
    return [each.file_key for each in before if each not in kept and each.file_key]
