"""The shopper's model: the photo of themselves they try things on with."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select

from tryon.api.auth import calling_shopper, shopper_token
from tryon.api.bodies import read_query
from tryon.api.pagination import PageQuery, page_of
from tryon.clock import iso, now
from tryon.errors import FieldProblem, InvalidRequest, NotFound
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import find_current_photo, find_photo, keep_photo
from tryon.wiring import tools

blueprint = Blueprint("user_models", __name__, url_prefix="/user-model")


@blueprint.get("/current")
@shopper_token
def current() -> Response:
    photo = find_current_photo(calling_shopper().shopper)
    return jsonify(_describe(photo) if photo else None)


@blueprint.post("")
@shopper_token
def create() -> tuple[dict[str, Any], int]:
    upload = request.files.get("photo")
    if upload is None:
        raise InvalidRequest(
            "Send the photo as a file named `photo`.",
            code="photo_required",
            details=[FieldProblem("photo", "A file is needed.")],
        )
    kit = tools()
    photo = keep_photo(
        calling_shopper().shopper,
        upload.stream.read(),
        has_consent=request.form.get("consent", "").lower() in ("true", "1", "yes", "on"),
        engine=kit.engine,
        storage=kit.storage,
        settings=kit.settings,
        queue=kit.queue,
    )
    return _describe(photo), 201


@blueprint.get("")
@shopper_token
def list_all() -> dict[str, Any]:
    shopper = calling_shopper().shopper
    query = select(Photo).where(Photo.shopper_id == shopper.id, Photo.erased_at.is_(None), Photo.expires_at > now())
    photos, next_cursor = page_of(query, Photo.id, read_query(PageQuery))
    return {
        "data": [_describe(photo) for photo in photos],
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
    }


@blueprint.delete("/current")
@shopper_token
def forget_current() -> tuple[str, int]:
    photo = find_current_photo(calling_shopper().shopper)
    if photo is None:
        raise NotFound("There is no photo to delete.", code="model_not_found")
    _forget(photo)
    return "", 204


@blueprint.delete("/<photo_id>")
@shopper_token
def forget(photo_id: str) -> tuple[str, int]:
    photo = find_photo(calling_shopper().shopper, photo_id)
    if photo is None:
        raise NotFound("This photo is not known.", code="model_not_found")
    _forget(photo)
    return "", 204


def _forget(photo: Photo) -> None:
    forget_photo(photo, storage=tools().storage, queue=tools().queue)


def _describe(photo: Photo) -> dict[str, Any]:
    return {
        "id": photo.id,
        "status": photo.status,
        "image_url": tools().links.url(photo.file_key, now()),
        "checks": photo.checks,
        "body": photo.body,
        "created_at": iso(photo.created_at),
        "expires_at": iso(photo.expires_at),
    }
