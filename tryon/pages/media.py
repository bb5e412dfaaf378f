"""Kept pictures under signed addresses: whoever holds an unexpired address sees that one file and no other."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

from flask import Blueprint, Response, request, send_file

from tryon.clock import now
from tryon.errors import Forbidden, Gone, InvalidRequest
from tryon.pages.sized_pictures import read_sized
from tryon.storage.base import media_type_of
from tryon.storage.variants import ENDINGS, WIDTHS
from tryon.wiring import tools

blueprint = Blueprint("media", __name__)

_EPOCH = datetime.fromtimestamp(0, UTC)
"""A moment at which every genuine address is still unexpired."""
WHOLE_MEANWHILE_SECONDS = 60
"""How long a browser may keep a whole picture that it got because there was no time to make it smaller."""


@blueprint.get("/media/<path:key>")
def show_file(key: str) -> Response:
    expires = _check_address(key)
    data, shown = _read(key)
    response = send_file(
        BytesIO(data),
        mimetype=media_type_of(shown),
        etag=hashlib.sha256(data).hexdigest()[:32],
        conditional=True,
        as_attachment="download" in request.args,
        download_name=f"try-on.{key.rpartition('.')[2]}",
    )
    remaining = max(0, expires - int(now().timestamp()))
    if "w" in request.args:
        response.vary.add("Accept")
        remaining = min(remaining, WHOLE_MEANWHILE_SECONDS) if shown == key else remaining
    response.headers["Cache-Control"] = f"private, max-age={remaining}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # merchants show results on their own pages
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _read(key: str) -> tuple[bytes, str]:
    """What to send, and the key it is kept under. Saved is always the whole picture."""
    width = request.args.get("w")
    if width is None or "download" in request.args:
        return tools().storage.read(key), key
    if width not in map(str, WIDTHS) or key.rpartition(".")[2] not in ENDINGS:
        raise InvalidRequest(f"The parameter w is one of {', '.join(map(str, WIDTHS))}.")
    # A browser says that it reads WebP; */* alone is what programs send.
    takes_webp = "image/webp" in request.headers.get("Accept", "")
    return read_sized(tools().storage, key, int(width), takes_webp=takes_webp)


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
