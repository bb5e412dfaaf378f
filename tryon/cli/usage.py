"""`tryon usage`: what a merchant used, against what the plan holds."""

import click

from tryon.cli.application import with_tools
from tryon.clock import now
from tryon.errors import NotFound
from tryon.generations.people import count_by_engine, count_people_with_model, count_people_with_try_on
from tryon.merchants.finding import find_merchant
from tryon.usage.counting import LIMIT_NAMES
from tryon.usage.plans import period_of
from tryon.usage.reports import report_usage
from tryon.wiring import Tools


@click.command
@click.argument("name", metavar="MERCHANT")
@with_tools
def usage(kit: Tools, name: str) -> None:
    """Show what MERCHANT, named by id or slug, used in the present month of its plan."""
    merchant = find_merchant(name)
    if merchant is None:
        raise NotFound(f"There is no merchant {name!r}. See `tryon merchant list`.")
    period = period_of(merchant, now())
    report = report_usage(merchant, period, kit.settings)
    click.echo(f"{merchant.slug}, plan {merchant.plan}, {period.start.date()} to {period.end.date()}")
    for kind, limit_name in LIMIT_NAMES.items():
        _print(limit_name, report.counts[kind], getattr(report.limits, limit_name))
    _print("products", merchant.product_count, report.limits.products)
    _print("people with a model", count_people_with_model(merchant, period))
    _print("people with a try-on", count_people_with_try_on(merchant, period))
    for engine, number in count_by_engine(merchant, period).items():
        _print(f"made by {engine}", number)
    _print("credits left", merchant.credit_balance)
    for warning in report.warnings:
        click.echo(warning)


def _print(name: str, number: int, limit: int | None = None) -> None:
    of = "" if limit is None else f" of {limit}"
    click.echo(f"{name.replace('_', ' '):<22} {number:>10}{of}")
