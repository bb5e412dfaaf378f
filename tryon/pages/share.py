"""A shopper passes their picture on: making and ending the link, and what whoever opens it sees."""

import hashlib
import re
from io import BytesIO

from flask import Blueprint, Response, make_response, render_template, send_file
from htmx_flask import request as htmx_request

from tryon.api.ratelimit import limited, path_name
from tryon.db import db
from tryon.errors import Forbidden, Gone, NotFound
from tryon.generations.models import Generation, Share
from tryon.generations.sharing import get_shared, share_picture, stop_sharing
from tryon.merchants.models import Merchant
from tryon.merchants.storefront import Storefront
from tryon.pages.addresses import is_web_address
from tryon.pages.headers import keep_private
from tryon.pages.languages import speak
from tryon.pages.launch import for_session
from tryon.pages.launch_state import shape_of
from tryon.pages.result import back_to_picture, named_generation
from tryon.pages.result_state import shared_link, size_of
from tryon.sessions.models import TryOnSession
from tryon.storage.base import MissingFile, media_type_of
from tryon.wiring import tools

blueprint = Blueprint("share", __name__)

_TOKEN = re.compile(r"[A-Za-z0-9]{20,64}")


@blueprint.post("/s/<session_id>/share")
@for_session
@limited("20/minute", name="share", by=lambda: path_name("session_id"))
def begin(session: TryOnSession) -> Response:
    generation = named_generation(session)
    if not Storefront.of(session.merchant).sharing:
        raise Forbidden("This shop does not offer sharing.", code="sharing_off")
    if generation is None:
        return back_to_picture(session)
    share_picture(generation)
    return _answer(session, generation)


@blueprint.post("/s/<session_id>/share/stop")
@for_session
def stop(session: TryOnSession) -> Response:
    generation = named_generation(session)
    if generation is None:
        return back_to_picture(session)
    stop_sharing(generation)
    return _answer(session, generation, was_stopped=True)


@blueprint.get("/share/<token>")
def show_picture(token: str) -> Response:
    try:
        share, generation, merchant = _find(token)
    except (NotFound, Gone) as error:
        return keep_private(make_response(render_template("errors/share.html", status=error.status), error.status))
    product = generation.first_product
    page = render_template(
        "pages/share.html",
        share=share,
        size=size_of(generation),
        shape=shape_of(size_of(generation)),
        product=product,
        merchant=merchant,
        product_url=product.url if product.url and is_web_address(product.url) else None,
        token=token,
        picture_type=media_type_of(str(generation.result_key)),
        page_url=f"{tools().settings.public_app_url}/share/{token}",
    )
    return keep_private(make_response(page))


@blueprint.get("/share/<token>/picture.jpg")
def show_file(token: str) -> Response:
    """The picture itself: asked for again each time, so that it is gone when the link is."""
    _, generation, _ = _find(token)
    key = str(generation.result_key)
    try:
        data = tools().storage.read(key)
    except MissingFile as error:
        raise Gone("This picture is no longer shared.", code="share_over") from error
    etag = hashlib.sha256(data).hexdigest()[:32]
    response = send_file(BytesIO(data), mimetype=media_type_of(key), etag=etag, conditional=True)
    keep_private(response)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # other sites show it beside the link
    return response


def _find(token: str) -> tuple[Share, Generation, Merchant]:
    if not _TOKEN.fullmatch(token):
        raise NotFound("There is no picture under this link.", code="share_not_found")
    share, generation = get_shared(token)
    merchant = db.session.get_one(Merchant, generation.merchant_id)
    storefront = Storefront.of(merchant)
    speak(storefront.language)
    if not storefront.sharing:
        raise Gone("This picture is no longer shared.", code="share_over")
    return share, generation, merchant


def _answer(session: TryOnSession, generation: Generation, *, was_stopped: bool = False) -> Response:
    if not htmx_request.htmx:
        return back_to_picture(session)
    words = {"session": session, "generation": generation, "product": session.product, "was_stopped": was_stopped}
    link = shared_link(generation)
    return make_response(render_template("fragments/_result_share.html", shared=link, **words))
