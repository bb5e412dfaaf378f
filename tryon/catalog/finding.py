"""Finding a merchant's products. What is deleted or has expired is not there, swept or not."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm.attributes import instance_dict, set_committed_value

from tryon.catalog.models import Product, ProductImage
from tryon.clock import now
from tryon.db import db, known
from tryon.errors import NotFound
from tryon.fixed import Fixed
from tryon.merchants.models import Merchant
from tryon.straight import read


def find_product(merchant: Merchant, external_id: str) -> Product | None:
    """By the merchant's own SKU."""
    return _find(merchant, "external_id", external_id)


def get_product(merchant: Merchant, external_id: str) -> Product:
    """By the merchant's own SKU. Raises NotFound."""
    return _there(find_product(merchant, external_id), external_id)


def find_product_by_any_id(merchant: Merchant, name: str) -> Product | None:
    """By our id (prd_…) or by the merchant's own SKU."""
    product = _find(merchant, "id", name) if name.startswith("prd_") else None
    return product or find_product(merchant, name)


def get_product_by_any_id(merchant: Merchant, name: str) -> Product:
    """By our id or by the merchant's own SKU. Raises NotFound."""
    return _there(find_product_by_any_id(merchant, name), name)


def lock_product(*conditions: ColumnElement[bool]) -> Product | None:
    """As it stands now, inside a transaction: nobody else changes it or its pictures until that ends."""
    wanted = select(Product).where(*conditions).with_for_update(of=Product, key_share=True)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


_IMAGE = "image_"
"""Before the names of a picture's columns, in a row that has a product's as well."""


@cache
def _question(name: str) -> Fixed:
    """A living product of one merchant by its column `name`, a row for each picture: one trip, and no query to be made
    and no rows to be sorted out by the ORM. Nearly every request asks for a product."""
    ours: list[Any] = [attr.columns[0].label(attr.key) for attr in Product.__mapper__.column_attrs]
    theirs: list[Any] = [attr.columns[0].label(_IMAGE + attr.key) for attr in ProductImage.__mapper__.column_attrs]
    return Fixed(
        select(*ours, *theirs)
        .outerjoin(ProductImage, ProductImage.product_id == Product.id)
        .where(
            Product.merchant_id == bindparam("of_merchant"),
            getattr(Product, name) == bindparam("named"),
            Product.deleted_at.is_(None),
            or_(Product.expires_at.is_(None), Product.expires_at > bindparam("moment")),
        )
        .order_by(ProductImage.position)
    )


def _find(merchant: Merchant, by: str, name: str) -> Product | None:
    rows = [row._asdict() for row in read(_question(by), of_merchant=merchant.id, named=name, moment=now())]
    if not rows:
        return None
    product = known(Product, **{key: value for key, value in rows[0].items() if not key.startswith(_IMAGE)})
    if "images" not in instance_dict(product):
        set_committed_value(product, "images", [_image(row) for row in rows if row[_IMAGE + "id"]])
    return product


def _image(row: dict[str, Any]) -> ProductImage:
    values = {key.removeprefix(_IMAGE): value for key, value in row.items() if key.startswith(_IMAGE)}
    return known(ProductImage, **values)


def _there(product: Product | None, name: str) -> Product:
    if product is None:
        raise NotFound(f"The product {name!r} is not known, or has expired.", code="unknown_product")
    return product
