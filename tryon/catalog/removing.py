"""Taking a product out: its pictures go at once, its row stays for the try-ons that name it."""

from sqlalchemy import ColumnElement

from tryon.catalog.finding import lock_product
from tryon.catalog.models import Product
from tryon.catalog.pictures import drop_files
from tryon.clock import now
from tryon.db import transaction
from tryon.storage.base import Storage
from tryon.usage.products import change_product_count


def remove_product(product: Product, *, storage: Storage) -> None:
    remove_product_if(product.id, storage=storage)


def remove_product_if(product_id: str, *conditions: ColumnElement[bool], storage: Storage) -> bool:
    """Remove it if it is still there and the conditions hold at the moment of removing; True where it was."""
    with transaction():
        product = lock_product(Product.id == product_id, Product.deleted_at.is_(None), *conditions)
        if product is None:
            return False
        if product.is_counted:
            change_product_count(product.merchant_id, -1)
        files = product.file_keys
        product.deleted_at, product.images = now(), []
    drop_files(storage, files)
    return True
