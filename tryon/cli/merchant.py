"""`tryon merchant` and `tryon credits`: who may use the system, and how much."""

import click
from sqlalchemy import func, or_, select

from tryon.catalog.models import Product
from tryon.cli.application import with_tools
from tryon.clock import iso
from tryon.config import PlanName
from tryon.db import db
from tryon.errors import NotFound
from tryon.generations.models import Generation
from tryon.merchants.models import ApiKey, Merchant
from tryon.onboarding import PLANS, create_merchant
from tryon.usage.credits import grant
from tryon.wiring import Tools


@click.group
def merchant() -> None:
    """Create, list and show merchants."""


@merchant.command
@click.argument("name")
@click.option("--slug", help="Short name for addresses; made from NAME if not given.")
@click.option("--origin", "origins", multiple=True, help="Origin of the shop's pages, as https://shop.example. Repeat.")
@click.option("--plan", type=click.Choice(PLANS), default=PLANS[0], show_default=True)
@click.option("--email", help="Where to reach the merchant.")
@click.option(
    "--credits", "credit_count", type=click.IntRange(0), help="Credits to begin with; the plan's if not given."
)
@with_tools
def create(
    kit: Tools,
    name: str,
    slug: str | None,
    origins: tuple[str, ...],
    plan: PlanName,
    email: str | None,
    credit_count: int | None,
) -> None:
    """Create a merchant called NAME and print its keys. They can't be shown again: only their hashes are kept."""
    made = create_merchant(
        name, slug=slug, allowed_origins=origins, plan=plan, email=email, credits=credit_count, plans=kit.settings.plans
    )
    _print(
        {
            "merchant_id": made.merchant.id,
            "slug": made.merchant.slug,
            "plan": made.merchant.plan,
            "credits": made.merchant.credit_balance,
            "secret_key": made.secret_key,
            "publishable_key": made.publishable_key,
        }
    )


@merchant.command(name="list")
@with_tools
def list_merchants(kit: Tools) -> None:
    """List all merchants, newest first."""
    for found in db.session.scalars(select(Merchant).order_by(Merchant.id.desc())):
        state = "" if found.is_active else "  deactivated"
        click.echo(f"{found.id}  {found.slug:<24} {found.plan:<8} {found.credit_balance:>8} credits{state}")


@merchant.command
@click.argument("name", metavar="MERCHANT")
@with_tools
def show(kit: Tools, name: str) -> None:
    """Show one merchant, named by id or slug. Never shows a key."""
    found = _get_merchant(name)
    _print(
        {
            "merchant_id": found.id,
            "name": found.name,
            "slug": found.slug,
            "email": found.email or "",
            "plan": found.plan,
            "credits": found.credit_balance,
            "allowed_origins": " ".join(found.allowed_origins),
            "keys": _count(ApiKey, ApiKey.merchant_id == found.id, ApiKey.revoked_at.is_(None)),
            "products": _count(Product, Product.merchant_id == found.id, Product.deleted_at.is_(None)),
            "try_ons": _count(Generation, Generation.merchant_id == found.id),
            "created_at": iso(found.created_at),
            "deactivated_at": iso(found.deactivated_at) or "",
        }
    )


@click.group
def credits() -> None:
    """Add credits to a merchant's balance."""


@credits.command
@click.argument("name", metavar="MERCHANT")
@click.argument("amount", type=click.IntRange(1))
@click.option("--note", default="added by the operator", show_default=True, help="What the ledger says about it.")
@with_tools
def add(kit: Tools, name: str, amount: int, note: str) -> None:
    """Add AMOUNT credits to MERCHANT, named by id or slug. Each try-on made with a live key spends one."""
    found = _get_merchant(name)
    grant(found, amount, note=note)
    click.echo(f"{found.slug} now has {found.credit_balance} credits.")


def _get_merchant(name: str) -> Merchant:
    found = db.session.scalar(select(Merchant).where(or_(Merchant.id == name, Merchant.slug == name)))
    if found is None:
        raise NotFound(f"There is no merchant {name!r}. See `tryon merchant list`.")
    return found


def _count(table: type[db.Model], *conditions: object) -> int:  # type: ignore[name-defined]
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]


def _print(fields: dict[str, object]) -> None:
    for name, value in fields.items():
        click.echo(f"{name:<16} {value}")
