"""Files of people that are on their way into storage, so that none stays there without a row that names it.

A file is written before the row that names it. A process killed between the two would leave a picture that nobody
finds, and nobody erases. So its key is noted first, and struck out together with the row; what is still noted long
after is deleted by the sweep.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from tryon.clock import now
from tryon.db import Model, UtcDateTime, db, transaction
from tryon.storage.base import Storage, StorageError

ARRIVAL_MAX = timedelta(minutes=15)
"""Many times what writing a file may take."""


class ArrivingFile(Model):
    __tablename__ = "arriving_files"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


@contextmanager
def arriving(key: str, data: bytes, *, storage: Storage) -> Iterator[None]:
    """Write the file; the block writes its row and says `arrived`.

    If it fails, the file is gone again; not if it failed after its commit: a row that stands keeps its file.
    """
    with transaction():
        db.session.add(ArrivingFile(key=key, since=now()))
    try:
        storage.write(key, data)
        yield
    except BaseException:
        with transaction():
            if _strike_out(key):
                storage.delete(key)
        raise


def arrived(key: str) -> None:
    """In the transaction that writes the row. Raises StorageError where the sweep has come first."""
    if not _strike_out(key):
        raise StorageError(f"Keeping {key} took too long.")


def delete_stranded(moment: datetime, limit: int, *, storage: Storage) -> int:
    """Returns how many files there may have been."""
    stranded = select(ArrivingFile.key).where(ArrivingFile.since < moment - ARRIVAL_MAX).limit(limit)
    keys = db.session.scalars(stranded).all()
    for key in keys:
        with transaction():
            if _strike_out(key):  # whoever would still write its row waits for the commit, and then may not
                storage.delete(key)
    return len(keys)


def _strike_out(key: str) -> bool:
    return bool(db.session.execute(delete(ArrivingFile).where(ArrivingFile.key == key)).rowcount)  # type: ignore[attr-defined]
