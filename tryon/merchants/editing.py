"""Changing what is known of a merchant, and closing or reopening their account."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from tryon.clock import now
from tryon.db import transaction
from tryon.errors import Conflict
from tryon.merchants.models import Merchant
from tryon.merchants.origins import clean_origins


def change_merchant(merchant: Merchant, changes: Mapping[str, Any]) -> None:
    """`changes` may hold name, slug, email, plan, allowed_origins and active. Raises InvalidRequest, Conflict.

    A closed account's keys and tokens stop working at once and work again when it is reopened: nothing is deleted.
    """
    values = dict(changes)
    if "allowed_origins" in values:
        values["allowed_origins"] = clean_origins(values["allowed_origins"])
    if "active" in values:
        is_active = values.pop("active")
        values["deactivated_at"] = None if is_active else merchant.deactivated_at or now()
    try:
        with transaction():
            for name, value in values.items():
                setattr(merchant, name, value)
    except IntegrityError as error:
        raise Conflict(f"The slug {values.get('slug')!r} is taken.", code="slug_taken") from error
