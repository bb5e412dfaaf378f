"""A merchant's look on the pages their shoppers see: colours and corners as variables of the stylesheet, and the logo.

A page that sets `theme_of` to the merchant wears it. A merchant who changed nothing costs no further request.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Flask, Response, request, url_for

from tryon.db import db
from tryon.errors import NotFound
from tryon.merchants.logos import ScreenLogo, draw_for_screen
from tryon.merchants.models import Merchant
from tryon.merchants.palette import DARK_GROUND, LIGHT_GROUND, Palette, palettes_of
from tryon.merchants.storefront import Storefront
from tryon.pages.assets import ONE_YEAR_SECONDS
from tryon.storage.folders import read_if_there
from tryon.wiring import tools

blueprint = Blueprint("theme", __name__, url_prefix="/theme")

UNCHANGED = Storefront()
RADII = {"--radius-s": 0.625, "--radius": 1.0, "--radius-l": 1.375, "--radius-button": 1.75}
"""As parts of the merchant's corner radius; buttons of the default one are pills."""


@dataclass(frozen=True, slots=True)
class Theme:
    css_url: str | None
    paper: str
    dark_paper: str


@dataclass(frozen=True, slots=True)
class ShownLogo:
    url: str
    width: int
    height: int
    plate: str
    """In which of the schemes it needs something behind it to be seen: "", "light", "dark" or "light dark"."""


def install(app: Flask) -> None:
    app.jinja_env.globals.update(theme_for=theme_for, logo_for=logo_for, storefront_of=Storefront.of)


@blueprint.get("/<merchant_id>.css")
def show_css(merchant_id: str) -> Response:
    css = _write_css(Storefront.of(_get_merchant(merchant_id)))
    return _keep(Response(css, content_type="text/css; charset=utf-8"), _version(css.encode()))


@blueprint.get("/<merchant_id>/logo.webp")
def show_logo(merchant_id: str) -> Response:
    merchant = _get_merchant(merchant_id)
    logo = _draw_logo(merchant)
    if logo is None:
        raise NotFound
    return _keep(Response(logo.data, content_type="image/webp"), _version(logo.data))


def theme_for(merchant: Merchant) -> Theme:
    css, (light, dark) = _write_css(Storefront.of(merchant)), _papers(Storefront.of(merchant))
    url = url_for("theme.show_css", merchant_id=merchant.id, v=_version(css.encode())) if css else None
    return Theme(url, light, dark)


def logo_for(merchant: Merchant) -> ShownLogo | None:
    """None where there is none: then the name stands there."""
    logo = _draw_logo(merchant)
    if logo is None:
        return None
    url = url_for("theme.show_logo", merchant_id=merchant.id, v=_version(logo.data))
    papers = zip(("light", "dark"), _papers(Storefront.of(merchant)), strict=True)
    plate = " ".join(scheme for scheme, paper in papers if not logo.can_be_seen_on(paper))
    return ShownLogo(url, logo.width, logo.height, plate)


def _get_merchant(merchant_id: str) -> Merchant:
    merchant = db.session.get(Merchant, merchant_id) if merchant_id.isascii() and merchant_id.isprintable() else None
    if merchant is None or not merchant.is_active:
        raise NotFound
    return merchant


def _draw_logo(merchant: Merchant) -> ScreenLogo | None:
    return _draw_kept(merchant.logo_key) if merchant.logo_key else None


@lru_cache(maxsize=64)
def _draw_kept(key: str) -> ScreenLogo | None:
    """Another logo has another key."""
    data = read_if_there(tools().storage, key)
    return draw_for_screen(data) if data else None


def _papers(storefront: Storefront) -> tuple[str, str]:
    palettes = palettes_of(storefront)
    return (palettes[0].ground.paper, palettes[1].ground.paper) if palettes else (LIGHT_GROUND.paper, DARK_GROUND.paper)


def _write_css(storefront: Storefront) -> str:
    """Empty where nothing differs from the stylesheet."""
    parts, palettes = [], palettes_of(storefront)
    if storefront.corner_radius_px != UNCHANGED.corner_radius_px:
        parts.append(_rule({name: f"{share * storefront.corner_radius_px:g}px" for name, share in RADII.items()}))
    if palettes:
        light, dark = palettes
        parts.append(_rule(_scheme(light) | light.variables))
        if dark != light:
            parts.append(f"@media (prefers-color-scheme: dark) {{\n{_rule(dark.variables)}}}\n")
    return "".join(parts)


def _scheme(light: Palette) -> dict[str, str]:
    return {"color-scheme": "dark"} if light.is_dark else {}


def _rule(variables: Mapping[str, str]) -> str:
    return ":root {\n" + "".join(f"  {name}: {value};\n" for name, value in variables.items()) + "}\n"


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _keep(response: Response, version: str) -> Response:
    """For ever under the address that names this very look; any other address is asked anew each time."""
    is_this_one = request.args.get("v") == version
    response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR_SECONDS}, immutable" if is_this_one else "no-cache"
    response.set_etag(version)
    return response.make_conditional(request)  # type: ignore[return-value]
