"""The demo shop at /demo: sent on to its own origin, or shown from ours where it has none."""

from dataclasses import dataclass

from flask import Flask, Response, redirect, request
from sqlalchemy import select

from tryon.catalog.finding import find_product
from tryon.catalog.lifetimes import is_alive
from tryon.catalog.models import Product, ProductImage
from tryon.db import db
from tryon.demo import SLUG, find_demo_merchant
from tryon.demo_shop import rooms
from tryon.demo_shop.wares import Ware
from tryon.errors import NotFound
from tryon.merchants.models import Merchant
from tryon.pages.addresses import launch_path
from tryon.sessions.opening import SessionFields, open_session
from tryon.wiring import tools

PREFIX = "/demo"


@dataclass(frozen=True, slots=True)
class OwnBackend:
    """The shop on the system's own origin: no API in between, and the plain form in place of the embed."""

    publishable_key: str = ""
    system_url: str = ""

    def open_try_on(self, ware: Ware, *, return_url: str, locale: str) -> str:
        merchant, kit = find_demo_merchant(), tools()
        product = find_product(merchant, ware.sku) if merchant else None
        if merchant is None or product is None or not product.fetched_images:
            raise NotFound
        page = kit.settings.public_app_url + f"{PREFIX}/{ware.sku}"
        fields = SessionFields(product_id=product.id, category=product.category, return_url=page, locale=locale)
        session = open_session(
            merchant, fields, mode="live", outbound=kit.outbound, storage=kit.storage, queue=kit.queue
        )
        return launch_path(session.id)


def install(app: Flask) -> None:
    rooms.install(app, OwnBackend(), PREFIX)
    app.before_request(_send_on)


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


def _send_on() -> Response | None:
    if not rooms.is_shop():
        return None
    if find_demo_merchant() is None:
        raise NotFound
    shop = tools().settings.demo_shop_url
    if not shop:
        return None
    query = "?" + request.query_string.decode("latin-1") if request.query_string else ""
    return redirect(shop + request.path.removeprefix(PREFIX) + query, 307)  # type: ignore[return-value]
