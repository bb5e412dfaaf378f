"""`tryon engines`: what makes the pictures, and what it needs."""

import time

import click

from tryon.config import Settings, load_settings
from tryon.engines.errors import EngineError
from tryon.engines.registry import EngineKind, EngineParts, get_kind, kinds
from tryon.errors import ConfigurationError, TryOnError


@click.group(invoke_without_command=True)
@click.pass_context
def engines(context: click.Context) -> None:
    """List the engines, fetch what they need, check that they work."""
    if context.invoked_subcommand is None:
        context.invoke(list_engines)


@engines.command(name="list")
def list_engines() -> None:
    """List the engines, what each still needs, and where a photo goes; a star marks those in use.

    Nobody is called: `tryon engines check` does that.
    """
    settings = load_settings()
    for name, kind in kinds().items():
        readiness = kind.readiness(settings)
        mark = "*" if _is_in_use(kind, settings, readiness.is_ready) else " "
        click.echo(f"{mark} {name:<10} {readiness.sentence}")
        click.echo(f"  {'':<10} {_described(kind)}")


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
@click.argument("name", required=False)
def check(name: str | None) -> None:
    """Try an engine without making a picture; without a NAME, the local one and every other that is set up.

    The local engine is loaded as a worker would load it. Of Gemini the key and the model are looked at, of Vertex a
    token is asked for, of FASHN what is left on the key. Exits with 1 if one does not work.
    """
    settings = load_settings()
    chosen = [get_kind(name)] if name else [kind for kind in kinds().values() if _is_set_up(kind, settings)]
    problems = []
    for kind in chosen:
        try:
            click.echo(f"{kind.name}: {_try(kind, settings)}")
        except EngineError as error:
            problems.append(f"{kind.name}: {error.merchant_message or error.reason or error.message}")
        except TryOnError as error:
            problems.append(f"{kind.name}: {error.message}")
    if problems:
        raise ConfigurationError("; ".join(problems))


def _try(kind: EngineKind, settings: Settings) -> str:
    from tryon.engines.rack import EngineRack
    from tryon.outbound import Outbound

    outbound = Outbound(allow_hosts=settings.outbound_allowed)
    rack = EngineRack(settings, outbound)
    if kind.check is not None:
        return kind.check(EngineParts(settings, outbound, eyes=lambda: rack.get("local")))
    began = time.monotonic()
    engine = rack.get(kind.name)
    engine.warm_up()
    return f"version {engine.version} is ready; loading took {time.monotonic() - began:.1f} s."


def _is_in_use(kind: EngineKind, settings: Settings, is_ready: bool) -> bool:
    if settings.engine == "auto":
        return kind.name == "local" or (kind.name == "gemini" and is_ready)
    return kind.name == settings.engine


def _is_set_up(kind: EngineKind, settings: Settings) -> bool:
    return kind.name == "local" or kind.readiness(settings).is_ready


def _described(kind: EngineKind) -> str:
    """Where a photo goes, and what the engine dresses."""
    place = f"photos are sent to {kind.recipient}" if kind.is_hosted else "photos stay here"
    return f"{kind.title}; {place}; {', '.join(sorted(kind.categories))}"
