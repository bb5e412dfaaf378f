"""The shop's shelves, and one page for each ware with the button to try it on."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from tryon.demo import BEFORE_AFTER, LOOKS
from tryon.demo_shop.backend import backend
from tryon.demo_shop.cart import others_than
from tryon.demo_shop.forms import refuse_foreign_forms
from tryon.demo_shop.wares import DEPARTMENTS, Ware, find_ware, find_wares
from tryon.errors import NotFound
from tryon.pages.languages import language

blueprint = Blueprint("demo", __name__)
blueprint.before_request(refuse_foreign_forms)

RELATED_MAX = 4


@blueprint.get("")
def show_shop() -> str:
    department = request.args.get("department")
    department = department if department in DEPARTMENTS else None
    wares = find_wares(department)
    by_sku = {} if department else {ware.sku: ware for ware in wares}
    looks = [(look, by_sku[look.ware.sku]) for look in LOOKS if look.ware.sku in by_sku]
    return render_template(
        "demo/shop.html",
        wares=wares,
        department=department,
        departments=DEPARTMENTS,
        looks=looks,
        before_after=BEFORE_AFTER,
    )


@blueprint.get("/<sku>")
def show_product(sku: str) -> str:
    ware = get_ware(sku)
    others = others_than(ware, find_wares(), RELATED_MAX)
    return render_template("demo/product.html", ware=ware, others=others, linked_data=linked_data(ware))


@blueprint.post("/<sku>/try-on")
def try_product_on(sku: str) -> Response:
    """What a merchant's server does where the embed can't: open a session and send the shopper there."""
    ware = get_ware(sku)
    address = backend().open_try_on(ware, return_url=product_url(ware), locale=language().tag)
    return redirect(address, 303)  # type: ignore[return-value]


def get_ware(sku: str) -> Ware:
    ware = find_ware(sku)
    if ware is None:
        raise NotFound
    return ware


def product_url(ware: Ware) -> str:
    """With scheme and host."""
    return url_for("demo.show_product", sku=ware.sku, _external=True)


def linked_data(ware: Ware) -> dict[str, object]:
    """The product as search engines, and our embed, read it: schema.org/Product."""
    from tryon.demo_shop.pictures import picture_url
    from tryon.demo_shop.wares import CURRENCY

    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": ware.sku,
        "name": ware.title,
        "description": ware.product.description,
        "image": [request.host_url.rstrip("/") + picture_url(ware, view, 960) for view in ware.views],
        "url": product_url(ware),
        "offers": {
            "@type": "Offer",
            "price": ware.price,
            "priceCurrency": CURRENCY,
            "availability": "https://schema.org/OutOfStock",
        },
    }
