"""A small shop that is integrated as any merchant would be: its button opens a session and sends the shopper there."""

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlalchemy import select

from tryon.catalog.finding import find_product
from tryon.catalog.lifetimes import is_alive
from tryon.catalog.models import Product, ProductImage
from tryon.db import db
from tryon.demo import BEFORE_AFTER, LOOKS, SLUG, find_demo_merchant
from tryon.errors import NotFound
from tryon.merchants.models import Merchant
from tryon.pages.addresses import launch_path
from tryon.sessions.opening import SessionFields, open_session
from tryon.wiring import tools

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

PRODUCTS_MAX = 60


@blueprint.get("")
def show_shop() -> str:
    merchant, products = _get_merchant(), find_demo_products(PRODUCTS_MAX)
    by_sku = {product.external_id: product for product in products}
    looks = [(look, by_sku[look.ware.sku]) for look in LOOKS if look.ware.sku in by_sku]
    return render_template(
        "pages/demo.html", merchant=merchant, products=products, looks=looks, before_after=BEFORE_AFTER
    )


@blueprint.get("/<external_id>")
def show_product(external_id: str) -> str:
    merchant = _get_merchant()
    product = _get_product(merchant, external_id)
    others = [other for other in find_demo_products(5) if other.id != product.id][:4]
    return render_template("pages/product.html", merchant=merchant, product=product, others=others)


@blueprint.post("/<external_id>/try-on")
def try_product_on(external_id: str) -> Response:
    """What a merchant's backend does when the button on its product page is pressed."""
    merchant = _get_merchant()
    product = _get_product(merchant, external_id)
    kit = tools()
    product_page = kit.settings.public_app_url + url_for("demo.show_product", external_id=product.external_id)
    fields = SessionFields(product_id=product.id, category=product.category, return_url=product_page)
    session = open_session(merchant, fields, mode="live", outbound=kit.outbound, storage=kit.storage, queue=kit.queue)
    return redirect(launch_path(session.id), 303)  # type: ignore[return-value]


def find_demo_products(limit: int) -> list[Product]:
    """The demo shop's products that have a picture, oldest first; none where there is no demo shop."""
    found = db.session.scalars(
        select(Product)
        .join(Merchant)
        .where(Merchant.slug == SLUG, Merchant.deactivated_at.is_(None))
        .where(Product.origin == "catalog", is_alive(), Product.images.any(ProductImage.file_key.is_not(None)))
        .order_by(Product.id)
        .limit(limit)
    )
    return list(found)


def _get_merchant() -> Merchant:
    merchant = find_demo_merchant()
    if merchant is None:
        raise NotFound
    return merchant


def _get_product(merchant: Merchant, external_id: str) -> Product:
    product = find_product(merchant, external_id) if external_id.isprintable() else None
    if product is None or not product.fetched_images:
        raise NotFound
    return product
