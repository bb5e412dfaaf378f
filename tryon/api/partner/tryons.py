"""Try-on jobs of a shopper: start one, look at it."""

import time
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request

from tryon.api.auth import calling_shopper, shopper_token
from tryon.api.bodies import Body, ShortText, read_body
from tryon.catalog.finding import find_product_by_any_id
from tryon.catalog.models import Product
from tryon.clock import iso, now
from tryon.db import db
from tryon.errors import Conflict, NotFound
from tryon.generations.models import Generation
from tryon.generations.request import request_generation
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import find_current_photo, find_photo
from tryon.wiring import tools

blueprint = Blueprint("tryons", __name__, url_prefix="/tryon")

SYNC_WAIT_SECONDS = 25.0
SYNC_LOOK_SECONDS = 0.25


class OptionsBody(Body):
    fit: Literal["slim", "regular", "oversized"] | None = None
    tuck: bool | None = None


class TryOnBody(Body):
    model_id: ShortText | None = None
    options: OptionsBody = OptionsBody()


@blueprint.post("/<product_id>")
@shopper_token
def start(product_id: str) -> Response:
    identity, kit = calling_shopper(), tools()
    body = read_body(TryOnBody) if request.content_length else TryOnBody()
    product = find_product_by_any_id(identity.merchant, product_id)
    if product is None:
        raise NotFound("This product is not known.", code="unknown_product")
    photo = _choose_photo(body.model_id)
    if photo is None:
        raise _model_required()
    generation = request_generation(
        identity.shopper,
        photo,
        [product],
        mode=identity.mode,
        options=body.options.model_dump(exclude_none=True),
        settings=kit.settings,
        queue=kit.queue,
    )
    if request.args.get("async", "").lower() == "true":
        return _accepted(generation)
    return _wait(generation)


@blueprint.get("/jobs/<job_id>")
@shopper_token
def show(job_id: str) -> dict[str, Any]:
    generation = db.session.get(Generation, job_id)
    if generation is None or generation.shopper_id != calling_shopper().shopper.id:
        raise NotFound("This job is not known.", code="job_not_found")
    return _describe(generation)


def _choose_photo(model_id: str | None) -> Photo | None:
    shopper = calling_shopper().shopper
    if model_id is None:
        return find_current_photo(shopper)
    photo = find_photo(shopper, model_id)
    if photo is None:
        raise NotFound("This model is not known, or has expired.", code="model_not_found")
    return photo


def _model_required() -> Conflict:
    return Conflict(
        "The shopper has not given a photo yet: POST one to /user-model first.",
        code="model_required",
        user_model_url=f"{tools().settings.public_app_url}/user-model",
    )


def _accepted(generation: Generation) -> Response:
    status_url = f"{tools().settings.public_app_url}/tryon/jobs/{generation.id}"
    response = jsonify({"job_id": generation.id, "status": generation.status, "status_url": status_url})
    response.status_code = 202
    response.headers["Location"] = status_url
    return response


def _wait(generation: Generation) -> Response:
    """Look at the row, between short naps and outside of any transaction, until it is finished or time is up."""
    deadline = time.monotonic() + SYNC_WAIT_SECONDS
    while not generation.is_finished and time.monotonic() < deadline:
        db.session.commit()
        time.sleep(SYNC_LOOK_SECONDS)
        db.session.refresh(generation)
    return jsonify(_describe(generation)) if generation.is_finished else _accepted(generation)


def _describe(generation: Generation) -> dict[str, Any]:
    product: Product = generation.first_product
    described: dict[str, Any] = {
        "job_id": generation.id,
        "status": "failed" if generation.status == "cancelled" else generation.status,
        "progress": generation.progress,
        "stage": generation.stage,
        "product_id": product.id,
        "created_at": iso(generation.created_at),
        "started_at": iso(generation.started_at),
        "completed_at": iso(generation.completed_at),
    }
    if generation.status == "completed":
        described |= {
            "engine": generation.engine,
            "scores": generation.scores,
            "expires_at": iso(generation.expires_at),
        }
    if generation.result_key is not None:
        image_url = tools().links.url(generation.result_key, now())
        described |= {"image_url": image_url, "image_urls": [image_url]}
    if generation.error_code is not None:
        described["error"] = {
            "code": generation.error_code,
            "message": generation.error_message,
            "retryable": not generation.error_is_permanent,
        }
    return described
