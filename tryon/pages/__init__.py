"""The hosted pages, rendered with Jinja and smoothed with HTMX; every form works without JavaScript too."""

from importlib import import_module

from flask import Flask

PARTS = ("assets", "headers", "languages", "sized_pictures", "theme", "embedding", "demo")
"""Modules of this folder that every page has something of. The demo shop's process takes two and loads no others."""
ROOMS = (
    "home",
    "docs",
    "launch",
    "stock_models",
    "following",
    "stopping",
    "result",
    "share",
    "handoff",
    "phone",
    "studio",
    "me",
    "me_from_launch",
    "media",
    "theme",
    "widget",
    "health",
    "metrics",
)
"""Modules of this folder, each with a blueprint of its own."""


def install(app: Flask) -> None:
    from htmx_flask import Htmx

    from tryon.pages.addresses import media_path

    Htmx(app)
    for part in PARTS:
        import_module(f"{__name__}.{part}").install(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(media_path=media_path)
    for room in ROOMS:
        app.register_blueprint(import_module(f"{__name__}.{room}").blueprint)
