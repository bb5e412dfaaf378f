"""`tryon merchant` and `tryon credits`: who may use the system, and how much."""

import click
from sqlalchemy import func, select

from tryon.catalog.models import Product
from tryon.cli.application import with_tools
from tryon.cli.keys import keys
from tryon.cli.naming import get_merchant, print_fields
from tryon.clock import iso
from tryon.config import PlanName
from tryon.db import db
from tryon.generations.models import Generation
from tryon.merchants.editing import change_merchant
from tryon.merchants.engine_settings import CONCURRENCY_MAX, EngineSettings
from tryon.merchants.models import ApiKey, Merchant
from tryon.onboarding import PLANS, create_merchant
from tryon.providers.preferring import change_engine_settings
from tryon.usage.credits import grant
from tryon.webhooks.rotating import rotate_callback_secret
from tryon.wiring import Tools


@click.group
def merchant() -> None:
    """Create, list, show, change and close merchants, and manage their keys."""


merchant.add_command(keys)


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
    """Create a merchant called NAME and print its keys and the secret that signs its callbacks. They can't be shown
    again."""
    made = create_merchant(
        name, slug=slug, allowed_origins=origins, plan=plan, email=email, credits=credit_count, plans=kit.settings.plans
    )
    print_fields(
        {
            "merchant_id": made.merchant.id,
            "slug": made.merchant.slug,
            "plan": made.merchant.plan,
            "credits": made.merchant.credit_balance,
            "secret_key": made.secret_key,
            "publishable_key": made.publishable_key,
            "webhook_secret": made.merchant.webhook_signing_secret,
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
    found = get_merchant(name)
    print_fields(
        {
            "merchant_id": found.id,
            "name": found.name,
            "slug": found.slug,
            "email": found.email or "",
            "plan": found.plan,
            "credits": found.credit_balance,
            "allowed_origins": " ".join(found.allowed_origins),
            **{field: _as_text(value) for field, value in EngineSettings.of(found).model_dump().items()},
            "keys": _count(ApiKey, ApiKey.merchant_id == found.id, ApiKey.revoked_at.is_(None)),
            "products": _count(Product, Product.merchant_id == found.id, Product.deleted_at.is_(None)),
            "try_ons": _count(Generation, Generation.merchant_id == found.id),
            "created_at": iso(found.created_at),
            "deactivated_at": iso(found.deactivated_at) or "",
        }
    )


@merchant.command
@click.argument("name", metavar="MERCHANT")
@click.option("--name", "new_name", help="What the shop is called.")
@click.option("--slug", help="Short name for addresses.")
@click.option("--origin", "origins", multiple=True, help="Origin of the shop's pages; these replace all earlier ones.")
@click.option("--plan", type=click.Choice(PLANS), help="Its limits hold at once; credits stay as they are.")
@click.option("--email", help="Where to reach the merchant.")
@click.option("--engine", help="What makes the pictures: auto, local, or another of `tryon engines list`.")
@click.option("--fallback", "fallbacks", help="Engines that fall in for it, separated by commas; empty for none.")
@click.option("--daily-spend", type=click.FloatRange(0), help="US dollars a day that the merchant's own key may spend.")
@click.option("--at-once", type=click.IntRange(1, CONCURRENCY_MAX), help="Pictures at a provider at the same time.")
@with_tools
def change(
    kit: Tools,
    name: str,
    new_name: str | None,
    slug: str | None,
    origins: tuple[str, ...],
    plan: PlanName | None,
    email: str | None,
    engine: str | None,
    fallbacks: str | None,
    daily_spend: float | None,
    at_once: int | None,
) -> None:
    """Change what is given of MERCHANT, named by id or slug."""
    found = get_merchant(name)
    engines = {
        "engine": engine,
        "engine_fallback": None
        if fallbacks is None
        else [each.strip() for each in fallbacks.split(",") if each.strip()],
        "engine_daily_spend_max": None if daily_spend is None else round(daily_spend * 1_000_000),
        "engine_concurrency_max": at_once,
    }
    chosen = {field: value for field, value in engines.items() if value is not None}
    if chosen:
        change_engine_settings(found, chosen, settings=kit.settings)
    given = {"name": new_name, "slug": slug, "allowed_origins": list(origins) or None, "plan": plan, "email": email}
    change_merchant(found, {field: value for field, value in given.items() if value is not None})
    click.echo(f"{found.slug} has been changed.")


@merchant.command
@click.argument("name", metavar="MERCHANT")
@with_tools
def close(kit: Tools, name: str) -> None:
    """Stop all keys and tokens of MERCHANT at once. Nothing is deleted: `tryon merchant reopen` undoes it."""
    found = get_merchant(name)
    change_merchant(found, {"active": False})
    click.echo(f"{found.slug} is closed.")


@merchant.command
@click.argument("name", metavar="MERCHANT")
@with_tools
def reopen(kit: Tools, name: str) -> None:
    """Let a closed MERCHANT's keys and tokens work again."""
    found = get_merchant(name)
    change_merchant(found, {"active": True})
    click.echo(f"{found.slug} is open.")


@merchant.command
@click.argument("name", metavar="MERCHANT")
@with_tools
def rotate_webhook_secret(kit: Tools, name: str) -> None:
    """Make a new secret for MERCHANT's session callbacks and print it. It can't be shown again. For 24 hours every
    callback is signed with the old one too; webhook endpoints have secrets of their own."""
    found = get_merchant(name)
    secret = rotate_callback_secret(found)
    until = iso(found.previous_webhook_secret_expires_at)
    print_fields({"webhook_secret": secret, "old_secret_until": until})


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
    found = get_merchant(name)
    grant(found, amount, note=note)
    click.echo(f"{found.slug} now has {found.credit_balance} credits.")


def _as_text(value: object) -> object:
    return " ".join(value) if isinstance(value, list) else "" if value is None else value


def _count(table: type[db.Model], *conditions: object) -> int:  # type: ignore[name-defined]
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]
