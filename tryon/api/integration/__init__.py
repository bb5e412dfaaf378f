"""The usage integration surface: sister systems report what was used elsewhere."""

from flask import Flask

from tryon.api.integration import usage


def install(app: Flask) -> None:
    app.register_blueprint(usage.blueprint)
