"""Which forms are ours: a page elsewhere can't fill a shopper's bag or start a try-on."""

from urllib.parse import urlsplit

from flask import request

from tryon.errors import Forbidden

OURS = ("same-origin", "none")


def refuse_foreign_forms() -> None:
    """Raises Forbidden. Browsers say where a form comes from; who says nothing at all carries no shopper's cookies."""
    if request.method != "POST":
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in OURS:
        raise Forbidden("This form is not one of this shop's.")
    if site is None and origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden("This form is not one of this shop's.")
