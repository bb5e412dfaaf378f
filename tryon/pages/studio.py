"""The model studio: where a shopper gives, keeps, chooses, replaces or deletes the photo they try things on with."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from htmx_flask import request as htmx_request
from werkzeug.exceptions import RequestEntityTooLarge

from tryon.engines.errors import EngineError
from tryon.errors import ImageTooLarge, InvalidRequest, NotFound, PhotoRejected, TryOnError
from tryon.pages.consent import Consent, consent_of
from tryon.pages.photo_forms import explain, read_photo
from tryon.pages.photo_looking import Looking, note
from tryon.pages.shopper_visit import Visit, for_visitor, let_in
from tryon.pages.studio_state import StudioState, lines_of, state_of
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import choose_photo, find_photo, keep_photo
from tryon.wiring import tools

blueprint = Blueprint("studio", __name__)

VISIT = "/embed/model-studio/<visit_name>"


@blueprint.get("/onboarding")
@blueprint.get("/embed/model-studio")
def enter() -> Response:
    """The studio's two addresses, as `embed-config` names them."""
    return let_in("studio.show_studio")


@blueprint.get(VISIT)
@for_visitor
def show_studio(visit: Visit) -> Response:
    return _show(state_of(visit))


@blueprint.get(f"{VISIT}/photo")
@for_visitor
def show_form(visit: Visit) -> Response:
    """Another photo in place of the present one."""
    return _show(state_of(visit, asks=True))


@blueprint.post(f"{VISIT}/photo")
@for_visitor
def take_photo(visit: Visit) -> Response:
    consent = _consent_for(visit)
    try:
        consent.require()
        _keep(visit, read_photo(), consent)
    except RequestEntityTooLarge:
        return _turn_down(visit, ImageTooLarge("Photos may have up to 10 MB. Choose a smaller one."))
    except (InvalidRequest, PhotoRejected, EngineError) as error:
        return _turn_down(visit, error, has_consented=consent.is_given)
    return _go_on(visit)


@blueprint.get(f"{VISIT}/looking/<form_name>")
@for_visitor
def show_looking(visit: Visit, form_name: str) -> Response:
    """How far the photo of that form is, while the form itself is still being answered."""
    looking = Looking.at(_looking_name(visit, form_name), queue=tools().queue)
    lines = lines_of(looking.checks)
    return make_response(render_template("fragments/_studio_looking.html", step=looking.step, checks=lines))


@blueprint.get(f"{VISIT}/kept")
@for_visitor
def show_kept(visit: Visit) -> Response:
    """The end of a visit that leads nowhere else."""
    state = state_of(visit)
    return _show(StudioState(visit, state.photo, "kept") if state.photo else state)


@blueprint.post(f"{VISIT}/photos/<photo_id>/choose")
@for_visitor
def choose(visit: Visit, photo_id: str) -> Response:
    choose_photo(_get_photo(visit, photo_id))
    return _go_on(visit)


@blueprint.post(f"{VISIT}/photos/<photo_id>/agree")
@for_visitor
def agree_to_sending(visit: Visit, photo_id: str) -> Response:
    """That a photo given before goes to the company that makes the shop's pictures now."""
    try:
        _consent_for(visit).require_for(_get_photo(visit, photo_id))
    except InvalidRequest as error:
        problem, status = explain(error)
        return _show(state_of(visit, problem=problem), status)
    return _go_on(visit)


@blueprint.get(f"{VISIT}/photos/<photo_id>/delete")
@for_visitor
def ask_before_deleting(visit: Visit, photo_id: str) -> Response:
    return _show(StudioState(visit, _get_photo(visit, photo_id), "delete"))


@blueprint.post(f"{VISIT}/photos/<photo_id>/delete")
@for_visitor
def delete_photo(visit: Visit, photo_id: str) -> Response:
    """The form may be older than the photo's end; then there is nothing to do."""
    photo = _find_photo(visit, photo_id)
    if photo is not None:
        forget_photo(photo, storage=tools().storage, queue=tools().queue)
    return _go_on(visit)


def _consent_for(visit: Visit) -> Consent:
    return consent_of(visit.merchant, visit.row.mode)


def _keep(visit: Visit, data: bytes, consent: Consent) -> None:
    kit = tools()
    name = _looking_name(visit, request.form.get("form_name", ""))
    note(name, "received", queue=kit.queue)
    keep_photo(
        visit.shopper,
        data,
        has_consent=True,
        agreed_provider=consent.company,
        engine=kit.engine,
        storage=kit.storage,
        settings=kit.settings,
        queue=kit.queue,
        mode=visit.row.mode,
        tell=lambda look, checks: note(name, look, checks, queue=kit.queue),
    )


def _looking_name(visit: Visit, form_name: str) -> str:
    """Nobody reads of it who does not know the visit."""
    return f"{visit.row.name_hash}:{form_name[:32]}"


def _get_photo(visit: Visit, photo_id: str) -> Photo:
    photo = _find_photo(visit, photo_id)
    if photo is None:
        raise NotFound("This photo is not known.", code="model_not_found")
    return photo


def _find_photo(visit: Visit, photo_id: str) -> Photo | None:
    """What a database could choke on can't be an id."""
    return find_photo(visit.shopper, photo_id) if photo_id.isascii() and photo_id.isprintable() else None


def _turn_down(visit: Visit, error: TryOnError | EngineError, *, has_consented: bool = False) -> Response:
    problem, status = explain(error)
    checks = error.checks if isinstance(error, PhotoRejected) else ()
    return _show(state_of(visit, asks=True, problem=problem, failed=checks, has_consented=has_consented), status)


def _go_on(visit: Visit) -> Response:
    return redirect(visit.url("studio.show_studio"), 303)  # type: ignore[return-value]


def _show(state: StudioState, status: int = 200) -> Response:
    """The whole page; for HTMX only the piece that changes, and the address the page now stands for."""
    words: dict[str, Any] = {
        "state": state,
        "visit": state.visit,
        "merchant": state.merchant,
        "keep_days": tools().settings.photo_keep_days,
        "consent": _consent_for(state.visit),
    }
    if not htmx_request.htmx:
        return make_response(render_template("pages/studio.html", **words), status)
    response = make_response(render_template(f"fragments/_studio_{state.view}.html", **words), status)
    if status == 200:
        response.headers["HX-Replace-Url"] = state.visit.url("studio.show_studio")
    return response
