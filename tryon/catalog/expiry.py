"""Products whose days are over: their pictures go, their rows stay for the try-ons that name them."""

from datetime import datetime

from sqlalchemy import select

from tryon.catalog.models import Product
from tryon.catalog.removing import remove_product
from tryon.db import db
from tryon.storage.base import Storage


def remove_expired_products(moment: datetime, limit: int, *, storage: Storage) -> int:
    expired = select(Product).where(Product.deleted_at.is_(None), Product.expires_at <= moment).limit(limit)
    products = db.session.scalars(expired).all()
    for product in products:
        remove_product(product, storage=storage)
    return len(products)
