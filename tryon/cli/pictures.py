"""`tryon try-on` and `tryon demo`: pictures straight from the engine, without database, queue or web."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import click

from tryon.config import load_settings
from tryon.engines.base import Category, Engine, Fit, Garment, TryOnOptions, TryOnRequest
from tryon.errors import ConfigurationError, PhotoRejected

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
PICTURE_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
FOLDER_OUT = click.Path(file_okay=False, writable=True, path_type=Path)
GARMENTS_ON_SHEET = 7


@click.command(name="try-on")
@click.argument("person", type=FILE)
@click.argument("garment", type=FILE)
@click.option("--category", type=click.Choice(get_args(Category)), required=True, help="What the garment is.")
@click.option("--fit", type=click.Choice(get_args(Fit)), default="regular", show_default=True)
@click.option("-o", "--output", type=PICTURE_OUT, required=True, help="File to write, .png or .jpg.")
def try_on(person: Path, garment: Path, category: Category, fit: Fit, output: Path) -> None:
    """Dress the person on the photo PERSON in the product on the picture GARMENT.

    Uses the engine of this machine and keeps nothing but the picture.
    """
    from tryon.imaging.normalise import normalise_photo, normalise_product_image

    if output.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise click.BadParameter("the name must end in .png or .jpg", param_hint="--output")
    photo = normalise_photo(person.read_bytes()).data
    product = normalise_product_image(garment.read_bytes()).data
    engine = _ready_engine()
    failure = engine.check_person(photo, category).first_failure
    if failure:
        raise PhotoRejected(failure.message, code=failure.refusal)
    began = time.monotonic()
    result = engine.dress(TryOnRequest(photo, (Garment(product, category),), TryOnOptions(fit=fit)))
    _write(result.picture, output)
    click.echo(f"{output} (engine: {time.monotonic() - began:.1f} s)")


@click.command
@click.option("--sheet", type=PICTURE_OUT, help="File to write, .png: four example people, each in seven garments.")
@click.option("--products", type=FOLDER_OUT, help="Folder for pictures of the products that are drawn.")
@click.option("--before-after", type=FOLDER_OUT, help="Folder for a before/after of every category, and one of all.")
@click.option("--engine", help="Make one picture by way of a hosted engine (gemini, …), and tell each step of it.")
@click.option(
    "--fake", is_flag=True, help="With --engine gemini: ask a stand-in for Google on this machine; no key needed."
)
@click.option(
    "--misbehave", help="With --fake: how the stand-in fails, so that the local engine falls in. `list` names all."
)
@click.option(
    "-o",
    "--output",
    type=PICTURE_OUT,
    default="demo.png",
    show_default=True,
    help="With --engine: file to write; its ending follows the picture.",
)
def demo(
    sheet: Path | None,
    products: Path | None,
    before_after: Path | None,
    engine: str | None,
    fake: bool,
    misbehave: str | None,
    output: Path,
) -> None:
    """Make the pictures of the demo shop and of the README, or one picture by way of a provider.

    Without --fake, --engine asks the real provider with your own key, which costs what a picture costs.

    The people and most products come with the openvto package: pip install 'tryon[demo]'
    """
    if engine:
        _make_hosted(engine, output, fake=fake, misbehave=misbehave)
    elif fake or misbehave:
        raise click.UsageError("--fake and --misbehave go with --engine.")
    elif not (sheet or products or before_after):
        raise click.UsageError("Nothing to make: give --sheet, --products, --before-after or --engine.")
    if products:
        _draw_products(products)
    if before_after:
        _make_before_after(before_after)
    if sheet:
        _make_sheet(sheet)


def _make_hosted(engine: str, output: Path, *, fake: bool, misbehave: str | None) -> None:
    from tryon.cli.hosted_demo import WAYS, make_hosted_demo

    if misbehave == "list":
        click.echo("\n".join(WAYS))
        return
    if misbehave is not None and (not fake or misbehave not in WAYS):
        raise click.BadParameter(f"goes with --fake; one of {', '.join(WAYS)}", param_hint="--misbehave")
    with _keeping(output):
        make_hosted_demo(engine, output, fake=fake, misbehave=misbehave)


def _draw_products(folder: Path) -> None:
    from tryon.demo_products.drawing import draw_products

    with _keeping(folder):
        click.echo(f"{folder}: {len(draw_products(folder))} products")


def _make_before_after(folder: Path) -> None:
    from tryon.demo import LOOKS, get_picture_folder
    from tryon.demo_products.before_after import make_before_after

    pictures, engine = get_picture_folder(), _ready_engine()
    began = time.monotonic()
    with _keeping(folder):
        make_before_after(engine, LOOKS, pictures, folder)
    click.echo(f"{folder}: {len(LOOKS)} looks in {time.monotonic() - began:.0f} s")


def _make_sheet(sheet: Path) -> None:
    from tryon.demo import PRODUCTS, get_picture_folder
    from tryon.engines.local.sheet import contact_sheet

    folder = get_picture_folder()
    garments = {ware.file(folder): ware.category for ware in PRODUCTS[:GARMENTS_ON_SHEET]}
    people = sorted((folder / "people").glob("*_posture.jpg"))
    engine = _ready_engine()
    began = time.monotonic()
    with _keeping(sheet):
        contact_sheet(engine, people, list(garments), sheet, categories=garments)
    seconds = time.monotonic() - began
    click.echo(f"{sheet}: {len(people)} people × {len(garments)} garments in {seconds:.0f} s")


def _ready_engine() -> Engine:
    from tryon.embedded.fetching import fetch_networks
    from tryon.wiring import make_engine

    settings = load_settings()
    fetch_networks(settings.networks_dir)
    engine = make_engine(settings)
    engine.warm_up()
    return engine


def _write(picture: bytes, output: Path) -> None:
    """As PNG the engine's own bytes, else encoded as JPEG."""
    if output.suffix.lower() != ".png":
        from tryon.imaging.decode import decode_picture
        from tryon.imaging.encode import to_jpeg

        picture = to_jpeg(decode_picture(picture, max_bytes=len(picture)))
    with _keeping(output):
        output.write_bytes(picture)


@contextmanager
def _keeping(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"{output} can't be written: {error.strerror or error}.") from error
