"""How the shop opens a try-on: over the API with its secret key, as a merchant's server does."""

from dataclasses import dataclass
from typing import Protocol

import httpx2
from flask import current_app

from tryon.demo_shop.wares import Ware
from tryon.errors import TemporarilyUnavailable

TIMEOUT_SECONDS = 30


class Backend(Protocol):
    @property
    def publishable_key(self) -> str:
        """What the snippet on the product page carries; empty where there is no embed to be had."""

    @property
    def system_url(self) -> str:
        """Where the system is for browsers; empty on the system's own origin."""

    def open_try_on(self, ware: Ware, *, return_url: str, locale: str) -> str:
        """The address to send the shopper to."""


@dataclass(frozen=True, slots=True)
class ApiBackend:
    secret_key: str
    publishable_key: str
    system_url: str
    api_url: str
    """Where the system is for this process."""

    def open_try_on(self, ware: Ware, *, return_url: str, locale: str) -> str:
        body = {"product_id": ware.sku, "return_url": return_url, "locale": locale, "category": ware.product.category}
        try:
            answer = httpx2.post(
                f"{self.api_url}/v1/sessions",
                json=body,
                headers={"Authorization": f"Bearer {self.secret_key}"},
                timeout=TIMEOUT_SECONDS,
            )
            answer.raise_for_status()
        except httpx2.HTTPError as error:
            raise TemporarilyUnavailable from error
        return str(answer.json()["launch_url"])


def backend() -> Backend:
    """Of the running application."""
    found: Backend = current_app.extensions["demo_shop"]
    return found
