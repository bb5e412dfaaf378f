"""The bag: put in, change, take out, take back. It is a cookie; every form works without JavaScript."""

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tryon.demo_shop.cart import QUANTITY_MAX, Cart, Line, make_line, read_line
from tryon.demo_shop.forms import refuse_foreign_forms
from tryon.demo_shop.wares import find_ware
from tryon.errors import InvalidRequest, NotFound

blueprint = Blueprint("demo_cart", __name__)
blueprint.before_request(refuse_foreign_forms)

COOKIE = "demo_shop_bag"
KEPT_SECONDS = 30 * 24 * 3600


@blueprint.get("/cart")
def show_cart() -> Response:
    removed = read_line(request.args.get("removed", ""))
    page = make_response(render_template("demo/cart.html", cart=cart(), removed=removed, quantity_max=QUANTITY_MAX))
    page.headers["Cache-Control"] = "no-store"
    return page


@blueprint.post("/cart/add")
def add() -> Response:
    """From the product page's form, from the undo button, and from the try-on, which may know no size."""
    line = _posted_line()
    filled = cart().add(line)
    if request.accept_mimetypes.best == "application/json":
        return _keep(jsonify(count=filled.count, label=bag_label(filled.count), words=_added(line)), filled)
    return _keep(_to_cart(), filled)


@blueprint.post("/cart/change")
def change() -> Response:
    if request.form.get("quantity") == "0":
        return remove()
    return _keep(_to_cart(), cart().change(_posted_line()))


@blueprint.post("/cart/remove")
def remove() -> Response:
    line = _posted_line(default_quantity="1")
    gone = next((kept for kept in cart().lines if kept.is_same(line)), line)
    return _keep(_to_cart(removed=gone.text), cart().without(gone))


def cart() -> Cart:
    return Cart.read(request.cookies.get(COOKIE, ""))


def bag_label(count: int) -> str:
    """What the bag in the page's head is called for those who don't see it."""
    return ngettext("Bag, %(num)s piece", "Bag, %(num)s pieces", count)


def _added(line: Line) -> str:
    return str(_("%(title)s is in your bag.", title=line.ware.title))


def _posted_line(default_quantity: str = "1") -> Line:
    sku, quantity = request.form.get("sku", ""), request.form.get("quantity") or default_quantity
    ware = find_ware(sku)
    if ware is None:
        raise NotFound
    size = request.form.get("size") or _usual_size(ware.sizes)
    line = make_line(sku, size, int(quantity)) if quantity.isascii() and quantity.isdigit() else None
    if line is None:
        raise InvalidRequest("This size or number can't be chosen.")
    return line


def _usual_size(sizes: tuple[str, ...]) -> str:
    return sizes[(len(sizes) - 1) // 2] if sizes else "one"


def _to_cart(removed: str | None = None) -> Response:
    return redirect(url_for("demo_cart.show_cart", removed=removed), 303)  # type: ignore[return-value]


def _keep(response: Response, filled: Cart) -> Response:
    path = url_for("demo.show_shop")
    response.set_cookie(
        COOKIE,
        filled.text,
        max_age=KEPT_SECONDS,
        path=path,
        secure=request.is_secure,  # a shop on http://127.0.0.1 has no https
        httponly=True,
        samesite="Lax",
    )
    response.headers["Cache-Control"] = "no-store"
    return response
