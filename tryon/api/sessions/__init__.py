"""The sessions surface: /v1, for merchants who send their shoppers to a launch page."""

from flask import Flask

from tryon.api.sessions import assets, categories, sessions


def install(app: Flask) -> None:
    for resource in (sessions, assets, categories):
        app.register_blueprint(resource.blueprint)
