"""The page a shopper opens from a session's link: give a photo, wait, see the picture. Works without JavaScript.

The session's id is the capability: whoever knows it may use the page, so nothing of it may leak to caches,
search engines or other sites.
"""

from collections.abc import Callable
from functools import wraps
from typing import cast

from flask import Blueprint, Response, make_response, redirect, render_template, request
from htmx_flask import request as htmx_request
from werkzeug.exceptions import RequestEntityTooLarge

from tryon.clock import now
from tryon.db import db
from tryon.engines.base import Category
from tryon.engines.errors import EngineError
from tryon.errors import Conflict, ImageTooLarge, InsufficientCredits, InvalidRequest, PhotoRejected, TryOnError
from tryon.generations.request import request_generation
from tryon.merchants.storefront import Storefront
from tryon.pages.addresses import back_to_product, launch_path
from tryon.pages.consent import Consent, consent_of
from tryon.pages.following import moment_of
from tryon.pages.handing_over import words_for_handoff
from tryon.pages.headers import allow_framing_by, keep_private
from tryon.pages.languages import speak
from tryon.pages.launch_state import LaunchState, ask_for_photo, get_session, is_closed, state_of
from tryon.pages.photo_forms import explain, read_photo
from tryon.pages.result_state import words_for_result
from tryon.pages.same_site import refuse_foreign_form
from tryon.pages.visits import is_handheld, is_visit
from tryon.pages.waiting_words import wait_of
from tryon.sessions.handoffs import newest_handoff, note_phone
from tryon.sessions.launching import mark_launched
from tryon.sessions.models import TryOnSession
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import find_photo, keep_photo
from tryon.wiring import tools

blueprint = Blueprint("launch", __name__)

STOP_POLLING = 286
"""HTMX's own status: swap this in and ask no more."""


def for_session(view: Callable[[TryOnSession], Response]) -> Callable[[str], Response]:
    """What every address of a session shares: finding it, who may frame it, leaving no trace, and its end."""

    @wraps(view)
    def wrapped(session_id: str) -> Response:
        session = get_session(session_id)
        allow_framing_by(session.merchant.allowed_origins)
        speak(session.locale, Storefront.of(session.merchant).language)
        refuse_foreign_form(request, tools().settings.public_app_url)
        if is_closed(session, now()):
            return closed_page(session)
        return keep_private(view(session))

    return wrapped


@blueprint.get("/s/<session_id>")
@for_session
def show_session(session: TryOnSession) -> Response:
    if is_visit(request):
        mark_launched(session, queue=tools().queue)
        if is_handheld(request) and newest_handoff(session) is not None:
            note_phone(session)
    return _show(state_of(session))


@blueprint.get("/s/<session_id>/status")
@for_session
def show_status(session: TryOnSession) -> Response:
    """For a page that asks again and again; it names what it has `seen`, and nothing is sent while that is so."""
    state = state_of(session)
    if request.args.get("seen") == moment_of(state).name:
        return make_response("", 204)
    return show_piece(None, state, 200 if state.view == "waiting" else STOP_POLLING)


@blueprint.get("/s/<session_id>/photo")
@for_session
def show_photo_form(session: TryOnSession) -> Response:
    """Another photo, after a first try."""
    state = state_of(session)
    return _show(ask_for_photo(session) if state.takes_photos else state)


@blueprint.post("/s/<session_id>/photo")
@for_session
def take_photo(session: TryOnSession) -> Response:
    if not state_of(session).takes_photos:  # pressed twice, or in two windows
        return redirect(launch_path(session.id), 303)  # type: ignore[return-value]
    try:
        begin_try_on(session, _given_photo(session))
    except RequestEntityTooLarge:
        return turn_down(session, ImageTooLarge("Photos may have up to 10 MB. Choose a smaller one."))
    except (InvalidRequest, PhotoRejected, InsufficientCredits, Conflict, EngineError) as error:
        return turn_down(session, error, has_consented=_consent_for(session).is_given)
    return redirect(launch_path(session.id), 303)  # type: ignore[return-value]


