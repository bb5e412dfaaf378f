"""A shopper's own page: every photo and picture of theirs, to use, save, take away or delete."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from tryon.api.ratelimit import limited, path_name
from tryon.clock import now
from tryon.errors import Forbidden, NotFound
from tryon.generations.erasing import erase_shopper
from tryon.generations.exporting import export_shopper
from tryon.generations.history import forget_generation
from tryon.generations.models import Generation
from tryon.generations.sharing import share_picture, stop_sharing
from tryon.merchants.storefront import Storefront
from tryon.pages.archive import stream_archive
from tryon.pages.me_state import UNKNOWN_SIZE, can_be_chosen, find_picture, state_of
from tryon.pages.result_state import size_of
from tryon.pages.shopper_visit import Visit, for_visitor, let_in
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import choose_photo, find_photo
from tryon.wiring import tools

blueprint = Blueprint("me", __name__)

VISIT = "/me/<visit_name>"


@blueprint.get("/me")
def enter() -> Response:
    return let_in("me.show_me")


@blueprint.get(VISIT)
@for_visitor
def show_me(visit: Visit) -> Response:
    before = request.args.get("before", "")
    state = state_of(visit, before=before if before.isascii() and before.isprintable() else None)
    return _page("me", visit, state=state, can_be_chosen=can_be_chosen, keep_days=tools().settings.photo_keep_days)


@blueprint.post(f"{VISIT}/photos/<photo_id>/choose")
@for_visitor
def choose(visit: Visit, photo_id: str) -> Response:
    photo = _get_photo(visit, photo_id)
    if can_be_chosen(photo):
        choose_photo(photo)
    return _go_back(visit)


@blueprint.route(f"{VISIT}/photos/<photo_id>/delete", methods=["GET", "POST"])
@for_visitor
def delete_photo(visit: Visit, photo_id: str) -> Response:
    """Asked once more before; a form may be older than the photo's end, and then there is nothing to do."""
    if request.method == "GET":
        return _page("me_delete", visit, photo=_get_photo(visit, photo_id), picture=None)
    photo = _find_photo(visit, photo_id)
    if photo is not None:
        forget_photo(photo, storage=tools().storage, queue=tools().queue)
    return _go_back(visit)


@blueprint.route(f"{VISIT}/pictures/<picture_id>/delete", methods=["GET", "POST"])
@for_visitor
def delete_picture(visit: Visit, picture_id: str) -> Response:
    picture = find_picture(visit, picture_id)
    if request.method == "GET":
        return _page("me_delete", visit, photo=None, picture=_get(picture), size=size_of(_get(picture)) or UNKNOWN_SIZE)
    if picture is not None:
        forget_generation(picture, storage=tools().storage, queue=tools().queue)
    return _go_back(visit)


@blueprint.post(f"{VISIT}/pictures/<picture_id>/share")
@for_visitor
@limited("20/minute", name="share", by=lambda: path_name("visit_name"))
def share(visit: Visit, picture_id: str) -> Response:
    if not Storefront.of(visit.merchant).sharing:
        raise Forbidden("This shop does not offer sharing.", code="sharing_off")
    share_picture(_get(find_picture(visit, picture_id)))
    return _go_back(visit)


@blueprint.post(f"{VISIT}/pictures/<picture_id>/share/stop")
@for_visitor
def end_share(visit: Visit, picture_id: str) -> Response:
    stop_sharing(_get(find_picture(visit, picture_id)))
    return _go_back(visit)


@blueprint.get(f"{VISIT}/data.zip")
@for_visitor
def download(visit: Visit) -> Response:
    export, moment = export_shopper(visit.shopper), now()
    response = Response(stream_archive(export, moment, storage=tools().storage), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="my-try-ons-{moment:%Y-%m-%d}.zip"'
    return response


@blueprint.route(f"{VISIT}/erase", methods=["GET", "POST"])
@for_visitor
def erase(visit: Visit) -> Response:
    """The same as `DELETE /user-model`; it ends this visit too."""
    if request.method == "GET":
        return _page("me_erase", visit)
    merchant = visit.merchant
    erase_shopper(visit.shopper, storage=tools().storage, queue=tools().queue)
    return make_response(render_template("pages/me_gone.html", merchant=merchant))


def _page(name: str, visit: Visit, **words: Any) -> Response:
    return make_response(render_template(f"pages/{name}.html", visit=visit, merchant=visit.merchant, **words))


def _go_back(visit: Visit) -> Response:
    return redirect(visit.url("me.show_me"), 303)  # type: ignore[return-value]


def _get(picture: Generation | None) -> Generation:
    if picture is None:
        raise NotFound
    return picture


def _get_photo(visit: Visit, photo_id: str) -> Photo:
    photo = _find_photo(visit, photo_id)
    if photo is None:
        raise NotFound
    return photo


def _find_photo(visit: Visit, photo_id: str) -> Photo | None:
    """What a database could choke on can't be an id."""
    return find_photo(visit.shopper, photo_id) if photo_id.isascii() and photo_id.isprintable() else None
