"""`tryon merchant keys`: a merchant's API keys, for when the merchant has lost the one that could make another."""

from datetime import timedelta
from typing import get_args

import click
from sqlalchemy import select

from tryon.cli.application import with_tools
from tryon.cli.naming import get_merchant, print_fields
from tryon.clock import iso, now
from tryon.db import db
from tryon.merchants.keys import Kind, Mode
from tryon.merchants.models import ApiKey
from tryon.merchants.rotating import (
    OVERLAP_SECONDS_DEFAULT,
    OVERLAP_SECONDS_MAX,
    create_key,
    get_key,
    revoke_key,
    rotate_key,
)
from tryon.wiring import Tools


@click.group
def keys() -> None:
    """List, create, rotate and revoke a merchant's keys."""


@keys.command(name="list")
@click.argument("name", metavar="MERCHANT")
@with_tools
def list_keys(kit: Tools, name: str) -> None:
    """List all keys of MERCHANT, newest first, by their public beginnings."""
    found = get_merchant(name)
    for key in db.session.scalars(select(ApiKey).filter_by(merchant_id=found.id).order_by(ApiKey.id.desc())):
        click.echo(f"{key.id}  {key.prefix}…{key.last4}  {_state_of(key):<9} {key.name or ''}".rstrip())


@keys.command
@click.argument("name", metavar="MERCHANT")
@click.option("--kind", type=click.Choice(get_args(Kind)), default="secret", show_default=True)
@click.option("--mode", type=click.Choice(get_args(Mode)), default="live", show_default=True)
@click.option("--name", "note", help="What the key is for.")
@click.option("--days", type=click.IntRange(1, 36_500), help="Days until it expires; never if not given.")
@click.option("--limit", type=click.IntRange(1, 2_000_000_000), help="Calls it may make in all.")
@with_tools
def create(
    kit: Tools, name: str, kind: Kind, mode: Mode, note: str | None, days: int | None, limit: int | None
) -> None:
    """Create a key for MERCHANT and print it. It can't be shown again: only its hash is kept."""
    expires_at = now() + timedelta(days=days) if days else None
    made, text = create_key(get_merchant(name), kind, mode, name=note, expires_at=expires_at, usage_limit=limit)
    print_fields({"key_id": made.id, "key": text, "expires_at": iso(made.expires_at) or ""})


@keys.command
@click.argument("name", metavar="MERCHANT")
@click.argument("key_id")
@click.option(
    "--overlap-seconds", type=click.IntRange(0, OVERLAP_SECONDS_MAX), default=OVERLAP_SECONDS_DEFAULT,
    show_default=True, help="How long the old key goes on working.",
)  # fmt: skip
@with_tools
def rotate(kit: Tools, name: str, key_id: str, overlap_seconds: int) -> None:
    """Make a key of the same kind in place of KEY_ID, as `keys list` shows it, and print it."""
    old = get_key(get_merchant(name), key_id)
    made, text = rotate_key(old, overlap_seconds)
    print_fields({"key_id": made.id, "key": text, "old_key_until": iso(old.expires_at)})


@keys.command
@click.argument("name", metavar="MERCHANT")
@click.argument("key_id")
@with_tools
def revoke(kit: Tools, name: str, key_id: str) -> None:
    """Stop KEY_ID, as `keys list` shows it, at once and for good."""
    revoke_key(get_key(get_merchant(name), key_id), used=None)
    click.echo(f"{key_id} is revoked.")


def _state_of(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.has_expired else "active"
