"""The tables of a database: bringing them up to date, and telling whether they are."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.exc import SQLAlchemyError

from tryon.db import db
from tryon.errors import ConfigurationError


def migrate(app: Flask) -> bool:
    """Bring the tables up to date; True if there was anything to do. Raises ConfigurationError."""
    with app.app_context():
        if _present() == _newest(app):
            return False
        try:
            upgrade()
        except SQLAlchemyError as error:
            raise ConfigurationError(f"The database could not be brought up to date: {_plain(error)}") from error
        return True


def require_current(app: Flask) -> None:
    """Raise ConfigurationError, with what to do, if the tables are not those this version works with."""
    with app.app_context():
        if _present() != _newest(app):
            raise ConfigurationError("The database is not up to date. Run `tryon migrate` first.")


def _present() -> str | None:
    try:
        with db.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The database can't be reached: {_plain(error)}") from error


def _newest(app: Flask) -> str | None:
    """The newest migration we know. Raises ConfigurationError where the database already has a newer one."""
    scripts = ScriptDirectory.from_config(app.extensions["migrate"].migrate.get_config())
    present = _present()
    try:
        scripts.get_revision(present or "base")
    except CommandError as error:
        message = f"The database was made by another version of tryon (its tables are at {present}); update tryon."
        raise ConfigurationError(message) from error
    return scripts.get_current_head()


def _plain(error: SQLAlchemyError) -> str:
    """The database's own words, without SQLAlchemy's advice and on one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
