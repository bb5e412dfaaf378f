"""What has to be there before the first page is shown: tables, networks, the demo shop."""

from tryon import demo, schema
from tryon.config import Settings
from tryon.db import db
from tryon.demo_shop.keys import keep_keys
from tryon.embedded import greeting
from tryon.embedded.fetching import fetch_networks
from tryon.outages import told_in_one_line
from tryon.wiring import Tools


def prepare(settings: Settings, *, api_url: str) -> str | None:
    """Returns a launch link to try, if the demo shop has a product. Raises ConfigurationError.

    `api_url` is where this machine reaches itself.
    """
    from tryon.factory import create_app

    app = create_app(settings)
    with told_in_one_line():
        schema.migrate(app)
        fetch_networks(settings.networks_dir)
        with app.app_context():
            launch_link = _seed(app.extensions["tryon"], api_url)
            db.session.remove()
            db.engine.dispose()
    return launch_link


def _seed(kit: Tools, api_url: str) -> str | None:
    made, settings = demo.seed_demo_shop(kit), kit.settings
    merchant = demo.find_demo_merchant()
    if merchant:
        keep_keys(merchant, made, shop_url=settings.demo_shop_url, api_url=api_url, data_dir=settings.data_dir)
    if made:
        greeting.show_keys(made)
    session = demo.open_demo_session(kit)
    return f"{settings.public_app_url}/s/{session.id}" if session else None
