"""Taking a merchant's product in: creating or updating it, and fetching its pictures to keep."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tryon.catalog.categories import guess_category, read_category
from tryon.catalog.lifetimes import check_not_reserved, has_ended, is_alive
from tryon.catalog.models import Product, ProductImage
from tryon.catalog.pictures import (
    IMAGE_MAX_BYTES,
    IMAGE_TIMEOUT_SECONDS,
    IMAGES_MAX,
    delete_files,
    files_of,
    keep_image,
    replace_images,
)
from tryon.catalog.preparing import prepare_product_later
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import FieldProblem, ForbiddenAddress, ImageFetchFailed, InvalidRequest
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.storage.base import Storage


@dataclass(frozen=True, slots=True)
class ProductFields:
    """What a merchant says of a product. `images` are encoded pictures given as bytes, after those of `image_urls`."""

    external_id: str
    title: str
    url: str | None = None
    image_urls: tuple[str, ...] = ()
    images: tuple[bytes, ...] = ()
    description: str | None = None
    gender: str | None = None
    category: str | None = None
    sizes: tuple[str, ...] = ()
    colors: tuple[dict[str, str], ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)


def upsert_product(
    merchant: Merchant, fields: ProductFields, *, outbound: Outbound, storage: Storage, queue: JobQueue
) -> tuple[Product, bool]:
    """Create or update the merchant's product of that external id; True where it was created.

    Pictures are fetched before the change begins, so no transaction waits for a shop's server. A picture whose
    address did not change is not fetched again.
    """
    check_not_reserved(fields.external_id)
    category = read_category(fields.category)
    if len(fields.image_urls) + len(fields.images) > IMAGES_MAX:
        raise InvalidRequest("Too many pictures.", details=[FieldProblem("image_urls", f"At most {IMAGES_MAX}.")])
    known = find_product(merchant, fields.external_id)
    kept = {image.source_url: image for image in (known.images if known else []) if image.source_url}
    fresh = _keep_images(merchant, fields, kept, outbound=outbound, storage=storage)
    unused: list[str] = files_of(image for image in fresh if image not in kept.values())
    try:
        product, created, dropped = _write(merchant, fields, category, fresh)
    except BaseException:
        delete_files(storage, unused)
        raise
    delete_files(storage, dropped)
    prepare_product_later(product, queue=queue)
    return product, created


def find_product(merchant: Merchant, external_id: str) -> Product | None:
    return db.session.scalar(
        select(Product).where(Product.merchant_id == merchant.id, Product.external_id == external_id, is_alive())
    )


def find_product_by_any_id(merchant: Merchant, name: str) -> Product | None:
    """By our id (prd_…) or by the merchant's own SKU."""
    product = db.session.get(Product, name) if name.startswith("prd_") else None
    if product is not None and product.merchant_id == merchant.id and not has_ended(product):
        return product
    return find_product(merchant, name)


def _keep_images(
    merchant: Merchant,
    fields: ProductFields,
    kept: dict[str, ProductImage],
    *,
    outbound: Outbound,
    storage: Storage,
) -> list[ProductImage]:
    images: list[ProductImage] = []
    try:
        for index, url in enumerate(fields.image_urls):
            image = kept.get(url)
            images.append(image or keep_image(merchant, _fetch(url, index, outbound), url, storage))
        images += [keep_image(merchant, data, None, storage) for data in fields.images]
    except BaseException:
        delete_files(storage, files_of(image for image in images if image not in kept.values()))
        raise
    return images


def _fetch(url: str, index: int, outbound: Outbound) -> bytes:
    try:
        return outbound.fetch(url, max_bytes=IMAGE_MAX_BYTES, timeout_seconds=IMAGE_TIMEOUT_SECONDS).body
    except (ImageFetchFailed, ForbiddenAddress) as error:
        error.details = (FieldProblem(f"image_urls.{index}", error.message),)
        raise


def _write(
    merchant: Merchant, fields: ProductFields, category: str | None, images: list[ProductImage]
) -> tuple[Product, bool, list[str]]:
    """Returns the product, whether it is new, and the files no longer needed."""
    try:
        return _write_once(merchant, fields, category, images)
    except IntegrityError:  # somebody created the same external id at the same moment: now it is an update
        return _write_once(merchant, fields, category, images)


def _write_once(
    merchant: Merchant, fields: ProductFields, category: str | None, images: list[ProductImage]
) -> tuple[Product, bool, list[str]]:
    with transaction():
        product = db.session.scalar(
            select(Product).where(Product.merchant_id == merchant.id, Product.external_id == fields.external_id)
        )
        created = product is None or has_ended(product)
        if product is None:
            product = Product(merchant_id=merchant.id, external_id=fields.external_id)
            db.session.add(product)
        _apply(product, fields, category)
        dropped = replace_images(product, images) if images or created else []
        product.updated_at = now()
    return product, created, dropped


def _apply(product: Product, fields: ProductFields, category: str | None) -> None:
    product.deleted_at, product.origin = None, "catalog"
    product.valid_for_days = product.expires_at = None
    product.title, product.url, product.description = fields.title, fields.url, fields.description
    product.gender, product.sizes, product.colors = fields.gender, list(fields.sizes), list(fields.colors)
    product.extra = fields.metadata
    if category is not None:
        product.category, product.category_is_guessed = category, False
    elif product.category is None or product.category_is_guessed:
        product.category = guess_category(fields.title, fields.description)
        product.category_is_guessed = True
