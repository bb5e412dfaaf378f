"""Products whose days are over: their pictures go, their rows stay for the try-ons that name them."""

from datetime import datetime

from sqlalchemy import select

from tryon.catalog.models import Product
from tryon.catalog.removing import remove_product_if
from tryon.db import db
from tryon.storage.base import Storage


def remove_expired_products(moment: datetime, limit: int, *, storage: Storage) -> int:
    """One that is used at this very moment lives on."""
    expired = select(Product.id).where(Product.deleted_at.is_(None), Product.expires_at <= moment).limit(limit)
    ids = db.session.scalars(expired).all()
    return sum(remove_product_if(product_id, Product.expires_at <= moment, storage=storage) for product_id in ids)
