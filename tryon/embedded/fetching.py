"""Fetching the engine's networks while somebody watches."""

import sys
from pathlib import Path

import click

from tryon.engines.errors import EngineUnavailable
from tryon.engines.local import networks
from tryon.errors import ConfigurationError

STEPS = 1000


def fetch_networks(folder: Path) -> None:
    """Make sure they lie in `folder`, with a progress bar on a terminal. Raises ConfigurationError."""
    if networks.is_complete(folder):
        return
    label = "Fetching the engine's networks (once, 35 MB)"
    if not sys.stderr.isatty():
        click.echo(f"{label} …", err=True)
    try:
        with click.progressbar(length=STEPS, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            networks.fetch(folder, lambda _stage, done: bar.update(round(done * STEPS) - bar.pos))
    except EngineUnavailable as error:
        raise ConfigurationError(f"The engine's networks could not be fetched: {error.reason}.") from error
    except OSError as error:
        raise ConfigurationError(f"The engine's networks can't be kept in {folder}: {error.strerror}.") from error
