"""Addresses of our own pages, and which addresses of others a page may link to."""

from urllib.parse import urlsplit

from flask import url_for

from tryon.clock import now
from tryon.sessions.models import TryOnSession
from tryon.wiring import tools


def launch_url(session_id: str) -> str:
    """The address a shopper opens, with scheme and host."""
    return tools().settings.public_app_url + launch_path(session_id)


def studio_url() -> str:
    """Where a shopper gives a photo of themselves; a shop adds `access_token` and `partner_return`."""
    return f"{tools().settings.public_app_url}/embed/model-studio"


def launch_path(session_id: str) -> str:
    return url_for("launch.show_session", session_id=session_id)


def media_path(key: str, *, download: bool = False, width: int | None = None) -> str:
    """A signed address of a kept picture, for a page shown now; with `download` the browser saves it.

    `width` is one of storage.variants.WIDTHS, for a smaller copy.
    """
    sized = f"&w={width}" if width else ""
    return tools().links.path(key, now()) + sized + ("&download=1" if download else "")


def back_to_product(session: TryOnSession) -> str | None:
    """Where the shopper came from: the session's return address, else the product's page in the shop."""
    for address in (session.return_url, session.product.url):
        if address and is_web_address(address):
            return address
    return None


def is_web_address(address: str) -> bool:
    """Only these may stand in a link: a javascript: address in an href would run as ours."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
