"""Finding a merchant's products. What is deleted or has expired is not there, swept or not."""

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import joinedload

from tryon.catalog.lifetimes import has_ended
from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import db
from tryon.errors import NotFound
from tryon.merchants.models import Merchant

_NAMED = (
    select(Product)
    .options(joinedload(Product.images))
    .where(
        Product.merchant_id == bindparam("merchant_id"),
        Product.external_id == bindparam("external_id"),
        Product.deleted_at.is_(None),
        or_(Product.expires_at.is_(None), Product.expires_at > bindparam("moment")),
    )
)
"""Made once, and with the pictures in one trip: nearly every request asks for a product."""


def find_product(merchant: Merchant, external_id: str) -> Product | None:
    """By the merchant's own SKU."""
    named = {"merchant_id": merchant.id, "external_id": external_id, "moment": now()}
    return db.session.scalars(_NAMED, named).unique().one_or_none()


def get_product(merchant: Merchant, external_id: str) -> Product:
    """By the merchant's own SKU. Raises NotFound."""
    return _there(find_product(merchant, external_id), external_id)


def find_product_by_any_id(merchant: Merchant, name: str) -> Product | None:
    """By our id (prd_…) or by the merchant's own SKU."""
    product = db.session.get(Product, name) if name.startswith("prd_") else None
    if product is not None and product.merchant_id == merchant.id and not has_ended(product):
        return product
    return find_product(merchant, name)


def get_product_by_any_id(merchant: Merchant, name: str) -> Product:
    """By our id or by the merchant's own SKU. Raises NotFound."""
    return _there(find_product_by_any_id(merchant, name), name)


def lock_product(*conditions: ColumnElement[bool]) -> Product | None:
    """As it stands now, inside a transaction: nobody else changes it or its pictures until that ends."""
    wanted = select(Product).where(*conditions).with_for_update(of=Product, key_share=True)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _there(product: Product | None, name: str) -> Product:
    if product is None:
        raise NotFound(f"The product {name!r} is not known, or has expired.", code="unknown_product")
    return product
