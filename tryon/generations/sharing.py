"""A finished picture under a link that a shopper may pass on: for some days, and until they stop sharing it.

Whoever has the link sees the picture; the photo it was made of is never part of it. The link's token is looked for by
its hash. For its owner, who may want to see the link again, it is also kept sealed, until it is of no more use.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update

from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import Gone, NotFound
from tryon.generations.models import Generation, Share
from tryon.ids import random_text
from tryon.sealing import SealBroken

SHARED_FOR = timedelta(days=7)
TOKEN_LENGTH = 32
"""Letters and digits: 190 bits."""
FORGOTTEN_AFTER = timedelta(days=30)
"""Until then an ended link says that it has ended; afterwards it is nobody's."""


def share_picture(generation: Generation) -> Share:
    """The picture's link, new where there is none that works. Raises Gone where the picture is no longer kept."""
    with transaction():
        kept = select(Generation).where(Generation.id == generation.id).with_for_update(of=Generation)
        generation = db.session.scalars(kept.execution_options(populate_existing=True)).one()
        if generation.status != "completed" or generation.result_key is None:
            raise Gone("This picture is no longer kept.", code="picture_gone")
        share = find_share_of(generation)
        if share is None or token_of(share) is None:
            share = _make(generation)
    return share


def find_share_of(generation: Generation) -> Share | None:
    """The one whose link works now."""
    mine = select(Share).where(Share.generation_id == generation.id, _works_at(now()))
    return db.session.scalar(mine.order_by(Share.id.desc()).limit(1))


def token_of(share: Share) -> str | None:
    """What stands in the link; None where it was sealed with a key this system no longer has."""
    try:
        return share.token
    except SealBroken:
        return None


def stop_sharing(generation: Generation) -> None:
    """Every link to the picture ends, and with it the picture's address behind it."""
    ended = update(Share).where(Share.generation_id == generation.id, Share.revoked_at.is_(None))
    with transaction():
        db.session.execute(ended.values(revoked_at=now(), token=None).execution_options(synchronize_session="fetch"))


def get_shared(token: str) -> tuple[Share, Generation]:
    """What a link shows. Raises NotFound for a link that never was, Gone for one that has ended."""
    share = db.session.scalar(select(Share).where(Share.token_hash == _hash(token)))
    if share is None:
        raise NotFound("There is no picture under this link.", code="share_not_found")
    generation = db.session.get_one(Generation, share.generation_id)
    if share.revoked_at is not None or share.expires_at <= now() or generation.result_key is None:
        raise Gone("This picture is no longer shared.", code="share_over")
    return share, generation


def forget_shares(*conditions: ColumnElement[bool]) -> int:
    """In the caller's transaction."""
    gone = delete(Share).where(*conditions)
    done = db.session.execute(gone.execution_options(synchronize_session="fetch"))
    return int(done.rowcount)  # type: ignore[attr-defined]


def forget_ended_shares(moment: datetime, limit: int) -> int:
    old = select(Share.id).where(Share.expires_at <= moment - FORGOTTEN_AFTER).limit(limit)
    with transaction():
        return forget_shares(Share.id.in_(db.session.scalars(old).all()))


def _make(generation: Generation) -> Share:
    token, moment = random_text(TOKEN_LENGTH), now()
    expires_at = moment + SHARED_FOR
    if generation.expires_at is not None:
        expires_at = min(expires_at, generation.expires_at)
    share = Share(generation_id=generation.id, token_hash=_hash(token), token=token, expires_at=expires_at)
    db.session.add(share)
    return share


def _works_at(moment: datetime) -> ColumnElement[bool]:
    return Share.revoked_at.is_(None) & (Share.expires_at > moment)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
