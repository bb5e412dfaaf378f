"""A merchant as the operator names it, and what is printed of it in two columns."""

from collections.abc import Mapping

import click

from tryon.errors import NotFound
from tryon.merchants.finding import find_merchant
from tryon.merchants.models import Merchant


def get_merchant(name: str) -> Merchant:
    """By id or slug. Raises NotFound."""
    found = find_merchant(name)
    if found is None:
        raise NotFound(f"There is no merchant {name!r}. See `tryon merchant list`.")
    return found


def print_fields(fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        click.echo(f"{name:<16} {value}")
