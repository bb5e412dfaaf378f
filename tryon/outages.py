"""Saying in one line that the database or the queue can't be reached: for the command line, which has no pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from tryon.errors import ConfigurationError


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """Raises ConfigurationError where the database or the queue is out of reach."""
    try:
        yield
    except OperationalError as error:
        raise ConfigurationError(f"The database can't be reached: {error.orig}") from error
    except RedisError as error:
        raise ConfigurationError(f"The queue can't be reached: {error}. Is REDIS_URL right?") from error
