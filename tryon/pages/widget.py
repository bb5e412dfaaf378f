"""The embed: `widget/tryon.js` as it lies there, for the pages of every shop."""

import base64
import hashlib
from functools import lru_cache

from flask import Blueprint, Response, request

from tryon.config import PROJECT_ROOT

blueprint = Blueprint("widget", __name__)

FILE = PROJECT_ROOT / "widget" / "tryon.js"
CACHE_SECONDS = 24 * 3600
"""The address stays the same when a new version comes, so browsers look again after a day."""
STALE_SECONDS = 7 * 24 * 3600
"""How much longer a browser may use what it has while it looks."""


@blueprint.get("/widget/v1/tryon.js")
def show_widget() -> Response:
    source = read_widget()
    response = Response(source, content_type="text/javascript; charset=utf-8")
    response.set_etag(hashlib.sha256(source).hexdigest()[:32])
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}, stale-while-revalidate={STALE_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"  # a script with an integrity hash is asked for by CORS
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response.make_conditional(request)  # type: ignore[return-value]


def integrity() -> str:
    """The value of the script tag's `integrity`."""
    return "sha384-" + base64.b64encode(hashlib.sha384(read_widget()).digest()).decode()


def read_widget() -> bytes:
    return _read(FILE.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(mtime_ns: int) -> bytes:
    return FILE.read_bytes()
