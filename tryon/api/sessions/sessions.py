"""Try-on sessions: open one, look at it, list them."""

import json
from typing import Annotated, Any

from flask import Blueprint, request
from pydantic import Field, field_validator
from sqlalchemy import select

from tryon.api.auth import calling_key, calling_merchant, secret_key
from tryon.api.bodies import Address, Body, LongText, ShortText, Title, read_body, read_query
from tryon.api.pagination import PageQuery, page_of
from tryon.catalog.fields import ProductFields
from tryon.catalog.pictures import IMAGES_MAX
from tryon.clock import iso, now
from tryon.db import db
from tryon.errors import NotFound
from tryon.generations.models import Generation
from tryon.sessions.models import TryOnSession
from tryon.sessions.opening import EXPIRES_IN_SECONDS_DEFAULT, SessionFields, find_session, open_session
from tryon.wiring import tools

blueprint = Blueprint("sessions", __name__, url_prefix="/v1/sessions")

METADATA_MAX_BYTES = 4096


class InlineProductBody(Body):
    title: Title
    image_urls: Annotated[list[Address], Field(min_length=1, max_length=IMAGES_MAX)]
    url: Address | None = None
    description: LongText | None = None


class SessionBody(Body):
    product_id: ShortText
    category: Annotated[str, Field(max_length=40)] | None = None
    experience: Annotated[str, Field(max_length=20)] = "browser"
    callback_url: Address | None = None
    return_url: Address | None = None
    locale: Annotated[str, Field(max_length=35)] | None = None
    external_user_ref: ShortText | None = None
    merchant_reference: ShortText | None = None
    metadata: dict[str, Any] = {}
    expires_in: int = EXPIRES_IN_SECONDS_DEFAULT
    product: InlineProductBody | None = None

    @field_validator("metadata")
    @classmethod
    def _small(cls, value: dict[str, Any]) -> dict[str, Any]:
        if len(json.dumps(value).encode()) > METADATA_MAX_BYTES:
            raise ValueError(f"At most {METADATA_MAX_BYTES} bytes of JSON.")
        return value

    def as_fields(self) -> SessionFields:
        given = self.model_dump(exclude={"product"})
        return SessionFields(**given, product=self._product_fields())

    def _product_fields(self) -> ProductFields | None:
        if self.product is None:
            return None
        return ProductFields(
            external_id=self.product_id,
            title=self.product.title,
            url=self.product.url,
            image_urls=tuple(self.product.image_urls),
            description=self.product.description,
            category=self.category,
        )


@blueprint.post("")
@secret_key
def create() -> dict[str, Any]:
    kit = tools()
    session = open_session(
        calling_merchant(),
        read_body(SessionBody).as_fields(),
        mode=calling_key().mode,
        outbound=kit.outbound,
        storage=kit.storage,
        queue=kit.queue,
    )
    return _describe(session)


@blueprint.get("")
@secret_key
def list_all() -> dict[str, Any]:
    query = select(TryOnSession).where(TryOnSession.merchant_id == calling_merchant().id)
    status = request.args.get("status")
    if status:
        query = query.where(TryOnSession.status == status)
    sessions, next_cursor = page_of(query, TryOnSession.id, read_query(PageQuery))
    return {
        "data": [_describe(session) for session in sessions],
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
    }


@blueprint.get("/<session_id>")
@secret_key
def show(session_id: str) -> dict[str, Any]:
    session = find_session(session_id)
    if session is None or session.merchant_id != calling_merchant().id:
        raise NotFound("Session not found.", code="session_not_found")
    return _describe(session)


def _describe(session: TryOnSession) -> dict[str, Any]:
    public_url = tools().settings.public_app_url
    described: dict[str, Any] = {
        "id": session.id,
        "object": "session",
        "status": _status(session),
        "product_id": session.requested_product_id,
        "category": session.category,
        "experience": session.experience,
        "locale": session.locale,
        "launch_url": f"{public_url}/s/{session.id}",
        "qr_code_url": f"{public_url}/qr/{session.id}.png",
        "expires_at": iso(session.expires_at),
        "created_at": iso(session.created_at),
        "launched_at": iso(session.launched_at),
        "completed_at": iso(session.completed_at),
        "merchant_reference": session.merchant_reference,
        "metadata": session.extra,
    }
    result = _result(session)
    if result is not None:
        described["result"] = result
    if session.error_code is not None:
        described["error"] = {"code": session.error_code, "message": session.error_message}
    return described


def _status(session: TryOnSession) -> str:
    """Past its expiry a session is expired, whether or not the sweep has noted it yet."""
    if session.status in ("ready", "launched") and session.is_over(now()):
        return "expired"
    return session.status


def _result(session: TryOnSession) -> dict[str, Any] | None:
    if session.status != "completed" or session.generation_id is None:
        return None
    generation = db.session.get(Generation, session.generation_id)
    if generation is None or generation.result_key is None:
        return None
    return {"image_url": tools().links.url(generation.result_key, now()), "job_id": generation.id}
