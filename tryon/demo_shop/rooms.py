"""Where the shop's pages are put: at the root of an application of its own, or below /demo of the system's."""

from flask import Flask, request
from flask_babel import format_currency

from tryon.demo_shop import cart_pages, headers, pictures, shop_pages
from tryon.demo_shop.backend import Backend, backend
from tryon.demo_shop.wares import CURRENCY
from tryon.pages.widget import integrity

BLUEPRINTS = (cart_pages.blueprint, pictures.blueprint, shop_pages.blueprint)
for _blueprint in BLUEPRINTS:
    _blueprint.after_request(headers.secure)


def install(app: Flask, keeper: Backend, prefix: str) -> None:
    app.extensions["demo_shop"] = keeper
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=prefix)
    app.jinja_env.filters["money"] = _money
    app.jinja_env.globals.update(
        picture_url=pictures.picture_url,
        picture_set=pictures.picture_set,
        picture_size=pictures.picture_size,
        shop_backend=backend,
        shop_bag=cart_pages.cart,
        bag_label=cart_pages.bag_label,
        widget_integrity=integrity,
    )


def is_shop() -> bool:
    """Whether the present request is for one of the shop's pages."""
    return request.blueprint in {room.name for room in BLUEPRINTS}


def _money(amount: int) -> str:
    """In the visitor's way of writing it."""
    return str(format_currency(amount, CURRENCY))
