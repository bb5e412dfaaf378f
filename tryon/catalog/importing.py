"""Taking a merchant's product in: creating it, replacing it, or changing a part of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from sqlalchemy.exc import IntegrityError

from tryon.catalog.categories import read_category
from tryon.catalog.changing import apply, begin, settle_category
from tryon.catalog.fields import NOT_GIVEN, ProductChanges, ProductFields
from tryon.catalog.finding import find_product, find_product_by_any_id, lock_product  # noqa: F401
from tryon.catalog.lifetimes import check_not_reserved, end_of, has_ended, new_one_shot_id
from tryon.catalog.models import Product
from tryon.catalog.pictures import IMAGES_MAX, KeptFile, drop_files, take_pictures
from tryon.catalog.preparing import prepare_product_later
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import FieldProblem, InvalidRequest
from tryon.jobqueue import JobQueue
from tryon.merchants.models import Merchant
from tryon.outbound import Outbound
from tryon.storage.base import Storage

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
    category = None if changes.category is NOT_GIVEN else read_category(changes.category)
    given = () if changes.pictures is NOT_GIVEN else changes.pictures
    if len(given) > IMAGES_MAX:
        raise InvalidRequest(
            "Too many pictures.", details=[FieldProblem(f"{changes.path}images", f"At most {IMAGES_MAX}.")]
        )
    files = take_pictures(
        merchant.id,
        given,
        known_urls=_fetched_urls(merchant, changes.external_id) if given else (),
        fetches_later=fetches_later,
        outbound=outbound,
        storage=storage,
    )
    try:
        product, created, dropped = _write(merchant, changes, category, origin, files)
    except BaseException:
        drop_files(storage, (file.key for file in files if file))
        raise
    drop_files(storage, dropped)
    prepare_product_later(product, queue=queue)
    return product, created


def _fetched_urls(merchant: Merchant, external_id: str) -> set[str]:
    known = find_product(merchant, external_id)
    return {image.source_url for image in (known.images if known else []) if image.source_url and image.file_key}


def _write(
    merchant: Merchant,
    changes: ProductChanges,
    category: str | None,
    origin: Origin,
    files: Sequence[KeptFile | None],
) -> tuple[Product, bool, list[str]]:
    """Returns the product, whether it is new, and the files no longer needed."""
    try:
        return _write_once(merchant, changes, category, origin, files)
    except IntegrityError:  # somebody created the same external id at the same moment: now it is an update
        return _write_once(merchant, changes, category, origin, files)


def _write_once(
    merchant: Merchant,
    changes: ProductChanges,
    category: str | None,
    origin: Origin,
    files: Sequence[KeptFile | None],
) -> tuple[Product, bool, list[str]]:
    with transaction():
        moment, dropped = now(), list[str]()
        product = lock_product(Product.merchant_id == merchant.id, Product.external_id == changes.external_id)
        created = product is None or has_ended(product)
        if product is None:
            product = Product(merchant_id=merchant.id, external_id=changes.external_id)
            db.session.add(product)
        if created:
            dropped += begin(product, origin, moment)
        elif origin == "catalog":
            product.origin = origin
        dropped += apply(product, changes, files)
        settle_category(product, category)
        product.updated_at, product.expires_at = moment, end_of(product.valid_for_days, moment)
    return product, created, dropped
