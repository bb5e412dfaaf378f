"""Commands that work on the system's own data: the application they run in, and what can be out of reach."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import Flask

from tryon import schema
from tryon.factory import create_app
from tryon.outages import told_in_one_line
from tryon.wiring import Tools

P = ParamSpec("P")
R = TypeVar("R")


def with_tools(command: Callable[Concatenate[Tools, P], R]) -> Callable[P, R]:
    """Give a command the application's tools, inside its context, on a database that is up to date."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        app = create_app()
        with told_in_one_line():
            schema.require_current(app)
            with app.app_context():
                return command(app.extensions["tryon"], *arguments, **options)

    return run


def current_app() -> Flask:
    """The application on a database that is up to date."""
    app = create_app()
    schema.require_current(app)
    return app
