"""From the desk to the phone: the short address behind the code, and the desk that waits for the phone."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from qrcode.image.svg import SvgPathFillImage

from tryon.api.ratelimit import note_refusal, refuse_guessing
from tryon.clock import now
from tryon.db import db
from tryon.errors import NotFound, Unauthorized
from tryon.pages.addresses import launch_path
from tryon.pages.following import moment_now, named_try
from tryon.pages.handing_over import code_url
from tryon.pages.handoff import draw_code
from tryon.pages.headers import keep_private
from tryon.pages.launch import closed_page, for_session, show_piece
from tryon.pages.launch_state import ask_for_photo, is_closed, state_of
from tryon.pages.visits import is_handheld, is_visit
from tryon.sessions.handoffs import find_handoff, newest_handoff, note_phone
from tryon.sessions.models import TryOnSession

blueprint = Blueprint("phone", __name__)


@blueprint.get("/q")
def ask_for_code() -> Response:
    typed = request.args.get("code", "").strip()
    if typed:
        return redirect(url_for("phone.open_code", code=typed[:40].replace("/", "")))  # type: ignore[return-value]
    return keep_private(make_response(render_template("pages/code.html", was_typed=False)))


@blueprint.get("/q/<code>")
def open_code(code: str) -> Response:
    """On to the session. The desk itself may be sent here, and previews: only a phone is noted as one.

    Many phones may share an address, so what is counted are wrong codes, like wrong credentials."""
    refuse_guessing()
    handoff = find_handoff(code)
    if handoff is None:
        note_refusal(Unauthorized("This code is not known.", reason="not_found"))
    if handoff is None or handoff.expires_at <= now():
        page = render_template("pages/code.html", was_typed=True)
        return keep_private(make_response(page, 404 if handoff is None else 410))
    session = db.session.get_one(TryOnSession, handoff.session_id)
    if is_closed(session, now()):
        return closed_page(session)
    if is_visit(request) and is_handheld(request):
        note_phone(session)
    return keep_private(redirect(launch_path(session.id)))  # type: ignore[arg-type]


@blueprint.get("/s/<session_id>/code.svg")
@for_session
def show_code(session: TryOnSession) -> Response:
    """The newest code as a picture, for the desk that shows it."""
    handoff = newest_handoff(session)
    if handoff is None:
        raise NotFound
    response = make_response(draw_code(code_url(handoff.spelling), SvgPathFillImage))
    response.mimetype = "image/svg+xml"
    return response


@blueprint.post("/s/<session_id>/phone")
@for_session
def join(session: TryOnSession) -> Response:
    """A page says that it is open on a phone: some name themselves like a desk's browser."""
    note_phone(session)
    return make_response("", 204)


@blueprint.get("/s/<session_id>/handoff")
@for_session
def show_handoff(session: TryOnSession) -> Response:
    """For a page that asks for a photo. As long as it should go on doing that, only the code's own piece is sent, and
    only when it has changed; a photo that was chosen meanwhile stays. Else what the page is to show instead."""
    moment = moment_now(session, named_try())
    if request.args.get("seen") == moment.name:
        return make_response("", 204)
    if named_try() == (session.generation_id or ""):
        return show_piece("handoff", ask_for_photo(session))
    answer = show_piece(None, state_of(session))
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#try", "outerHTML"
    answer.headers["HX-Replace-Url"] = launch_path(session.id)
    return answer
