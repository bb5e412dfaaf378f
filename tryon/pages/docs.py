"""The API reference: /openapi.json for machines, /docs for people, both made of the routes themselves."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request

from tryon.api.openapi.document import build_document
from tryon.pages.languages import speak
from tryon.pages.reference import Reference, inline, prose

blueprint = Blueprint("docs", __name__)

CACHE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class _Made:
    text: str
    reference: Reference


@blueprint.get("/openapi.json")
def show_document() -> Response:
    return _cacheable(Response(_made().text, content_type="application/json"))


@blueprint.get("/docs")
def show_reference() -> Response:
    speak("en")  # what it tells is English, so all of the page is
    page = render_template("pages/docs.html", reference=_made().reference, prose=prose, inline=inline)
    return _cacheable(Response(page, content_type="text/html; charset=utf-8"))


def document() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(_made().text)
    return made


def _made() -> _Made:
    """Made on first use: routes don't change while the application runs."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    kept = app.extensions.get("tryon_openapi")
    if kept is None:
        made = build_document(app)
        kept = app.extensions["tryon_openapi"] = _Made(json.dumps(made, ensure_ascii=False), Reference(made))
    return kept  # type: ignore[no-any-return]


def _cacheable(response: Response) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    return response.make_conditional(request)  # type: ignore[return-value]
