"""What every request passes through: its id, its log line, and the shape of whatever goes wrong."""

import re
import secrets
import time

import structlog
from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from tryon.api.errors import failure_of
from tryon.api.ratelimit import tell
from tryon.api.sanity import refuse_absurd
from tryon.api.surfaces import surface_of
from tryon.engines.errors import EngineError
from tryon.errors import TemporarilyUnavailable, TryOnError
from tryon.logs import get_logger
from tryon.pages.errors import render_error_page
from tryon.wiring import tools

PER_REQUEST = ("api_key", "identity", "rate_limit")
"""What a request leaves in `g`. A context around several requests, as tests have it, must not hand it on."""
QUIET_PATHS = ("/static/", "/healthz", "/readyz", "/metrics")
_SANE_ID = re.compile(r"[A-Za-z0-9._:\-]{8,64}")

log = get_logger(__name__)


def install(app: Flask) -> None:
    proxies = app.extensions["tryon"].settings.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies) if proxies else app.wsgi_app  # type: ignore[method-assign]
    app.session_interface = NoCookies()
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)
    app.register_error_handler(TryOnError, _answer_own_error)
    app.register_error_handler(EngineError, _answer_own_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(OperationalError, _answer_outage)
    app.register_error_handler(PoolTimeout, _answer_outage)
    app.register_error_handler(Exception, _answer_crash)


class NoCookies(SecureCookieSessionInterface):
    """Flask's own session is for pages: on the API it would be made, and thrown away, with every request."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return self.make_null_session(app) if surface_of(request.path) else super().open_session(app, request)


def _begin() -> None:
    for name in PER_REQUEST:
        g.pop(name, None)
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _SANE_ID.fullmatch(given) else f"req_{secrets.token_hex(10)}"
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    refuse_absurd()


def _end(response: Response) -> Response:
    """One hook for all: each costs every request a little."""
    request_id = g.get("request_id")
    if request_id is None:
        return response
    headers = response.headers
    headers["X-Request-Id"] = request_id
    if surface_of(request.path) is not None:
        headers.setdefault("Cache-Control", "no-store")
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        tell(headers)
        _count_call()
    if not request.path.startswith(QUIET_PATHS):
        milliseconds = round((time.perf_counter() - g.started) * 1000, 1)
        log.info("request", method=request.method, path=_loggable_path(), status=response.status_code, ms=milliseconds)
    return response


def _count_call() -> None:
    key = g.get("api_key")
    if key is not None:
        tools().calls.note(key)


def _forget(error: BaseException | None) -> None:
    """The thread goes on to serve somebody else."""
    structlog.contextvars.clear_contextvars()


def _loggable_path() -> str:
    """The route, not the address: an address may hold what is nobody's business (session ids, signatures)."""
    return str(request.url_rule) if request.url_rule else "(no route)"


def _answer_own_error(error: TryOnError | EngineError) -> Response:
    surface = surface_of(request.path)
    return render_error_page(error) if surface is None else surface.answer_error(failure_of(error))


def _answer_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    surface = surface_of(request.path)
    return render_error_page(error) if surface is None else surface.answer_error(failure_of(error))


def _answer_outage(error: OperationalError | PoolTimeout) -> Response:
    """The database is away, or has no more connections: worth another try, and nobody's mistake."""
    log.error("request.database_unreachable", path=_loggable_path(), error=str(error.__cause__ or error))
    return _answer_own_error(TemporarilyUnavailable())


def _answer_crash(error: Exception) -> Response:
    log.exception("request.crashed", path=_loggable_path())
    return _answer_own_error(TryOnError())
