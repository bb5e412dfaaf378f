"""From the desk to the phone: the launch address of a session as a QR code."""

import hashlib
from datetime import datetime
from io import BytesIO

import qrcode
from flask import Blueprint, Response, make_response, request
from qrcode.image.base import BaseImage
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathFillImage

from tryon.clock import now
from tryon.pages.addresses import launch_url
from tryon.pages.launch import closed_page
from tryon.pages.launch_state import get_session, is_closed

blueprint = Blueprint("handoff", __name__)

PICTURES: dict[str, tuple[type[BaseImage], str]] = {
    "png": (PilImage, "image/png"),
    "svg": (SvgPathFillImage, "image/svg+xml"),
}
MODULE_PX = 10
QUIET_ZONE_MODULES = 4
"""As the QR standard asks for; without it some cameras find nothing on a dark page."""


@blueprint.get("/qr/<session_id>.<any(png, svg):ending>")
def show_code(session_id: str, ending: str) -> Response:
    session = get_session(session_id)
    moment = now()
    if is_closed(session, moment):
        return closed_page(session)
    kind, media_type = PICTURES[ending]
    response = make_response(draw_code(launch_url(session.id), kind))
    response.mimetype = media_type
    _cache_until(response, session.expires_at, moment)
    response.make_conditional(request)
    return response


def draw_code(address: str, kind: type[BaseImage] = PilImage) -> bytes:
    """The address as an encoded QR picture that survives 15 % of dirt."""
    code = qrcode.QRCode(
        error_correction=qrcode.ERROR_CORRECT_M, box_size=MODULE_PX, border=QUIET_ZONE_MODULES, image_factory=kind
    )
    code.add_data(address)
    buffer = BytesIO()
    code.make_image().save(buffer)
    return buffer.getvalue()


def _cache_until(response: Response, end: datetime, moment: datetime) -> None:
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = f"public, max-age={max(0, int((end - moment).total_seconds()))}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # merchants show it on their product pages
    response.headers["X-Robots-Tag"] = "noindex"
