"""`tryon lab`: the local engine's laboratory, for whoever tunes it or wants to know why a picture looks as it does."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from tryon.config import load_settings
from tryon.engines.base import Category, Engine, Fit, TryOnOptions
from tryon.errors import ConfigurationError

if TYPE_CHECKING:
    from tryon.engines.local.lab.fairness import GroupFigures
    from tryon.engines.local.lab.folders import Combination
    from tryon.engines.local.lab.limits import Tried
    from tryon.engines.local.lab.pairs import Likeness, PairScore
    from tryon.engines.local.lab.recorder import Outcome
    from tryon.engines.local.lab.stages import Stages

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, readable=True, path_type=Path)


@click.command
@click.argument("person", type=FILE, required=False)
@click.argument("garment", type=FILE, required=False)
@click.option("--sheet", "folders", type=(FOLDER, FOLDER), metavar="PEOPLE GARMENTS", help="Everybody in everything.")
@click.option("--pairs", type=FOLDER, help="Score pairs: folders with person.jpg, garment.jpg, agnostic_mask.png.")
@click.option(
    "--fairness", "fair", type=(FOLDER, FOLDER), metavar="PEOPLE GARMENTS", help="Refusals and colour by skin tone."
)
@click.option("--limits", "looked_at", type=FILE, help="Check the limits against a sheet's CSV with a column `looks`.")
@click.option(
    "--category", type=click.Choice(get_args(Category)), help="[default: tops; on a sheet as the silhouette looks]"
)
@click.option("--fit", type=click.Choice(get_args(Fit)), default="regular", show_default=True)
@click.option("--tuck/--no-tuck", default=None, help="Tuck the top in, or let it hang. [default: as the old one]")
@click.option("--sample", type=click.IntRange(min=1), help="Only so many combinations, drawn by --seed.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--guide", is_flag=True, help="Of the stages, only the joined pictures of docs/local-engine.md.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder, .png of the sheet, or .csv of the pairs.")
def lab(
    person: Path | None, garment: Path | None, folders: tuple[Path, Path] | None, pairs: Path | None,
    fair: tuple[Path, Path] | None, looked_at: Path | None, category: Category | None, fit: Fit, tuck: bool | None,
    sample: int | None, seed: int, guide: bool, out: Path | None,
) -> None:  # fmt: skip
    """Look into the local engine, in one of five ways.

    \b
    tryon lab PERSON GARMENT --out DIR                every stage as a picture, scores and seconds as JSON
    tryon lab --sheet PEOPLE GARMENTS --out FILE.png  a contact sheet, and a CSV beside it
    tryon lab --pairs DIR [--out FILE.csv]            SSIM where the true picture is known
    tryon lab --fairness PEOPLE GARMENTS              refusals and colour error by skin tone
    tryon lab --limits FILE.csv                       are the limits right? set on one half, tried on the other

    On a sheet --category holds for products whose file or folder names do not tell, and which no categories.tsv
    beside them (a name, a tab, a category) names; without it they are what their silhouette looks like. Pictures must
    be upright.
    """
    if sum(way is not None for way in (person, folders, pairs, fair, looked_at)) != 1:
        raise click.UsageError("give a person and a garment, or --sheet, --pairs, --fairness or --limits")
    if guide and person is None:
        raise click.UsageError("--guide joins the stages of a person in a garment")
    try:
        if folders is not None:
            _draw_sheet(*folders, category, sample, seed, _needed(out, ".png"))
        elif fair is not None:
            _measure_fairness(*fair, category, sample, seed, None if out is None else _needed(out, ".csv"))
        elif looked_at is not None:
            _try_limits(looked_at)
        elif pairs is not None:
            _score_pairs(pairs, category or "tops", None if out is None else _needed(out, ".csv"))
        elif person is not None and garment is not None:
            _draw_stages(person, garment, category or "tops", TryOnOptions(fit, tuck), guide, _needed(out, ""))
        else:
            raise click.UsageError("Missing argument 'GARMENT'.")
    except (OSError, ValueError) as error:
        raise ConfigurationError(str(error)) from error


def _needed(out: Path | None, suffix: str) -> Path:
    if out is None:
        raise click.UsageError("Missing option '--out'.")
    if suffix and out.suffix.lower() != suffix:
        raise click.BadParameter(f"the name must end in {suffix}", param_hint="--out")
    return out


# ---- stages


def _draw_stages(
    person: Path, garment: Path, category: Category, options: TryOnOptions, guide: bool, out: Path
) -> None:
    from tryon.embedded.fetching import fetch_networks
    from tryon.engines.local.eyes import Eyes
    from tryon.engines.local.lab.guide import write_guide
    from tryon.engines.local.lab.pictures import write_stages
    from tryon.engines.local.lab.stages import run_stages
    from tryon.imaging.normalise import normalise_photo, normalise_product_image

    settings = load_settings()
    photo = normalise_photo(person.read_bytes()).data
    product = normalise_product_image(garment.read_bytes()).data
    fetch_networks(settings.networks_dir)
    eyes = Eyes(settings.networks_dir)
    eyes.warm_up()
    found = run_stages(photo, product, category, options, eyes)
    out.mkdir(parents=True, exist_ok=True)
    names = write_guide(found, out) if guide else write_stages(found, out)
    if not guide:
        names.append("scores.json")
        (out / names[-1]).write_text(json.dumps(_facts(found), indent=2) + "\n")
    for refusal in found.refusals:
        click.echo(f"refused: {refusal.code} ({refusal.reason})")
    click.echo(f"{out}: {', '.join(names)}")


def _facts(found: "Stages") -> dict[str, object]:
    from tryon.engines.local.checks import LIMITS

    refusals = [{"code": one.code, "reason": one.reason, "message": one.message} for one in found.refusals]
    garment = found.garment
    seen = {} if garment is None else {"sleeve": garment.sleeve, "open": garment.is_open, "quality": garment.quality}
    return {
        "refusals": refusals,
        "garment": seen,
        "scores": found.scores,
        "limits": {name: list(limits) for name, limits in LIMITS.items()},
        "seconds": found.seconds,
    }


# ---- sheets


def _draw_sheet(
    people: Path, garments: Path, category: Category | None, sample: int | None, seed: int, out: Path
) -> None:
    from tryon.engines.local.lab.cards import draw_cards
    from tryon.engines.local.lab.folders import categories_of, drawn, pictures_of
    from tryon.engines.local.lab.recorder import Recorder
    from tryon.engines.local.lab.table import write_outcomes
    from tryon.engines.local.sheet import contact_sheet

    persons, products = pictures_of(people), categories_of(pictures_of(garments), garments, category)
    engine = Recorder(_engine())
    wearable = {path: known for path, known in products.items() if known in engine.categories}
    combinations = _combined(persons, wearable)
    if sample is None:
        contact_sheet(engine, persons, list(wearable), out, categories=wearable)
    else:
        combinations = drawn(combinations, sample, seed)
        draw_cards(engine, combinations, out)
    write_outcomes(out.with_suffix(".csv"), combinations, engine.outcomes)
    _tell_sheet(engine.outcomes, out)
    if len(wearable) < len(products):
        click.echo(f"left out: {len(products) - len(wearable)} products of kinds the engine can't dress")


def _combined(persons: Sequence[Path], wearable: Mapping[Path, Category]) -> "list[Combination]":
    from tryon.engines.local.lab.folders import combine

    combinations = combine(persons, wearable)
    if not combinations:
        raise ConfigurationError(f"There is nothing to dress: {len(persons)} people, {len(wearable)} products.")
    return combinations


def _tell_sheet(outcomes: Sequence["Outcome"], out: Path) -> None:
    codes = Counter(outcome.code for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    told = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    click.echo(f"{out}: {len(outcomes)} combinations in {seconds:.0f} s: {told}")


# ---- pairs


def _score_pairs(folder: Path, category: Category, out: Path | None) -> None:
    from tryon.engines.local.lab.pairs import means, score_pairs
    from tryon.engines.local.lab.table import write_pairs

    scored = score_pairs(_engine(), folder, category)
    if not scored:
        raise ConfigurationError(f"{folder} holds no folder with a person and a garment.")
    if out is not None:
        write_pairs(out, scored)
    for score in scored:
        _tell_pair(score)
    dressed = sum(score.full is not None for score in scored)
    click.echo(f"{len(scored)} pairs, {dressed} dressed")
    for size, (count, mean) in means(scored).items():
        click.echo(f"mean of {count} at {size[0]}×{size[1]}: {_figures(mean)}")


def _tell_pair(score: "PairScore") -> None:
    if score.full is None:
        click.echo(f"{score.name}: {score.code} ({score.reason})")
    for likeness in (score.small, score.full):
        if likeness is not None:
            click.echo(f"{score.name} at {likeness.size[0]}×{likeness.size[1]}: {_figures(likeness)}")
    if score.full is not None:
        outside = "no published mask" if score.changed_outside is None else f"{score.changed_outside:.2%}"
        enlarged = f", enlarged ×{score.enlarged:g}" if score.enlarged > 1 else ""
        click.echo(f"{score.name} changed outside the mask: {outside}{enlarged}")


def _figures(likeness: "Likeness") -> str:
    return f"SSIM {likeness.whole:.4f}, in the mask {likeness.inside:.4f}, flat fill {likeness.flat:.4f}"


# ---- fairness


def _measure_fairness(
    people: Path, garments: Path, category: Category | None, sample: int | None, seed: int, out: Path | None
) -> None:
    from tryon.engines.local.eyes import Eyes
    from tryon.engines.local.lab.fairness import by_group, is_fair, tones_of, treatments
    from tryon.engines.local.lab.folders import categories_of, drawn, pictures_of
    from tryon.engines.local.lab.recorder import Recorder, answer
    from tryon.engines.local.lab.table import write_treatments

    engine = Recorder(_engine())
    products = categories_of(pictures_of(garments), garments, category)
    wearable = {path: known for path, known in products.items() if known in engine.categories}
    combinations = _combined(pictures_of(people), wearable)
    combinations = combinations if sample is None else drawn(combinations, sample, seed)
    for combination in combinations:
        answer(engine, combination)
    eyes = Eyes(load_settings().networks_dir)
    treated = treatments(tones_of(pictures_of(people), eyes), combinations, engine.outcomes)
    if out is not None:
        write_treatments(out, treated)
    groups = by_group(list(treated.values()))
    for group in groups:
        _tell_group(group)
    click.echo("fair: the groups differ less than people of one group do" if is_fair(groups) else "NOT fair")


def _tell_group(group: "GroupFigures") -> None:
    click.echo(
        f"Monk tones {group.name}: {group.people} people, {group.tries} try-ons, "
        f"refused {group.refused:.1%} (between people ±{group.refused_spread:.1%}), "
        f"colour error {group.colour_error:.2f} (±{group.colour_error_spread:.2f})"
    )


# ---- limits


def _try_limits(table: Path) -> None:
    from tryon.engines.local.checks import LIMITS
    from tryon.engines.local.lab.limits import halves, limits_from, read_looked, tried_on

    one, other = halves(read_looked(table, LIMITS))
    if not any(picture.good for picture in one) or not other:
        raise ConfigurationError(f"{table} needs pictures of at least two people, and good ones among them.")
    drawn = limits_from(one, LIMITS)
    click.echo(f"set on {len(one)} pictures, tried on {len(other)} of other people:")
    for name, (low, high) in drawn.items():
        click.echo(f"  {name}: {low:.3g} to {high:.3g} (published {LIMITS[name][0]:.3g} to {LIMITS[name][1]:.3g})")
    _tell_tried("the half they were set on", tried_on(one, drawn))
    _tell_tried("the other half", tried_on(other, drawn))
    _tell_tried("published limits, all pictures", tried_on([*one, *other], LIMITS))


def _tell_tried(what: str, tried: "Tried") -> None:
    click.echo(f"{what}: refuses {tried.good_refused} of {tried.good} good, {tried.bad_refused} of {tried.bad} bad")


def _engine() -> Engine:
    from tryon.embedded.fetching import fetch_networks
    from tryon.engines.local.engine import LocalEngine

    settings = load_settings()
    fetch_networks(settings.networks_dir)
    engine = LocalEngine(settings.networks_dir)
    engine.warm_up()
    return engine
