"""Taking a new merchant on: the row, the first keys, the signing secret and the first credits, all or nothing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tryon.config import DEFAULT_PLANS, PlanLimits, PlanName
from tryon.db import db, transaction
from tryon.errors import Conflict, FieldProblem, InvalidRequest
from tryon.ids import random_text
from tryon.merchants.keys import make_key
from tryon.merchants.models import Merchant
from tryon.merchants.origins import clean_origins
from tryon.usage.credits import grant
from tryon.webhooks.signing import make_secret

PLANS = get_args(PlanName)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class NewMerchant:
    merchant: Merchant
    secret_key: str
    publishable_key: str


def create_merchant(
    name: str,
    *,
    slug: str | None = None,
    allowed_origins: list[str] | tuple[str, ...] = (),
    plan: PlanName = "FREE",
    email: str | None = None,
    credits: int | None = None,
    plans: Mapping[PlanName, PlanLimits] = DEFAULT_PLANS,
) -> NewMerchant:
    """Create a merchant with a live secret and publishable key. Conflict if the slug is taken."""
    if plan not in PLANS:
        raise InvalidRequest("Unknown plan.", details=[FieldProblem("plan", f"One of {', '.join(PLANS)}.")])
    first_credits = plans[plan].first_credits if credits is None else credits
    fields = {"name": name, "email": email, "plan": plan, "allowed_origins": clean_origins(list(allowed_origins))}
    try:
        return _write(fields, slug, first_credits)
    except IntegrityError:  # somebody took the slug at the same moment: now it is seen to be taken
        return _write(fields, slug, first_credits)


def _write(fields: dict[str, Any], slug: str | None, first_credits: int) -> NewMerchant:
    with transaction():
        slug = _choose_slug(fields["name"], slug)
        merchant = Merchant(**fields, slug=slug, webhook_signing_secret=make_secret())
        db.session.add(merchant)
        db.session.flush()
        secret_key, publishable_key = make_key(merchant, "secret"), make_key(merchant, "publishable")
        grant(merchant, first_credits, note="first credits")
    return NewMerchant(merchant, secret_key, publishable_key)


def _choose_slug(name: str, wanted: str | None) -> str:
    if wanted is not None:
        if not _SLUG.fullmatch(wanted):
            problem = FieldProblem("slug", "Lower-case letters, digits and hyphens, at most 80.")
            raise InvalidRequest("The slug is not valid.", details=[problem])
        if _is_taken(wanted):
            raise Conflict(f"The slug {wanted!r} is taken.", code="slug_taken")
        return wanted
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "merchant"
    return f"{base}-{random_text(6).lower()}" if _is_taken(base) else base


def _is_taken(slug: str) -> bool:
    return db.session.scalar(select(Merchant.id).where(Merchant.slug == slug)) is not None
