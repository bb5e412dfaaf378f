"""Finding a merchant's products. What is deleted or has expired is not there, swept or not."""

from sqlalchemy import ColumnElement, select

from tryon.catalog.lifetimes import has_ended, is_alive
from tryon.catalog.models import Product
from tryon.db import db
from tryon.errors import NotFound
from tryon.merchants.models import Merchant


def find_product(merchant: Merchant, external_id: str) -> Product | None:
    """By the merchant's own SKU."""
    named = select(Product).where(Product.merchant_id == merchant.id, Product.external_id == external_id, is_alive())
    return db.session.scalar(named)


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
