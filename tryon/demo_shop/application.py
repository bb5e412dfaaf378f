"""The shop as an application of its own, as `tryon serve` starts it on its second port."""

from flask import Flask, Response, make_response, render_template
from werkzeug.exceptions import HTTPException

from tryon.config import PROJECT_ROOT, Settings, load_settings
from tryon.demo_shop import headers, rooms
from tryon.demo_shop.backend import ApiBackend
from tryon.demo_shop.keys import FILE, read_keys
from tryon.errors import ConfigurationError, TryOnError
from tryon.logs import configure_logs
from tryon.pages import assets, languages


def create_app(settings: Settings | None = None) -> Flask:
    """Raises ConfigurationError where the shop has no keys yet."""
    settings = settings or load_settings()
    configure_logs(settings)
    keys = read_keys(settings.data_dir)
    if keys is None:
        raise ConfigurationError(f"The demo shop's keys, {FILE} in {settings.data_dir}, are not there.")
    app = Flask("tryon", template_folder=str(PROJECT_ROOT / "templates"), static_folder=str(PROJECT_ROOT / "static"))
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    assets.install(app)
    app.after_request(headers.secure)  # what no page of the shop answers has it too
    languages.install(app)
    rooms.install(app, ApiBackend(keys.secret_key, keys.publishable_key, settings.public_app_url, keys.api_url), "/")
    app.add_url_rule("/healthz", view_func=lambda: "ok", endpoint="health")
    app.register_error_handler(HTTPException, lambda error: _explain(error.code or 500))
    app.register_error_handler(TryOnError, lambda error: _explain(error.status))
    return app


def _explain(status: int) -> Response:
    response = make_response(render_template("demo/error.html", status=status), status)
    response.headers["Cache-Control"] = "no-store"
    return response
