"""`tryon engines`: what makes the pictures, and what it needs."""

import time
from typing import get_args

import click

from tryon.config import Settings, load_settings


@click.group
def engines() -> None:
    """List the engines, fetch what they need, check that they work."""


@engines.command(name="list")
def list_engines() -> None:
    """List the engines; a star marks the one in use."""
    from tryon.engines.local import networks

    settings = load_settings()
    for name in get_args(Settings.model_fields["engine"].annotation):
        mark = "*" if name == settings.engine else " "
        state = (
            "ready" if networks.is_complete(settings.networks_dir) else "networks missing: run `tryon engines fetch`"
        )
        click.echo(f"{mark} {name:<10} {state}")


@engines.command
def fetch() -> None:
    """Fetch the local engine's networks into the data folder (35 MB, once; each file is checked).

    `tryon serve` does this by itself. For machines without internet access: fetch elsewhere and copy the folder.
    """
    from tryon.embedded.fetching import fetch_networks

    settings = load_settings()
    fetch_networks(settings.networks_dir)
    click.echo(f"The engine's networks are in {settings.networks_dir}")


@engines.command
def check() -> None:
    """Load the engine as a worker would, and say how long that took. Exits with 1 if it can't be loaded."""
    from tryon.wiring import make_engine

    began = time.monotonic()
    engine = make_engine(load_settings())
    engine.warm_up()
    click.echo(f"{engine.name} {engine.version} is ready; loading took {time.monotonic() - began:.1f} s.")
