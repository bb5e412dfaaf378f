"""A column whose text is sealed in the database and plain in Python."""

from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from tryon.sealing import Sealer


class SealedText(TypeDecorator[str]):
    """Sealed with the application's SECRET_KEY, opened with that or an earlier one; reading it raises SealBroken where
    it was sealed with another. What is sealed can't be searched for."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self._sealer().seal(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else self._sealer().open(value)

    def _sealer(self) -> Sealer:
        settings = current_app.extensions["tryon"].settings
        return _sealer((settings.secret_key, *settings.earlier_secret_keys), self.purpose)


@lru_cache(maxsize=16)
def _sealer(secrets: tuple[str, ...], purpose: str) -> Sealer:
    return Sealer(*secrets, purpose=purpose)
