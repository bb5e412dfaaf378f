"""Where the model studio sends a shopper back to: only to the shop they came from."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tryon.api.auth import is_allowed_origin
from tryon.errors import InvalidRequest
from tryon.merchants.models import Merchant
from tryon.merchants.origins import clean_origins
from tryon.pages.addresses import is_web_address

ADDRESS_MAX = 2_048
OURS = frozenset({"model_id", "status"})


def may_return_to(address: str | None, merchant: Merchant) -> bool:
    """Whether it lies on one of the shop's allowed origins; none at all is fine."""
    if address is None:
        return True
    if len(address) > ADDRESS_MAX or not is_web_address(address):
        return False
    if not address.isprintable() or any(letter in address for letter in " \\"):
        return False  # browsers read these otherwise than we do
    parts = urlsplit(address)
    try:
        [origin] = clean_origins([f"{parts.scheme}://{parts.netloc}"])
    except InvalidRequest:  # a user's name before the host, for example
        return False
    return is_allowed_origin(merchant, origin)


def return_with(address: str, **told: str) -> str:
    """The address with what is told in its query, in place of anything of the same names."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in OURS]
    return urlunsplit(parts._replace(query=urlencode([*query, *told.items()])))
