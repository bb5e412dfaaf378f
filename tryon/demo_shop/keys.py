"""What the demo shop knows of the system, kept in the data folder as a merchant keeps it on its server.

Keys are stored as hashes and shown once, so the shop has to keep its own; when they are lost or no longer work, new
ones are made.
"""

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tryon.db import transaction
from tryon.merchants.keys import find_key, make_key
from tryon.merchants.models import Merchant
from tryon.merchants.origins import origin_of
from tryon.onboarding import NewMerchant

FILE = "demo-shop.json"


@dataclass(frozen=True, slots=True)
class ShopKeys:
    secret_key: str
    publishable_key: str
    origin: str = ""
    """Where the shop was last: taken from the allowed origins when it moves."""
    api_url: str = ""
    """Where the shop's own process reaches the system."""


def read_keys(data_dir: Path) -> ShopKeys | None:
    """None where there are none, or none that can be read."""
    with suppress(OSError, ValueError, TypeError):
        return ShopKeys(**json.loads((data_dir / FILE).read_text()))
    return None


def keep_keys(merchant: Merchant, made: NewMerchant | None, *, shop_url: str, api_url: str, data_dir: Path) -> ShopKeys:
    """Those just made with the merchant, else those kept, else new ones; and let the shop's origin use them."""
    kept, origin = None if made else read_keys(data_dir), origin_of(shop_url)
    with transaction():
        _move(merchant, kept.origin if kept else "", origin)
        if made:
            pair = (made.secret_key, made.publishable_key)
        elif kept and _work(kept, merchant):
            pair = (kept.secret_key, kept.publishable_key)
        else:
            pair = (make_key(merchant, "secret"), make_key(merchant, "publishable"))
    keys = ShopKeys(*pair, origin, api_url)
    if keys != kept:
        _write(data_dir / FILE, keys)
    return keys


def _move(merchant: Merchant, earlier: str, origin: str) -> None:
    others = [allowed for allowed in merchant.allowed_origins if allowed not in (earlier, origin)]
    if merchant.allowed_origins != [*others, origin]:
        merchant.allowed_origins = [*others, origin]


def _work(keys: ShopKeys, merchant: Merchant) -> bool:
    found = [find_key(keys.secret_key), find_key(keys.publishable_key)]
    return all(key is not None and key.merchant_id == merchant.id and key.is_usable for key in found)


def _write(path: Path, keys: ShopKeys) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".demo-shop-")  # mkstemp makes it 0600
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(keys), file, indent=2)
    os.replace(temporary, path)
