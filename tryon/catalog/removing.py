"""Taking a product out: its pictures go at once, its row stays for the try-ons that name it."""

from tryon.catalog.models import Product
from tryon.clock import now
from tryon.db import transaction
from tryon.storage.base import Storage
from tryon.storage.folders import delete_folder


def remove_product(product: Product, *, storage: Storage) -> None:
    keys = product.file_keys
    with transaction():
        product.deleted_at = now()
        product.images = []
    for key in keys:
        delete_folder(storage, key)
