"""What a shopper can do with a finished picture: say what they think of it, go on with another product."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from htmx_flask import request as htmx_request

from tryon.api.ratelimit import limited, path_name
from tryon.db import db
from tryon.errors import InvalidRequest, NotFound
from tryon.generations.models import Generation
from tryon.generations.opinions import give_opinion
from tryon.pages.addresses import launch_path
from tryon.pages.launch import for_session
from tryon.pages.result_state import REASONS
from tryon.sessions.continuing import continue_with
from tryon.sessions.models import TryOnSession

blueprint = Blueprint("result", __name__)


@blueprint.post("/s/<session_id>/opinion")
@for_session
@limited("60/minute", name="opinion", by=lambda: path_name("session_id"))
def take_opinion(session: TryOnSession) -> Response:
    """Pressing what is pressed already takes it back: then the form sends an empty verdict."""
    generation = named_generation(session)
    if generation is None:
        return back_to_picture(session)
    opinion = give_opinion(generation, request.form.get("verdict") or None, request.form.get("reason") or None)
    if not htmx_request.htmx:
        return back_to_picture(session)
    words = {"session": session, "generation": generation, "opinion": opinion, "reasons": REASONS}
    return make_response(render_template("fragments/_result_opinion.html", **words))


@blueprint.post("/s/<session_id>/next")
@for_session
@limited("120/minute", name="continue-address")  # each has a session of its own: they could be opened from one another
@limited("20/minute", name="continue", by=lambda: path_name("session_id"))
def try_next(session: TryOnSession) -> Response:
    """Another product of the shop, with a session and a page of its own."""
    try:
        following = continue_with(session, plain_field("product"))
    except NotFound:  # taken out of the shop since the page was made
        return back_to_picture(session)
    return redirect(launch_path(following.id), 303)  # type: ignore[return-value]


def named_generation(session: TryOnSession) -> Generation | None:
    """The finished picture that a form is about, if it is still there. A page may be older than the newest try."""
    generation = db.session.get(Generation, plain_field("generation"))
    if generation is None or generation.session_id != session.id or generation.result_key is None:
        return None
    return generation


def plain_field(name: str) -> str:
    """An id from a form. Raises InvalidRequest for what a database could choke on."""
    value = request.form.get(name, "")
    if not (value.isascii() and value.isprintable()):
        raise InvalidRequest("This is not the name of anything of ours.")
    return value


def back_to_picture(session: TryOnSession) -> Response:
    """A piece of a page that is out of date has no place to be swapped into: the whole page is loaded anew."""
    if htmx_request.htmx:
        return make_response("", 200, {"HX-Refresh": "true"})
    return redirect(launch_path(session.id), 303)  # type: ignore[return-value]
