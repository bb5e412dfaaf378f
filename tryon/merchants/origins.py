"""The web origins a merchant's pages may call and frame us from."""

import re
from collections.abc import Container
from urllib.parse import urlsplit

from tryon.errors import FieldProblem, InvalidRequest
from tryon.merchants.models import Merchant

ORIGINS_MAX = 50
ADDRESS_MAX = 2_048
"""Letters of an address to return to."""
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*|\[[0-9a-f:]+\]")


def clean_origins(origins: list[str]) -> list[str]:
    """Each as scheme://host[:port] in lower case, once; InvalidRequest names those that are something else."""
    problems: list[FieldProblem] = []
    cleaned: dict[str, None] = {}
    for index, text in enumerate(origins[: ORIGINS_MAX + 1]):
        origin = _clean(text)
        if origin is None:
            problems.append(FieldProblem(f"allowed_origins.{index}", "Not an origin like https://shop.example."))
        else:
            cleaned[origin] = None
    if len(origins) > ORIGINS_MAX:
        problems.append(FieldProblem("allowed_origins", f"At most {ORIGINS_MAX} origins."))
    if problems:
        raise InvalidRequest("An allowed origin is not valid.", details=problems)
    return list(cleaned)


def is_allowed(merchant: Merchant, url: str, *, to_all: Container[str] = ()) -> bool:
    """Does this address lie on one of the merchant's origins, or on one that is allowed `to_all` merchants?"""
    origin = origin_of(url)
    return origin in merchant.allowed_origins or origin in to_all


def may_return_to(address: str | None, merchant: Merchant, *, to_all: Container[str] = ()) -> bool:
    """Whether a shopper may be sent there, as far as `is_allowed` goes; nowhere at all (None) is fine."""
    if address is None:
        return True
    if len(address) > ADDRESS_MAX or not address.isprintable() or any(letter in address for letter in " \\"):
        return False  # browsers read these otherwise than we do
    try:
        [origin] = clean_origins([origin_of(address)])
    except InvalidRequest:  # no web address, or a user's name before the host
        return False
    return is_allowed(merchant, origin, to_all=to_all)


def origin_of(url: str) -> str:
    """https://Shop.example/p/1 → https://shop.example; empty for what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def _clean(text: str) -> str | None:
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    if parts.scheme not in ("http", "https") or parts.path not in ("", "/") or parts.query or parts.fragment:
        return None
    if not _HOST.fullmatch(host):
        return None
    is_default = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if is_default else f":{port}")
