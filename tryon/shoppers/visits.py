"""A shopper's visit to the pages that show what is theirs: begun with a token, named by a secret in the path.

As nobody else knows the name, no other page can write a form that does anything here. We keep a hash of it only. A
browser that keeps cookies is bound to the visit besides: an address that got into a log or a screenshot opens nothing
elsewhere. One that keeps none, as some do in a frame of a shop's page, has the name alone.
"""

import hashlib
import re
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Unauthorized
from tryon.ids import random_text
from tryon.shoppers.models import Shopper, ShopperVisit

VISIT_LIFETIME = timedelta(hours=1)
STILL_EXPLAINED = timedelta(days=1)
"""Past its end the row stays for so long: until then its address says that the visit has ended, in the shop's look."""
NAME_LENGTH = 32
_NAME = re.compile(rf"[A-Za-z0-9]{{{NAME_LENGTH}}}")


def begin_visit(shopper: Shopper, *, mode: str, partner_return: str | None = None, locale: str | None = None) -> str:
    """The visit's name, which nobody can find out later."""
    name, moment = random_text(NAME_LENGTH), now()
    with transaction():
        db.session.add(
            ShopperVisit(
                name_hash=_hash(name),
                shopper_id=shopper.id,
                mode=mode,
                partner_return=partner_return,
                locale=locale,
                expires_at=moment + VISIT_LIFETIME,
            )
        )
    return name


def find_visit(name: str) -> ShopperVisit | None:
    """Also one that has ended not long ago: see `check_visit`."""
    if not _NAME.fullmatch(name):
        return None
    found = select(ShopperVisit).where(ShopperVisit.name_hash == _hash(name))
    return db.session.scalar(found.execution_options(populate_existing=True))


def check_visit(visit: ShopperVisit) -> None:
    """Raises Unauthorized once it is over."""
    if visit.expires_at <= now():
        raise Unauthorized("This visit has ended.", reason="expired")
    if not visit.shopper.merchant.is_active:
        raise Unauthorized("This shop is no longer active.", reason="inactive")


def bind_visit(visit: ShopperVisit) -> None:
    """From now on only the browser that has the visit's cookie may go on with it."""
    with transaction():
        mine = update(ShopperVisit).where(ShopperVisit.name_hash == visit.name_hash).values(is_bound=True)
        db.session.execute(mine.execution_options(synchronize_session="fetch"))


def end_visits(shopper: Shopper) -> None:
    """In the caller's transaction."""
    mine = delete(ShopperVisit).where(ShopperVisit.shopper_id == shopper.id)
    db.session.execute(mine.execution_options(synchronize_session=False))


def delete_old_visits(moment: datetime, limit: int) -> int:
    """Returns how many."""
    old = select(ShopperVisit.name_hash).where(ShopperVisit.expires_at <= moment - STILL_EXPLAINED).limit(limit)
    hashes = db.session.scalars(old).all()
    with transaction():
        gone = delete(ShopperVisit).where(ShopperVisit.name_hash.in_(hashes))
        db.session.execute(gone.execution_options(synchronize_session=False))
    return len(hashes)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
