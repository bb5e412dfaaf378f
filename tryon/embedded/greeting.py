"""What the person who starts the system reads: where to look, what the keys are, how to stop."""

import json
from pathlib import Path

import click

from tryon.config import Settings
from tryon.demo import HOW_TO_GET_PICTURES, picture_folder
from tryon.onboarding import NewMerchant


def show_keys(made: NewMerchant) -> None:
    """The demo merchant's keys. Only their hashes are kept, so this is the one moment to show them."""
    _heading("The demo merchant was created. Its keys are shown only this once:")
    _line("Secret key", made.secret_key)
    _line("Publishable key", made.publishable_key)


def show_start(settings: Settings, launch_link: str | None) -> None:
    _heading("tryon is running.")
    _line("Start page", settings.public_app_url)
    _line("Demo shop", settings.demo_shop_url)
    if launch_link:
        _line("Try it now", launch_link)
    elif picture_folder() is None:
        _line("No products yet", f"for the demo shop's pictures: {HOW_TO_GET_PICTURES}, and start again")
    _line("Admin secret", _admin_secret_whereabouts(settings))
    _line("Data", str(settings.data_dir))
    _line("Stop", "Ctrl-C")
    click.echo()


def show_stopping() -> None:
    click.echo("\nStopping: work under way is being finished. Ctrl-C once more stops at once.")


def show_stopped() -> None:
    click.echo("Stopped. Nothing is lost: the next start goes on from here.")


def _admin_secret_whereabouts(settings: Settings) -> str:
    """Where the secret can be read; never the secret itself."""
    kept = _kept_secrets(settings).get("partner_admin_secret")
    if kept == settings.partner_admin_secret:
        return f"partner_admin_secret in {_secrets_path(settings)}"
    return "as given in PARTNER_ADMIN_SECRET"


def _secrets_path(settings: Settings) -> Path:
    return settings.data_dir / "secrets.json"


def _kept_secrets(settings: Settings) -> dict[str, str]:
    path = _secrets_path(settings)
    return json.loads(path.read_text()) if path.exists() else {}


def _heading(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)


def _line(name: str, value: str) -> None:
    click.echo(f"  {name:<16} {value}")
