"""What has to be there before the first page is shown: tables, networks, the demo shop."""

from tryon import demo, schema
from tryon.config import Settings
from tryon.db import db
from tryon.embedded import greeting
from tryon.embedded.fetching import fetch_networks
from tryon.outages import told_in_one_line
from tryon.wiring import Tools


def prepare(settings: Settings) -> str | None:
    """Returns a launch link to try, if the demo shop has a product. Raises ConfigurationError."""
    from tryon.factory import create_app

    app = create_app(settings)
    with told_in_one_line():
        schema.migrate(app)
        fetch_networks(settings.networks_dir)
        with app.app_context():
            launch_link = _seed(app.extensions["tryon"])
            db.session.remove()
            db.engine.dispose()
    return launch_link


def _seed(kit: Tools) -> str | None:
    made = demo.seed_demo_shop(kit)
    if made:
        greeting.show_keys(made)
    session = demo.open_demo_session(kit)
    return f"{kit.settings.public_app_url}/s/{session.id}" if session else None
