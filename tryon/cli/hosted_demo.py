"""`tryon demo --engine gemini`: one picture by way of a provider, told step by step; with `--fake`, of a stand-in.

Everything is the product's own: the engine, the HTTP, the looking at the answer. Only the provider can be a stand-in,
which listens on this machine, speaks the provider's format and is as strict as it is.
"""

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tryon.config import Settings, load_settings
from tryon.embedded.stand_in import FAKE_KEY
from tryon.engines.base import Engine, Garment, TryOnRequest, TryOnResult
from tryon.engines.errors import EngineError
from tryon.engines.rack import EYES, EngineRack
from tryon.engines.registry import Credential, EngineParts, get_kind
from tryon.errors import ConfigurationError
from tryon.fake_providers.gemini import FakeGemini, finished, key_invalid, model_gone, out_of_quota, prompt_blocked
from tryon.fake_providers.server import Behaviour, Heard, failing
from tryon.masking import masked
from tryon.outbound import Outbound

SECONDS_MAX, MISBEHAVING_SECONDS_MAX = 240.0, 15.0
"""A stand-in draws with the local engine, for as long as this machine takes; a silent one is not waited for so long."""
SENTENCE_SHOWN = 68
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
WAYS: Mapping[str, Callable[[], Behaviour]] = {
    "429": lambda: out_of_quota("2s"),
    "quota": lambda: out_of_quota(None, per="Day"),
    "bad-key": key_invalid,
    "retired": model_gone,
    "busy": lambda: failing(503),
    "silence": lambda: Behaviour(way="silence"),
    "drip": lambda: Behaviour(way="drip", drip_seconds=1.0),
    "reset": lambda: Behaviour(way="reset"),
    "blocked": prompt_blocked,
    "kept-back": lambda: finished("IMAGE_SAFETY"),
    "only-words": lambda: finished("STOP", [{"text": "What a lovely shirt."}]),
}
"""How the stand-in may fail, each time it is asked; each is a row of `engines/hosted/failures.py`."""


def make_hosted_demo(name: str, output: Path, *, fake: bool, misbehave: str | None) -> None:
    """Raises ConfigurationError with one sentence where something is missing."""
    from tryon.embedded.fetching import fetch_networks

    if fake and name != "gemini":
        raise ConfigurationError("There is a stand-in for gemini only.")
    settings = load_settings()
    fetch_networks(settings.networks_dir)
    eyes = EngineRack(settings, Outbound(frozenset())).get(EYES)
    eyes.warm_up()
    request = _request()
    with _provider(settings, eyes, fake, misbehave) as (outbound, heard):
        credential = Credential(FAKE_KEY, "operator") if fake else None
        engine = get_kind(name).make(EngineParts(settings, outbound, lambda: eyes, credential))
        result = _dress(engine, eyes, request, heard, MISBEHAVING_SECONDS_MAX if misbehave else SECONDS_MAX)
    _tell_result(result)
    output = output.with_suffix(SUFFIXES.get(result.media_type, output.suffix))
    output.write_bytes(result.picture)  # as it is: with what its provider and we say of it
    click.secho(f"Written: {output}", bold=True)


def _request() -> TryOnRequest:
    from tryon.demo import PRODUCTS, get_picture_folder
    from tryon.imaging.normalise import normalise_photo, normalise_product_image

    folder = get_picture_folder()
    ware, person = PRODUCTS[0], folder / "people" / "3_posture.jpg"
    photo = normalise_photo(person.read_bytes())
    product = normalise_product_image(ware.file(folder).read_bytes())
    click.echo(f"Person   {person.name}, {photo.width} × {photo.height}")
    click.echo(f"Product  {ware.title} ({ware.category}), {product.width} × {product.height}")
    return TryOnRequest(
        photo.data,
        (Garment(product.data, ware.category, title=ware.title),),
        report_progress=lambda stage, percent: click.echo(f"  {percent:3d} %  {stage}"),
    )


@contextmanager
def _provider(
    settings: Settings, eyes: Engine, fake: bool, misbehave: str | None
) -> Iterator[tuple[Outbound, list[Heard]]]:
    """The way out, and what a stand-in hears; of a real provider nothing is heard."""
    if not fake:
        yield Outbound(settings.outbound_allowed), []
        return
    from tryon.fake_providers.drawing import drifted, worn

    provider = FakeGemini(drawing=drifted(worn(lambda: eyes)))
    if misbehave is not None:
        provider.default = WAYS[misbehave]()
    with provider.running():
        click.echo(f"A stand-in for Google listens at {provider.base_url}")
        settings.gemini_base_url = provider.base_url
        yield Outbound(frozenset({provider.host})), provider.heard


def _dress(engine: Engine, eyes: Engine, request: TryOnRequest, heard: list[Heard], seconds: float) -> TryOnResult:
    """By the engine; where it can't, by the local one, as a job would be."""
    began = time.monotonic()
    try:
        return engine.dress(dataclasses.replace(request, deadline=began + seconds))
    except EngineError as error:
        click.secho(f"{error.code} ({error.reason}) after {time.monotonic() - began:.1f} s", fg="yellow", bold=True)
        click.echo(f"  to the shopper, were there no other engine: {error.message}")
        click.echo(f"  to the owner of the key: {error.merchant_message or '-'}")
        click.echo("The local engine falls in:")
        return eyes.dress(request)
    finally:
        for number, each in enumerate(heard, start=1):
            _tell_request(number, each, is_first=number == 1)


def _tell_request(number: int, heard: Heard, *, is_first: bool) -> None:
    click.secho(f"Request {number}: {heard.method} {heard.path}, {len(heard.body) / 1024:.0f} KB", bold=True)
    for name in ("x-goog-api-key", "content-type", "user-agent"):
        if name in heard.headers:
            click.echo(f"  {masked(f'{name}: {heard.headers[name]}')}")
    if not is_first:
        click.echo("  the same once more")
        return
    body = heard.json
    for part in body["contents"][0]["parts"]:
        click.echo(f"  {_shown(part)}")
    for name, value in body["generationConfig"].items():
        click.echo(f"  {name}: {value}")


def _shown(part: Mapping[str, Any]) -> str:
    if "text" in part:
        words = " ".join(part["text"].split())
        return f"words    {words[:SENTENCE_SHOWN]}{'…' if len(words) > SENTENCE_SHOWN else ''}"
    data = part["inlineData"]
    return f"picture  {data['mimeType']}, {len(data['data']) * 3 // 4 / 1024:.0f} KB"


def _tell_result(result: TryOnResult) -> None:
    model = f", model {result.model}" if result.model else ""
    click.secho(f"Made by {result.engine} {result.engine_version}{model}", fg="green", bold=True)
    click.echo(f"  {result.provenance}, {'as the provider gave it' if result.is_untouched else 'put together here'}")
    click.echo(f"  would have cost ${result.cost_microdollars / 1e6:.4f} by the price list")
    click.echo("  seconds  " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in result.seconds.items()))
    click.echo("  checks   " + ", ".join(f"{name} {score:.2f}" for name, score in result.scores.items()))
