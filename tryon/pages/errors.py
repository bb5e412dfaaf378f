"""What a visitor reads when a page can't be shown: what happened, and what they can do."""

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from tryon.engines.errors import EngineError, EngineRefusal
from tryon.errors import TryOnError
from tryon.pages.addresses import launch_path

PAGES = frozenset({401, 403, 404, 405, 410, 413, 429, 500, 503})
"""Statuses with a page of their own, templates/errors/<status>.html; the rest share 400.html and 500.html."""


def render_error_page(error: HTTPException | TryOnError | EngineError) -> Response:
    """The error as a page with its status. Other exceptions are the caller's to log and to pass as a TryOnError."""
    status = _status_of(error)
    words = {"status": status, "code": getattr(error, "code", None), "room": _room_behind(status)}
    response = make_response(render_template(f"errors/{_page_for(status)}.html", **words), status)
    if isinstance(error, HTTPException):
        _keep_headers(error, response)
    wait = getattr(error, "retry_after_seconds", None) or (30 if status == 503 else None)
    if wait is not None:
        response.headers.setdefault("Retry-After", str(wait))
    response.headers["Cache-Control"] = "no-store"
    return response


def _status_of(error: HTTPException | TryOnError | EngineError) -> int:
    if isinstance(error, TryOnError):
        return error.status
    if isinstance(error, EngineError):
        return 422 if isinstance(error, EngineRefusal) else 503
    return error.code or 500


def _room_behind(status: int) -> str | None:
    """The launch page that the visitor came from, where that is still there: the way on from a press that failed."""
    session_id = (request.view_args or {}).get("session_id")
    is_elsewhere = request.endpoint != "launch.show_session"
    return launch_path(session_id) if session_id and is_elsewhere and status not in (404, 410) else None


def _page_for(status: int) -> int:
    if status in PAGES:
        return status
    return 400 if status < 500 else 500


def _keep_headers(error: HTTPException, response: Response) -> None:
    """Some errors say more in their headers: Allow with 405, Content-Range with 416, Retry-After with 429."""
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
