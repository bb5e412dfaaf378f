"""The demo shop: seeded once, complete, and without products where the example pictures are not installed."""

import importlib.util

import pytest
from flask import Flask
from sqlalchemy import func, select

from tryon import demo
from tryon.catalog.models import Product
from tryon.config import PROJECT_ROOT
from tryon.db import db
from tryon.demo_products.drawing import DRAWINGS
from tryon.engines.local.engine import LocalEngine
from tryon.merchants.models import Merchant
from tryon.storage.base import Storage
from tryon.wiring import tools


def products() -> list[Product]:
    return list(db.session.scalars(select(Product).order_by(Product.id)))


def test_the_first_start_makes_a_merchant_with_keys_credits_and_products(app: Flask) -> None:
    made = demo.seed_demo_shop(tools())
    assert made
    assert made.secret_key.startswith("dress_sk_live_")
    assert made.merchant.credit_balance == demo.CREDITS
    assert [product.title for product in products()] == [product.title for product in demo.PRODUCTS]
    assert {product.category for product in products()} == LocalEngine.categories, "one of each that can be worn"
    storage: Storage = tools().storage
    assert all(product.main_image and storage.read(product.main_image.file_key) for product in products())


def test_the_next_start_changes_nothing_and_shows_no_key(app: Flask) -> None:
    demo.seed_demo_shop(tools())
    before = [(product.id, product.updated_at) for product in products()]
    assert demo.seed_demo_shop(tools()) is None
    assert [(product.id, product.updated_at) for product in products()] == before
    assert db.session.scalar(select(func.count()).select_from(Merchant)) == 1


def test_each_start_has_a_fresh_session_for_a_product_of_the_demo_shop(app: Flask) -> None:
    demo.seed_demo_shop(tools())
    first, second = demo.open_demo_session(tools()), demo.open_demo_session(tools())
    assert first
    assert second
    assert first.id != second.id
    assert first.merchant.slug == demo.SLUG
    assert first.status == "ready"


def test_without_the_example_pictures_there_is_a_shop_without_products(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "openvto" else find(name))
    assert demo.seed_demo_shop(tools())
    assert products() == []
    assert demo.open_demo_session(tools()) is None
    monkeypatch.undo()
    demo.seed_demo_shop(tools())
    assert len(products()) == len(demo.PRODUCTS), "they come with the next start after the installation"


def test_every_category_has_a_before_and_after_that_is_kept_in_the_repository() -> None:
    assert {look.ware.category for look in demo.LOOKS} == LocalEngine.categories
    kept = {path.name for path in (PROJECT_ROOT / "static" / demo.BEFORE_AFTER).iterdir()}
    assert kept == {look.file_name for look in demo.LOOKS} | {"every-category.jpg"}


def test_what_openvto_lacks_is_drawn_and_kept_in_the_repository() -> None:
    kept = {path.relative_to(demo.DRAWN_PICTURES).as_posix() for path in demo.DRAWN_PICTURES.rglob("*.jpg")}
    assert kept == {product.picture for product in demo.PRODUCTS if product.drawn} == set(DRAWINGS)
