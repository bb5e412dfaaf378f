"""The cookie that binds a visit to the browser it began in: no script can read it, and it is worth nothing elsewhere.

Over https it is `SameSite=None; Secure; Partitioned`, for the page may stand in a frame of a shop's page. Over plain
http, on a developer's machine, it is `SameSite=Lax`; where no cookie is kept the visit goes on without.
"""

import hashlib
import hmac

from flask import Response, request

from tryon.shoppers.models import ShopperVisit
from tryon.shoppers.visits import VISIT_LIFETIME, bind_visit
from tryon.wiring import tools


def give_cookie(response: Response, visit_name: str) -> None:
    is_secure = tools().settings.public_app_url.startswith("https:")
    response.set_cookie(
        _cookie_of(visit_name),
        _proof_of(visit_name),
        max_age=VISIT_LIFETIME,
        httponly=True,
        secure=is_secure,
        samesite="None" if is_secure else "Lax",
        partitioned=is_secure,
    )


def is_same_browser(visit_name: str, visit: ShopperVisit) -> bool:
    """Whether the visit began in the browser that asks, as far as can be told. Its cookie's first coming binds it."""
    given = request.cookies.get(_cookie_of(visit_name), "")
    has_cookie = hmac.compare_digest(given.encode(), _proof_of(visit_name).encode())
    if has_cookie and not visit.is_bound:
        bind_visit(visit)
    return has_cookie or not visit.is_bound


def _cookie_of(visit_name: str) -> str:
    """One for each visit: two shops, or two windows, don't take each other's away."""
    return "tryon_visit_" + hashlib.sha256(visit_name.encode()).hexdigest()[:8]


def _proof_of(visit_name: str) -> str:
    """What knowing the visit's name does not tell."""
    key = b"visit-cookie:" + tools().settings.secret_key.encode()
    return hmac.new(key, visit_name.encode(), hashlib.sha256).hexdigest()[:40]
