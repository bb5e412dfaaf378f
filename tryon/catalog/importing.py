"""Taking a merchant's product in: creating it, replacing it, or changing a part of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.exc import IntegrityError

from tryon.catalog.categories import read_category
from tryon.catalog.changing import apply, begin, settle_category
from tryon.catalog.fields import NOT_GIVEN, ProductChanges, ProductFields
from tryon.catalog.finding import find_product, lock_product
from tryon.catalog.lifetimes import check_not_reserved, end_of, has_ended, new_one_shot_id
from tryon.catalog.models import Product
from tryon.catalog.pictures import IMAGES_MAX, KeptFile, drop_files, take_pictures
from tryon.catalog.preparing import prepare_product_later
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import FieldProblem, InvalidRequest, NotFound
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.storage.base import Storage
from tryon.usage.products import change_product_count

Origin = Literal["catalog", "inline", "one_shot"]


def upsert_product(
    merchant: Merchant,
    fields: ProductFields | ProductChanges,
    *,
    origin: Origin = "catalog",
    fetches_later: bool = False,
    outbound: Outbound,
    storage: Storage,
    queue: JobQueue,
) -> tuple[Product, bool]:
    """Create or update the merchant's product of that external id; True where it was created.

    Pictures are fetched before the change begins, so no transaction waits for a shop's server, or by a worker
    (`fetches_later`). A picture whose address did not change is not fetched again. Raises InvalidRequest (also what
    fetching raises) and Conflict (reserved_external_id).
    """
    changes = fields.as_changes() if isinstance(fields, ProductFields) else fields
    check_not_reserved(changes.external_id)
    if origin == "one_shot":
        changes = replace(changes, external_id=new_one_shot_id())
    kit = _Kit(fetches_later, outbound, storage, queue)
    return _put(merchant.id, changes, origin, find_product(merchant, changes.external_id), kit)


def change_product(
    product: Product, changes: ProductChanges, *, outbound: Outbound, storage: Storage, queue: JobQueue
) -> Product:
    """Change what is given of a product that is there. Raises what `upsert_product` raises, and NotFound."""
    kit = _Kit(False, outbound, storage, queue)
    return _put(product.merchant_id, replace(changes, external_id=product.external_id), None, product, kit)[0]


@dataclass(frozen=True, slots=True)
class _Kit:
    fetches_later: bool
    outbound: Outbound
    storage: Storage
    queue: JobQueue


def _put(
    merchant_id: str, changes: ProductChanges, origin: Origin | None, known: Product | None, kit: _Kit
) -> tuple[Product, bool]:
    if changes.category is not NOT_GIVEN:
        changes = replace(changes, category=read_category(changes.category))
    given = () if changes.pictures is NOT_GIVEN else changes.pictures
    if len(given) > IMAGES_MAX:
        problem = FieldProblem(f"{changes.path}images", f"At most {IMAGES_MAX}.")
        raise InvalidRequest("Too many pictures.", details=[problem])
    files = take_pictures(
        merchant_id,
        given,
        known_urls={image.source_url for image in (known.fetched_images if known else []) if image.source_url},
        fetches_later=kit.fetches_later,
        outbound=kit.outbound,
        storage=kit.storage,
    )
    try:
        product, created, dropped = _write(merchant_id, changes, origin, files)
    except BaseException:
        drop_files(kit.storage, (file.key for file in files if file))
        raise
    drop_files(kit.storage, dropped)
    prepare_product_later(product, queue=kit.queue)
    return product, created


def _write(
    merchant_id: str, changes: ProductChanges, origin: Origin | None, files: Sequence[KeptFile | None]
) -> tuple[Product, bool, list[str]]:
    """Returns the product, whether it is new, and the files no longer needed."""
    try:
        return _write_once(merchant_id, changes, origin, files)
    except IntegrityError:  # somebody created the same external id at the same moment: now it is an update
        return _write_once(merchant_id, changes, origin, files)


def _write_once(
    merchant_id: str, changes: ProductChanges, origin: Origin | None, files: Sequence[KeptFile | None]
) -> tuple[Product, bool, list[str]]:
    with transaction():
        moment, dropped = now(), list[str]()
        product = lock_product(Product.merchant_id == merchant_id, Product.external_id == changes.external_id)
        created = product is None or has_ended(product)
        was_counted = product is not None and product.is_counted
        if created and origin is None:
            raise NotFound("This product is not known, or has expired.", code="unknown_product")
        if product is None:
            product = Product(merchant_id=merchant_id, external_id=changes.external_id)
            db.session.add(product)
        if created and origin is not None:
            dropped += begin(product, origin, moment)
        elif origin == "catalog":
            product.origin = origin
        dropped += apply(product, changes, files)
        settle_category(product, changes.category)
        product.updated_at, product.expires_at = moment, end_of(product.valid_for_days, moment)
        if product.is_counted != was_counted:
            change_product_count(merchant_id, 1 if product.is_counted else -1)
    return product, created, dropped
