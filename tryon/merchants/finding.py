"""A merchant by id or slug."""

from sqlalchemy import or_, select

from tryon.db import db
from tryon.merchants.models import Merchant


def find_merchant(name: str) -> Merchant | None:
    return db.session.scalar(select(Merchant).where(or_(Merchant.id == name, Merchant.slug == name)))
