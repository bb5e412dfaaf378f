"""How Alembic reaches the application's database. Run by `tryon migrate`, or by `flask --app wsgi db …`."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import JSON, Connection, Engine, text

from tryon.db import Base, UtcDateTime
from tryon.sealed import SealedText

ONE_AT_A_TIME = 0x7472796F6E
"""A PostgreSQL advisory lock, so that several machines started together do not all change the tables."""


def migrate(connection: Connection) -> None:
    options = current_app.extensions["migrate"].configure_args
    context.configure(connection=connection, target_metadata=Base.metadata, render_item=write_type, **options)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": ONE_AT_A_TIME})
        context.run_migrations()


def write_type(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """A migration names the database's own types, not our classes, so that it stays true when those change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, SealedText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def migrate_sqlite(engine: Engine) -> None:
    """SQLite changes a table by copying it; with foreign keys watched, dropping the old one would empty others."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            migrate(connection)
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    raise SystemExit("Migrations are run against a database, not written out as SQL.")

engine = current_app.extensions["migrate"].db.engine
if engine.dialect.name == "sqlite":
    migrate_sqlite(engine)
else:
    with engine.connect() as connection:
        migrate(connection)
