"""Pages of ours in a frame of a shop's page: which origin such a page may talk to, if any."""

from typing import Any

from flask import Flask

from tryon.merchants.origins import origin_of
from tryon.pages.shopper_visit import Visit


def install(app: Flask) -> None:
    app.jinja_env.globals.update(embed_origin_of=embed_origin_of)


def embed_origin_of(visit: Visit | None, session: Any) -> str | None:
    """The studio's visitors come with an address of the shop, which has been checked; a session remembers the page."""
    if visit:
        return origin_of(visit.partner_return) if visit.partner_return else None
    return getattr(session, "embed_origin", None)
