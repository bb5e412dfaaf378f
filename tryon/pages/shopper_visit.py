"""How a shopper comes to the pages that show what is theirs, and what all of these share.

A shop sends its shopper with a token in the address. The token is exchanged at once for a visit, whose secret name is
part of every address from then on: see `shoppers/visits.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import Response, make_response, redirect, render_template, request, url_for
from htmx_flask import request as htmx_request

from tryon.errors import Unauthorized
from tryon.merchants.models import Merchant
from tryon.merchants.origins import may_return_to
from tryon.merchants.storefront import Storefront
from tryon.pages.headers import allow_framing_by, keep_private
from tryon.pages.languages import speak
from tryon.pages.visit_cookie import give_cookie, is_same_browser
from tryon.shoppers.models import Shopper, ShopperVisit
from tryon.shoppers.tokens import find_token_merchant, read_token
from tryon.shoppers.visits import begin_visit, check_visit, find_visit
from tryon.wiring import tools

LOCALE_MAX = 35

Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class Visit:
    """A shopper at our pages, and where the shop wants them back."""

    name: str
    """Secret: part of every address of the visit."""
    row: ShopperVisit

    @property
    def shopper(self) -> Shopper:
        return self.row.shopper

    @property
    def merchant(self) -> Merchant:
        return self.row.shopper.merchant

    @property
    def partner_return(self) -> str | None:
        return self.row.partner_return

    def url(self, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, visit_name=self.name, **values)


def let_in(endpoint: str) -> Response:
    """Exchange the token in the address for a visit, and go on to an address without it."""
    token = request.args.get("access_token", "")
    if not token:
        raise Unauthorized("The visit has not begun.", reason="missing")
    merchant = find_token_merchant(token, secret_key=tools().settings.secret_key)
    locale = _locale_given()
    if merchant is not None:
        _speak_for(merchant, locale)
    try:
        identity = read_token(token, secret_key=tools().settings.secret_key)
    except Unauthorized:
        return _ended(merchant)
    partner_return = request.args.get("partner_return") or None
    if not _is_way_back(partner_return, identity.merchant):
        return _refuse_return(identity.merchant)
    name = begin_visit(identity.shopper, mode=identity.mode, partner_return=partner_return, locale=locale)
    return go_to(endpoint, name)


def go_to(endpoint: str, visit_name: str) -> Response:
    """To the first page of a visit that has just begun."""
    response: Response = redirect(url_for(endpoint, visit_name=visit_name), 303)  # type: ignore[assignment]
    give_cookie(response, visit_name)
    return keep_private(response)


def for_visitor(view: Callable[Concatenate[Visit, Rest], Response]) -> Callable[..., Response]:
    """Who comes, where they go back to, who may frame it; and that nobody keeps the page."""

    @wraps(view)
    def wrapped(visit_name: str, *args: Rest.args, **kwargs: Rest.kwargs) -> Response:
        row = find_visit(visit_name)
        if row is None:
            return _ended(None)
        merchant = row.shopper.merchant
        _speak_for(merchant, row.locale)
        if not is_same_browser(visit_name, row):
            return _ended(merchant)
        try:
            check_visit(row)
        except Unauthorized:
            return _ended(merchant)
        if not _is_way_back(row.partner_return, merchant):  # the shop may have moved meanwhile
            return _refuse_return(merchant)
        return keep_private(view(Visit(visit_name, row), *args, **kwargs))

    return wrapped


def _speak_for(merchant: Merchant, locale: str | None) -> None:
    allow_framing_by(merchant.allowed_origins)
    speak(locale, Storefront.of(merchant).language)


def _locale_given() -> str | None:
    locale = request.args.get("locale", "")
    return locale if locale.isascii() and locale.isprintable() and 0 < len(locale) <= LOCALE_MAX else None


def _ended(merchant: Merchant | None) -> Response:
    return _message("errors/401.html", 401, merchant)


def _is_way_back(address: str | None, merchant: Merchant) -> bool:
    return may_return_to(address, merchant, to_all=tools().settings.cors_origins)


def _refuse_return(merchant: Merchant) -> Response:
    """Never a redirect to where the shop did not say it is at home."""
    return _message("errors/return.html", 403, merchant)


def _message(template: str, status: int, merchant: Merchant | None) -> Response:
    """A page that only asked for a piece of itself is told to load itself anew, and then says the same."""
    words: dict[str, Any] = {"theme_of": merchant}
    response = make_response(render_template(template, **words), status)
    if htmx_request.htmx:
        response.headers["HX-Refresh"] = "true"
    return keep_private(response)
