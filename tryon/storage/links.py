"""Addresses of kept files that work for whoever holds them, until they expire, and for no other file."""

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import urlencode

LINK_LIFETIME = timedelta(hours=24)
LINK_ROUNDING_SECONDS = 3600
"""Expiries are rounded up to whole hours, so that a page shown twice names the same address and browsers may cache."""


class MediaLinks:
    """Makes and checks `/media/<key>?expires=<unix seconds>&signature=<hex>`."""

    def __init__(self, secret_key: str, public_url: str) -> None:
        self._key = hashlib.sha256(b"media-links:" + secret_key.encode()).digest()
        self._public_url = public_url

    def path(self, key: str, moment: datetime, *, lifetime: timedelta = LINK_LIFETIME) -> str:
        """The address without scheme and host, for our own pages."""
        expires = int((moment + lifetime).timestamp())
        expires += -expires % LINK_ROUNDING_SECONDS
        query = urlencode({"expires": expires, "signature": self._sign(key, expires)})
        return f"/media/{key}?{query}"

    def url(self, key: str, moment: datetime, *, lifetime: timedelta = LINK_LIFETIME) -> str:
        return self._public_url + self.path(key, moment, lifetime=lifetime)

    def is_valid(self, key: str, expires: int, signature: str, moment: datetime) -> bool:
        genuine = hmac.compare_digest(self._sign(key, expires).encode(), signature.encode())
        return genuine and moment.timestamp() < expires

    def _sign(self, key: str, expires: int) -> str:
        return hmac.new(self._key, f"{key}\n{expires}".encode(), hashlib.sha256).hexdigest()[:40]
