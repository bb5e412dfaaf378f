"""What a visitor reads when a page can't be shown: what happened, and what they can do."""

from flask import Response, make_response, render_template
from werkzeug.exceptions import HTTPException

from tryon.engines.errors import EngineError, EngineRefusal
from tryon.errors import TryOnError

PAGES = frozenset({401, 403, 404, 405, 410, 413, 500, 503})
"""Statuses with a page of their own, templates/errors/<status>.html; the rest share 400.html and 500.html."""


def render_error_page(error: HTTPException | TryOnError | EngineError) -> Response:
    """The error as a page with its status. Other exceptions are the caller's to log and to pass as a TryOnError."""
    status = _status_of(error)
    response = make_response(render_template(f"errors/{_page_for(status)}.html", status=status), status)
    if isinstance(error, HTTPException):
        _keep_headers(error, response)
    if status == 503:
        response.headers.setdefault("Retry-After", "30")
    response.headers["Cache-Control"] = "no-store"
    return response


def _status_of(error: HTTPException | TryOnError | EngineError) -> int:
    if isinstance(error, TryOnError):
        return error.status
    if isinstance(error, EngineError):
        return 422 if isinstance(error, EngineRefusal) else 503
    return error.code or 500


def _page_for(status: int) -> int:
    if status in PAGES:
        return status
    return 400 if status < 500 else 500


def _keep_headers(error: HTTPException, response: Response) -> None:
    """Some errors say more in their headers: Allow with 405, Content-Range with 416, Retry-After with 429."""
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
