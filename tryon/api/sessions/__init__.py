"""The sessions surface: /v1, for merchants who send their shoppers to a launch page."""

from flask import Flask

from tryon.api.sessions import sessions


def install(app: Flask) -> None:
    app.register_blueprint(sessions.blueprint)
