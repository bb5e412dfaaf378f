"""Kept pictures under signed addresses: whoever holds an unexpired address sees that one file and no other."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

from flask import Blueprint, Response, request, send_file

from tryon.clock import now
from tryon.errors import Forbidden, Gone
from tryon.storage.base import media_type_of
from tryon.wiring import tools

blueprint = Blueprint("media", __name__)

_EPOCH = datetime.fromtimestamp(0, UTC)
"""A moment at which every genuine address is still unexpired."""


@blueprint.get("/media/<path:key>")
def show_file(key: str) -> Response:
    expires = _check_address(key)
    data = tools().storage.read(key)
    response = send_file(
        BytesIO(data),
        mimetype=media_type_of(key),
        etag=hashlib.sha256(data).hexdigest()[:32],
        conditional=True,
        as_attachment="download" in request.args,
        download_name=f"try-on.{key.rpartition('.')[2]}",
    )
    remaining = max(0, expires - int(now().timestamp()))
    response.headers["Cache-Control"] = f"private, max-age={remaining}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # merchants show results on their own pages
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _check_address(key: str) -> int:
    """The moment the address expires, in Unix seconds. Raises Forbidden or Gone."""
    expires_text, signature = request.args.get("expires", ""), request.args.get("signature", "")
    expires = int(expires_text) if expires_text.isascii() and expires_text.isdigit() and len(expires_text) < 15 else 0
    links = tools().links
    if not links.is_valid(key, expires, signature, _EPOCH):
        raise Forbidden("This address is not complete or was changed.")
    if not links.is_valid(key, expires, signature, now()):
        raise Gone("This address has expired.")
    return expires
