"""Going on with another product of the shop: what goes with the one just tried on, and a new session for it."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from sqlalchemy import ColumnElement, or_, select, true

from tryon.catalog.finding import find_product_by_any_id
from tryon.catalog.lifetimes import is_alive
from tryon.catalog.models import Product, ProductImage
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Gone, NotFound
from tryon.sessions.models import TryOnSession

SUGGESTED_MAX = 8
OF_OTHER_CATEGORIES = 5
"""So many at least are kept for what goes with the product; the rest is more of its own kind."""
LOOKED_AT = 24

GOES_WITH = {
    "tops": ("bottoms", "outerwear", "footwear", "headwear", "eyewear"),
    "bottoms": ("tops", "outerwear", "footwear", "headwear"),
    "dresses": ("outerwear", "footwear", "headwear", "eyewear"),
    "outerwear": ("tops", "bottoms", "dresses", "footwear", "headwear"),
    "footwear": ("bottoms", "dresses", "tops", "outerwear"),
    "eyewear": ("headwear", "tops", "outerwear", "dresses"),
    "headwear": ("eyewear", "outerwear", "tops", "dresses"),
}
"""By category, the nearest first."""
WORN_BY = {
    "women": ("women", "unisex"),
    "men": ("men", "unisex"),
    "unisex": ("unisex", "women", "men"),
    "girls": ("girls", "unisex"),
    "boys": ("boys", "unisex"),
}
"""Whose things go with a product for these people; what says nothing of that goes with everything."""


def suggest_products(session: TryOnSession) -> list[Product]:
    """Other products of the shop that can be tried on next, for the same people: first what goes with this one, of
    several kinds, then more of its own kind."""
    category = session.present_category
    matching = list(_by_turns(_newest(session, GOES_WITH[category]), GOES_WITH[category]))
    alike = _newest(session, (category,))
    first = matching[: max(OF_OTHER_CATEGORIES, SUGGESTED_MAX - len(alike))]
    return (first + alike)[:SUGGESTED_MAX]


def continue_with(session: TryOnSession, product_id: str) -> TryOnSession:
    """A new session of the same shopper, for a product in the shop's catalogue.

    It ends when this one would have: a link somebody was given never opens anything for longer. The merchant's
    callback, reference and metadata are this session's alone; the new one says in its metadata what it goes on from.

    Raises NotFound for what is not in the catalogue, Gone where the session is over.
    """
    product = find_product_by_any_id(session.merchant, product_id)
    if product is None or product.origin != "catalog":
        raise NotFound("This product is not known, or has expired.", code="unknown_product")
    if session.status in ("expired", "cancelled") or now() >= session.expires_at:
        raise Gone("This try-on session is over.", code="session_over")
    following = _follow(session, product)
    with transaction():
        db.session.add(following)
    return following


def _follow(session: TryOnSession, product: Product) -> TryOnSession:
    return TryOnSession(
        merchant_id=session.merchant_id,
        shopper_id=session.shopper_id,
        product_id=product.id,
        requested_product_id=product.external_id,
        category=product.category,
        category_is_guessed=product.category_is_guessed,
        mode=session.mode,
        experience=session.experience,
        locale=session.locale,
        return_url=product.url,
        embed_origin=session.embed_origin,
        extra={"continued_from": session.id},
        expires_at=session.expires_at,
    )


def _newest(session: TryOnSession, categories: Iterable[str]) -> list[Product]:
    found = select(Product).where(
        Product.merchant_id == session.merchant_id,
        Product.id != session.product_id,
        Product.origin == "catalog",
        Product.category.in_(tuple(categories)),
        is_alive(),
        _for_the_same_people(session.product.gender),
        select(ProductImage.id)
        .where(ProductImage.product_id == Product.id, ProductImage.file_key.is_not(None))
        .exists(),
    )
    return list(db.session.scalars(found.order_by(Product.id.desc()).limit(LOOKED_AT)))


def _for_the_same_people(gender: str | None) -> ColumnElement[bool]:
    if gender not in WORN_BY:
        return true()
    return or_(Product.gender.is_(None), Product.gender.in_(WORN_BY[gender]))


def _by_turns(products: list[Product], categories: Iterable[str]) -> Iterator[Product]:
    """One of each category, then the second of each: eight pairs of trousers are no choice."""
    shelves = [[product for product in products if product.category == category] for category in categories]
    for row in zip_longest(*shelves):
        yield from (product for product in row if product is not None)
