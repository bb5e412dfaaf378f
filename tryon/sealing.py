"""Keeping what must be readable again but not by whoever reads the database: sealed with a key made of SECRET_KEY."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from tryon.errors import TryOnError


class SealBroken(TryOnError):
    """Sealed with a secret this process does not have."""

    code = "seal_broken"
    default_message = "This was sealed with another SECRET_KEY. Name that one in EARLIER_SECRET_KEYS."


class Sealer:
    """Seals with the first secret, opens with any of them: so a secret can be changed without losing what it sealed."""

    def __init__(self, *secrets: str, purpose: str) -> None:
        keys = [Fernet(_key_of(secret, purpose)) for secret in secrets]
        self._first, self._keys = keys[0], MultiFernet(keys)

    def seal(self, text: str) -> str:
        return self._keys.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises SealBroken."""
        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBroken from error

    def reseal(self, sealed: str) -> str | None:
        """The same, sealed with the first secret; None where it is already. So an earlier secret can be forgotten once
        everything has been sealed anew. Raises SealBroken."""
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return self.seal(self.open(sealed))
        return None


def _key_of(secret: str, purpose: str) -> bytes:
    """One secret gives each purpose a key of its own."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{secret}".encode()).digest())
