"""Commands that work on the system's own data: the application they run in, and what can be out of reach."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from tryon import schema
from tryon.errors import ConfigurationError
from tryon.factory import create_app
from tryon.wiring import Tools

P = ParamSpec("P")
R = TypeVar("R")


def with_tools(command: Callable[Concatenate[Tools, P], R]) -> Callable[P, R]:
    """Give a command the application's tools, inside its context, on a database that is up to date."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        app = create_app()
        with in_reach():
            schema.require_current(app)
            with app.app_context():
                return command(app.extensions["tryon"], *arguments, **options)

    return run


def current_app() -> Flask:
    """The application on a database that is up to date."""
    app = create_app()
    schema.require_current(app)
    return app


@contextmanager
def in_reach() -> Iterator[None]:
    """Say in one line that the database or the queue can't be reached."""
    try:
        yield
    except OperationalError as error:
        raise ConfigurationError(f"The database can't be reached: {error.orig}") from error
    except RedisError as error:
        raise ConfigurationError(f"The queue can't be reached: {error}. Is REDIS_URL right?") from error