@blueprint.post("/s/<session_id>/photo/delete")
@for_session
def delete_photo(session: TryOnSession) -> Response:
    """Erase the shopper's photo now. The form may be older than the photo's end; then there is nothing to do."""
    shopper = db.session.get_one(Shopper, session.shopper_id)
    photo = find_photo(shopper, _named_photo())
    if photo is not None:
        forget_photo(photo, storage=tools().storage, queue=tools().queue)
    return redirect(launch_path(session.id), 303)  # type: ignore[return-value]


def closed_page(session: TryOnSession) -> Response:
    """Over: expired or cancelled. A page that is polling is told to load itself anew, and then reads why."""
    if htmx_request.htmx:
        return keep_private(make_response("", STOP_POLLING, {"HX-Refresh": "true"}))
    page = render_template("errors/410.html", closed=session, back=back_to_product(session))
    return keep_private(make_response(page, 410))


def begin_try_on(session: TryOnSession, photo: Photo) -> None:
    """The session's product on that photo of its shopper."""
    kit = tools()
    request_generation(
        db.session.get_one(Shopper, session.shopper_id),
        photo,
        [session.product],
        mode=session.mode,
        settings=kit.settings,
        queue=kit.queue,
        session=session,
    )


def turn_down(session: TryOnSession, error: TryOnError | EngineError, *, has_consented: bool = False) -> Response:
    """The form again, with what was wrong and what to do, and the status that says so to machines."""
    problem, status = explain(error)
    return _show(ask_for_photo(session, problem=problem, has_consented=has_consented), status)


def _given_photo(session: TryOnSession) -> Photo:
    """The one they gave before, if they chose it by name; else the one in this request, good for the product."""
    shopper, consent = db.session.get_one(Shopper, session.shopper_id), _consent_for(session)
    if _named_photo():
        earlier = find_photo(shopper, _named_photo())
        if earlier is None:
            raise Conflict("This photo is no longer kept. Please give a new one.")
        consent.require_for(earlier)
        return earlier
    consent.require()
    kit = tools()
    return keep_photo(
        shopper,
        read_photo(),
        has_consent=True,
        agreed_provider=consent.company,
        engine=kit.engine,
        storage=kit.storage,
        settings=kit.settings,
        queue=kit.queue,
        category=cast(Category, session.present_category),
        mode=session.mode,
    )


def _consent_for(session: TryOnSession) -> Consent:
    return consent_of(session.merchant, session.mode)


def _named_photo() -> str:
    """The photo's id in the form, or nothing; what a database could choke on can't be an id."""
    name = request.form.get("photo_id", "")
    return name if name.isascii() and name.isprintable() else ""


def show_piece(name: str | None, state: LaunchState, status: int = 200) -> Response:
    """A piece of the page alone; None: the one that stands for the state."""
    return make_response(render_template(f"fragments/_launch_{name or state.view}.html", **_words(state)), status)


def _show(state: LaunchState, status: int = 200) -> Response:
    """The whole page; for HTMX only the piece that changes, and the address the page now stands for."""
    if not htmx_request.htmx:
        return make_response(render_template("pages/launch.html", **_words(state)), status)
    response = show_piece(None, state, status)
    if status == 200:
        response.headers["HX-Replace-Url"] = launch_path(state.session.id)
    return response


def _words(state: LaunchState) -> dict[str, object]:
    settings = tools().settings
    for_phone = words_for_handoff(state)  # may make a code, which is part of the moment
    return (
        {
            "state": state,
            "session": state.session,
            "may_save": Storefront.of(state.session.merchant).downloads,
            "product": state.session.product,
            "merchant": state.session.merchant,
            "keep_days": settings.photo_keep_days,
            "consent": _consent_for(state.session) if state.view == "photo" else Consent(),
            "moment": moment_of(state).name,
            "wait": wait_of(state.generation) if state.view == "waiting" and state.generation else None,
        }
        | for_phone
        | words_for_result(state)
    )
