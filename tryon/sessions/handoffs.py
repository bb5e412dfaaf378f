"""From the desk to the phone: a short code that leads to a session for a while, and whether a phone has come by it.

A code stands on the screen of a desk, as a QR picture and to be typed. It lives for half an hour; a page that stays
open longer gets another. The session's own address, to which it leads, works on.
"""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from tryon.clock import now
from tryon.db import Model, UtcDateTime, db, transaction
from tryon.sessions.models import TryOnSession

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Nothing that can be taken for something else; 8 of these are 40 bits."""
LENGTH = 8
LIFETIME = timedelta(minutes=30)
RENEWED_BEFORE = timedelta(minutes=15)
"""A code that is shown holds for at least so long."""
STAYS_CONNECTED = timedelta(minutes=15)
"""So long after a phone came the desk says so; then it shows a code again."""
KEPT_AFTERWARDS = timedelta(days=1)
"""A code that is over can still be said to be over."""

_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


class Handoff(Model):
    __tablename__ = "handoffs"

    code: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("try_on_sessions.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a phone came."""

    @property
    def spelling(self) -> str:
        """As people read it: K7M4-2QX9."""
        return f"{self.code[:4]}-{self.code[4:]}"

    def is_joined(self, moment: datetime) -> bool:
        return self.joined_at is not None and moment < self.joined_at + STAYS_CONNECTED


def offer_handoff(session: TryOnSession) -> Handoff:
    """The session's code; a new one where there is none, or none that holds for long."""
    found = newest_handoff(session)
    if found is not None and found.expires_at - now() >= RENEWED_BEFORE:
        return found
    with transaction():
        fresh = Handoff(
            code="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
            session_id=session.id,
            expires_at=now() + LIFETIME,
            joined_at=found.joined_at if found is not None else None,
        )
        db.session.add(fresh)
    return fresh


def newest_handoff(session: TryOnSession) -> Handoff | None:
    """Whether or not it is over. None: the session was never open at a desk."""
    mine = select(Handoff).where(Handoff.session_id == session.id)
    return db.session.scalars(mine.order_by(Handoff.created_at.desc(), Handoff.code).limit(1)).first()


def find_handoff(typed: str) -> Handoff | None:
    """By what somebody typed, in any case, with or without the dash. It may be over."""
    code = re.sub(r"[\s-]", "", typed).upper()
    return db.session.get(Handoff, code) if _CODE.fullmatch(code) else None


def note_phone(session: TryOnSession) -> None:
    """A phone has opened the session. Where no desk waits for one, nothing is noted."""
    with transaction():
        waiting = update(Handoff).where(Handoff.session_id == session.id, Handoff.expires_at > now())
        db.session.execute(waiting.values(joined_at=now()).execution_options(synchronize_session="fetch"))


def delete_old_handoffs(moment: datetime, limit: int) -> int:
    over = select(Handoff.code).where(Handoff.expires_at < moment - KEPT_AFTERWARDS).limit(limit)
    with transaction():
        codes = db.session.scalars(over).all()
        db.session.execute(delete(Handoff).where(Handoff.code.in_(codes)))
    return len(codes)
