"""The model studio: where a shopper gives, keeps, replaces or deletes the photo they try things on with.

A shop sends its shopper here with a token in the address. The token is exchanged at once for a cookie that no script
can read, and the browser goes on to an address without it. Over https the cookie is `SameSite=None; Secure;
Partitioned`, because the studio may stand in a frame of the shop's page; so a form is believed only with a proof that
nobody but this page can write. Over plain http, on a developer's machine, it is `SameSite=Lax`.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from htmx_flask import request as htmx_request
from werkzeug.exceptions import RequestEntityTooLarge

from tryon.engines.errors import EngineError
from tryon.errors import Forbidden, ImageTooLarge, InvalidRequest, PhotoRejected, TryOnError, Unauthorized
from tryon.pages.headers import allow_framing_by, keep_private
from tryon.pages.photo_forms import explain, read_photo
from tryon.pages.studio_return import may_return_to
from tryon.pages.studio_state import StudioState, Visit, state_of
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.photos import find_photo, keep_photo
from tryon.shoppers.tokens import find_token_merchant, read_token
from tryon.wiring import tools

blueprint = Blueprint("studio", __name__)

COOKIE = "tryon_studio"
COOKIE_PATH = "/embed"

View = Callable[[Visit], Response]


@blueprint.get("/onboarding")
def onboard() -> Response:
    """The studio's other address, as `embed-config` names it."""
    if "access_token" in request.args:
        return _let_in(request.args["access_token"])
    return keep_private(redirect(_studio_path(), 303))  # type: ignore[arg-type]


def for_visitor(view: View) -> Callable[[], Response]:
    """What every address of the studio shares: who comes, where they go back to, who may frame it."""

    @wraps(view)
    def wrapped() -> Response:
        token = request.cookies.get(COOKIE, "")
        if not token:
            raise Unauthorized("The visit has not begun, or has ended.", reason="missing")
        visit = _begin(token)
        if request.method == "POST" and not hmac.compare_digest(request.args.get("proof", "").encode(), _prove(token)):
            raise Forbidden("This form was not written by our page.", code="form_not_ours")
        if not may_return_to(visit.partner_return, visit.identity.merchant):
            return _refuse_return()
        return keep_private(view(visit))

    return wrapped


@blueprint.get("/embed/model-studio")
def show_studio() -> Response:
    if "access_token" in request.args:
        return _let_in(request.args["access_token"])
    return _show_now()


@for_visitor
def _show_now(visit: Visit) -> Response:
    return _show(state_of(visit))


@blueprint.get("/embed/model-studio/photo")
@for_visitor
def show_form(visit: Visit) -> Response:
    """Another photo in place of the present one."""
    return _show(state_of(visit, asks=True))


@blueprint.post("/embed/model-studio/photo")
@for_visitor
def take_photo(visit: Visit) -> Response:
    kit = tools()
    try:
        keep_photo(
            visit.identity.shopper,
            read_photo(),
            has_consent=request.form.get("consent") == "true",
            engine=kit.engine,
            storage=kit.storage,
            settings=kit.settings,
            queue=kit.queue,
            mode=visit.identity.mode,
        )
    except RequestEntityTooLarge:
        return _turn_down(visit, ImageTooLarge("Photos may have up to 10 MB. Choose a smaller one."))
    except (InvalidRequest, PhotoRejected, EngineError) as error:
        return _turn_down(visit, error, has_consented=request.form.get("consent") == "true")
    return redirect(_studio_path(), 303)  # type: ignore[return-value]


@blueprint.post("/embed/model-studio/photo/delete")
@for_visitor
def delete_photo(visit: Visit) -> Response:
    """The form may be older than the photo's end; then there is nothing to do."""
    name = request.form.get("photo_id", "")
    photo = find_photo(visit.identity.shopper, name) if name.isascii() and name.isprintable() else None
    if photo is not None:
        forget_photo(photo, storage=tools().storage, queue=tools().queue)
    return redirect(_studio_path(), 303)  # type: ignore[return-value]


def _let_in(token: str) -> Response:
    """Put the token where no script, log or other site sees it, and go on without it in the address."""
    visit = _begin(token)
    if not may_return_to(visit.partner_return, visit.identity.merchant):
        return _refuse_return()
    response = redirect(_studio_path(), 303)
    is_secure = tools().settings.public_app_url.startswith("https:")
    response.set_cookie(
        COOKIE,
        token,
        path=COOKIE_PATH,
        httponly=True,
        secure=is_secure,
        samesite="None" if is_secure else "Lax",
        partitioned=is_secure,
    )
    return keep_private(response)  # type: ignore[arg-type]


def _begin(token: str) -> Visit:
    """Raises Unauthorized; the page that says so may stand where the studio would."""
    secret_key = tools().settings.secret_key
    merchant = find_token_merchant(token, secret_key=secret_key)
    if merchant is not None:
        allow_framing_by(merchant.allowed_origins)
    identity = read_token(token, secret_key=secret_key)
    given = request.args.get
    return Visit(identity, given("partner_return") or None, given("locale") or None, _prove(token).decode())


def _prove(token: str) -> bytes:
    """What a form of ours carries: nobody else can work it out, and it is good for this visit only."""
    key = b"studio-form:" + tools().settings.secret_key.encode()
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()[:40].encode()


def _studio_path() -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in ("partner_return", "locale") if request.args.get(name)}
    return url_for("studio.show_studio", **kept)


def _refuse_return() -> Response:
    """Never a redirect to where the shop did not say it is at home."""
    return keep_private(make_response(render_template("errors/return.html"), 403))


def _turn_down(visit: Visit, error: TryOnError | EngineError, *, has_consented: bool = False) -> Response:
    problem, status = explain(error)
    checks = error.checks if isinstance(error, PhotoRejected) else ()
    return _show(state_of(visit, asks=True, problem=problem, failed=checks, has_consented=has_consented), status)


def _show(state: StudioState, status: int = 200) -> Response:
    """The whole page; for HTMX only the piece that changes, and the address the page now stands for."""
    words: dict[str, Any] = {
        "state": state,
        "merchant": state.merchant,
        "language": state.language,
        "keep_days": tools().settings.photo_keep_days,
    }
    if not htmx_request.htmx:
        return make_response(render_template("pages/studio.html", **words), status)
    response = make_response(render_template(f"fragments/_studio_{state.view}.html", **words), status)
    if status == 200:
        response.headers["HX-Replace-Url"] = _studio_path()
    return response
