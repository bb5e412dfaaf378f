"""create_app: a table of contents."""

from flask import Flask
from flask_migrate import Migrate

from tryon import straight
from tryon.config import PROJECT_ROOT, Settings, load_settings
from tryon.db import db
from tryon.logs import configure_logs
from tryon.wiring import make_tools


def create_app(settings: Settings | None = None) -> Flask:
    """The whole web application. Raises ConfigurationError with one clear sentence if it can't be set up."""
    settings = settings or load_settings()
    configure_logs(settings)
    app = Flask("tryon", template_folder=str(PROJECT_ROOT / "templates"), static_folder=str(PROJECT_ROOT / "static"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    db.init_app(app)
    Migrate(app, db, directory=str(PROJECT_ROOT / "migrations"), render_as_batch=True)
    straight.install(app, **_readers_options(settings.database_url))
    app.extensions["tryon"] = make_tools(settings)
    import_tables()

    from tryon import api, pages

    api.install(app)
    pages.install(app)
    return app


def _engine_options(database_url: str) -> dict[str, object]:
    if database_url.startswith("sqlite"):
        # More than the web server's threads, so nobody waits; the last one used first, for its cache is the warmest.
        return {"pool_size": 20, "max_overflow": 20, "pool_use_lifo": True}
    return {"pool_size": 10, "max_overflow": 5, "pool_timeout": 10}


def _readers_options(database_url: str) -> dict[str, object]:
    """Of the connections that only answer questions of one trip: with those above a process has 20 at most."""
    if database_url.startswith("sqlite"):
        return _engine_options(database_url)
    return {"pool_size": 5, "max_overflow": 0, "pool_timeout": 10}


def import_tables() -> None:
    """Alembic and SQLAlchemy know only the tables that have been imported."""
    import tryon.catalog.models
    import tryon.generations.models
    import tryon.idempotency
    import tryon.merchants.models
    import tryon.providers.models
    import tryon.sessions.handoffs
    import tryon.sessions.models
    import tryon.shoppers.models
    import tryon.usage.models
    import tryon.webhooks.models  # noqa: F401
