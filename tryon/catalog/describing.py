"""A product as a caller of the try-on surface describes it: only what is given changes, pictures are fetched later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tryon.catalog.categories import guess_category
from tryon.catalog.lifetimes import (
    INLINE_DAYS,
    ONE_SHOT_DAYS,
    check_not_reserved,
    has_ended,
    new_one_shot_id,
    restart_clock,
)
from tryon.catalog.models import Product, ProductImage
from tryon.catalog.pictures import IMAGES_MAX, delete_files, files_of, keep_image, replace_images
from tryon.catalog.preparing import prepare_product_later
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import FieldProblem, ForbiddenAddress, InvalidRequest
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.storage.base import Storage

NOT_GIVEN: Final = object()

Origin = Literal["catalog", "inline", "one_shot"]


@dataclass(frozen=True, slots=True)
class GivenImage:
    """By address, or as the bytes of an encoded picture."""

    url: str | None = None
    data: bytes | None = None
    classifications: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductDescription:
    """What is NOT_GIVEN stays as it is."""

    external_id: str | None
    """None: a one-shot product, named by us."""
    title: Any = NOT_GIVEN
    description: Any = NOT_GIVEN
    metadata: Any = NOT_GIVEN
    valid_for_days: Any = NOT_GIVEN
    """1 to 365, or None for ever."""
    images: Sequence[GivenImage] | None = None
    """The whole new list; None keeps the old one."""


def describe_product(
    merchant: Merchant,
    given: ProductDescription,
    *,
    is_inline: bool,
    outbound: Outbound,
    storage: Storage,
    queue: JobQueue,
) -> tuple[Product, bool]:
    """Create or change the product; True where it was created.

    Raises Conflict for a reserved name, InvalidRequest with a detail for each image that can't be used. A picture given
    by address is only looked at for an address that must not be called; a worker fetches it.
    """
    if given.external_id is not None:
        check_not_reserved(given.external_id)
    origin: Origin = "one_shot" if given.external_id is None else "inline" if is_inline else "catalog"
    images = _keep_images(merchant, given.images, outbound, storage)
    try:
        product, created, dropped = _write(merchant, given, origin, images)
    except BaseException:
        delete_files(storage, files_of(images or ()))
        raise
    delete_files(storage, dropped)
    prepare_product_later(product, queue=queue)
    return product, created


def _keep_images(
    merchant: Merchant, images: Sequence[GivenImage] | None, outbound: Outbound, storage: Storage
) -> list[ProductImage] | None:
    if images is None:
        return None
    if len(images) > IMAGES_MAX:
        raise InvalidRequest("Too many pictures.", details=[FieldProblem("images", f"At most {IMAGES_MAX}.")])
    kept: list[ProductImage] = []
    try:
        for index, image in enumerate(images):
            kept.append(_keep(merchant, image, index, outbound, storage))
    except BaseException:
        delete_files(storage, files_of(kept))
        raise
    return kept


def _keep(merchant: Merchant, image: GivenImage, index: int, outbound: Outbound, storage: Storage) -> ProductImage:
    if image.data is not None:
        kept = keep_image(merchant, image.data, None, storage)
    else:
        kept = ProductImage(source_url=_checked(image.url or "", index, outbound))
    kept.classifications = dict(image.classifications)
    return kept


def _checked(url: str, index: int, outbound: Outbound) -> str:
    try:
        outbound.check_url(url)
    except ForbiddenAddress as error:
        error.details = (FieldProblem(f"images.{index}.source.url", error.message),)
        raise
    return url


def _write(
    merchant: Merchant, given: ProductDescription, origin: Origin, images: list[ProductImage] | None
) -> tuple[Product, bool, list[str]]:
    external_id = given.external_id or new_one_shot_id()
    try:
        return _write_once(merchant, external_id, given, origin, images)
    except IntegrityError:  # somebody created the same external id at the same moment: now it is a change
        return _write_once(merchant, external_id, given, origin, images)


def _write_once(
    merchant: Merchant, external_id: str, given: ProductDescription, origin: Origin, images: list[ProductImage] | None
) -> tuple[Product, bool, list[str]]:
    with transaction():
        product = db.session.scalar(
            select(Product).where(Product.merchant_id == merchant.id, Product.external_id == external_id)
        )
        created = product is None or has_ended(product)
        if product is None:
            product = Product(merchant_id=merchant.id, external_id=external_id, title="", category="tops")
            db.session.add(product)
        if created:
            _begin(product, origin)
        elif origin == "catalog":
            product.origin = origin
        _apply(product, given)
        dropped = _settle_images(product, images, created=created)
        product.updated_at = now()
        restart_clock(product)
    return product, created, dropped


def _begin(product: Product, origin: Origin) -> None:
    """A product that begins, or begins again after its end, has nothing of what was before."""
    product.deleted_at, product.origin, product.last_used_at = None, origin, None
    product.title, product.description, product.extra = "", None, {}
    product.url, product.gender, product.sizes, product.colors = None, None, [], []
    product.category_is_guessed = True
    product.valid_for_days = {"catalog": None, "inline": INLINE_DAYS, "one_shot": ONE_SHOT_DAYS}[origin]
    product.created_at = now()


def _apply(product: Product, given: ProductDescription) -> None:
    if given.title is not NOT_GIVEN:
        product.title = given.title or ""
    if given.description is not NOT_GIVEN:
        product.description = given.description
    if given.metadata is not NOT_GIVEN:
        product.extra = given.metadata or {}
    if given.valid_for_days is not NOT_GIVEN:
        product.valid_for_days = given.valid_for_days
    if product.category_is_guessed:
        product.category = guess_category(product.title, product.description)


def _settle_images(product: Product, images: list[ProductImage] | None, *, created: bool) -> list[str]:
    """Returns the files no longer needed. A picture that is given by the same address again is not fetched again."""
    if images is None:
        return replace_images(product, []) if created and product.images else []
    known = {} if created else {image.source_url: image for image in product.images if image.source_url}
    settled = []
    for image in images:
        same = known.pop(image.source_url, None) if image.source_url else None
        if same is not None:
            same.classifications = image.classifications
        settled.append(same or image)
    return replace_images(product, settled)
