"""Forms that only our own pages may send: a press on another site's page never does anything here.

A browser says where a form came from in `Sec-Fetch-Site`; one too old for that says it in `Origin`, which is "null"
where our own pages keep their address to themselves. A program that says neither is nobody's browser.
"""

from urllib.parse import urlsplit

from flask import Request

from tryon.errors import Forbidden

OURS = frozenset({"same-origin", "none"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_foreign_form(request: Request, public_app_url: str) -> None:
    """Raises Forbidden for what another site's page sent."""
    if request.method in SAFE or _is_ours(request, public_app_url):
        return
    raise Forbidden("This form was not written by our page.", code="form_not_ours")


def _is_ours(request: Request, public_app_url: str) -> bool:
    told = request.headers.get("Sec-Fetch-Site")
    if told is not None:
        return told in OURS
    origin = request.headers.get("Origin", "null")
    return origin == "null" or _host_of(origin) in (request.host, _host_of(public_app_url))


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).netloc or None
    except ValueError:
        return None
