"""`tryon settings`: every setting, as this process sees it."""

import click

from tryon.config import Settings, load_settings


@click.command
def settings() -> None:
    """Print every setting: its environment variable, its present value, what it does. Secrets are hidden."""
    present = load_settings()
    for name, field in Settings.model_fields.items():
        click.secho(f"{field.validation_alias}={_shown(getattr(present, name), is_secret=not field.repr)}", bold=True)
        click.echo(f"    {field.description}")


def _shown(value: object, *, is_secret: bool) -> str:
    if is_secret:
        return "(hidden)" if value else ""
    return _without_password(str(value))


def _without_password(text: str) -> str:
    """Database and queue addresses may carry one: scheme://user:password@host."""
    scheme, mark, rest = text.partition("://")
    credentials, at, host = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    return f"{scheme}{mark}{user}:…{at}{host}" if colon and at else text
