"""A product's category from its picture, where neither the merchant nor the texts say it."""

from sqlalchemy.orm.attributes import flag_modified

from tryon.catalog.categories import DEFAULT_CATEGORY
from tryon.catalog.finding import lock_product
from tryon.catalog.models import Product
from tryon.db import db, transaction
from tryon.engines.base import Category
from tryon.storage.base import Storage
from tryon.storage.folders import read_if_there


def guess_from_picture(product: Product, *, storage: Storage) -> None:
    """Look at the main picture, once; a word of the merchant's that comes meanwhile wins."""
    image = product.main_image
    if not product.category_is_guessed or product.guessed_from is not None or image is None or not image.file_key:
        return
    key = image.file_key
    db.session.commit()
    picture = read_if_there(storage, key)
    if picture is None:
        return
    seen = _look(picture) or DEFAULT_CATEGORY
    with transaction():
        still = lock_product(
            Product.id == product.id, Product.category_is_guessed.is_(True), Product.guessed_from.is_(None)
        )
        if still is not None and still.main_image is not None and still.main_image.file_key == key:
            still.category, still.guessed_from = seen, "picture"
            flag_modified(still, "updated_at")  # nobody changed the product: the time stays


def _look(picture: bytes) -> Category | None:
    from tryon.engines.local.category_guess import guess_category  # numpy and OpenCV load only in workers
    from tryon.engines.local.engine import read_opacity, read_picture

    pixels = read_picture(picture)
    return None if pixels is None else guess_category(pixels, read_opacity(picture))
