"""Addresses of our own stylesheet and scripts: each carries a hash of the file, so browsers may keep it for ever."""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

HTMX = "vendor/htmx/htmx-2.0.11.min.js"
HTMX_INTEGRITY = "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
"""Pinned by hand, so that a changed file is refused by the browser instead of trusted."""

ONE_YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset_url=asset_url, asset_integrity=asset_integrity, htmx_url=htmx_url, htmx_integrity=HTMX_INTEGRITY
    )
    app.after_request(_keep_hashed_files)


def asset_url(name: str) -> str:
    """For example asset_url("css/tryon.css") → "/static/css/tryon.css?v=3f2a…"."""
    return url_for("static", filename=name, v=_digest(name).hex()[:16])


def asset_integrity(name: str) -> str:
    """The value of a script's or stylesheet's `integrity` attribute."""
    return "sha384-" + base64.b64encode(_digest(name)).decode()


def htmx_url() -> str:
    return url_for("static", filename=HTMX, v="2.0.11")


def _digest(name: str) -> bytes:
    path = Path(current_app.static_folder or "") / name
    return _digest_of_version(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _digest_of_version(path: Path, mtime_ns: int) -> bytes:
    return hashlib.sha384(path.read_bytes()).digest()


def _keep_hashed_files(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR_SECONDS}, immutable"
    return response
