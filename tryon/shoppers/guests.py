"""Shoppers of a page without a backend: known by a random name that the page keeps, apart from the merchant's own."""

import re

from tryon.errors import FieldProblem, InvalidRequest
from tryon.ids import random_text
from tryon.merchants.models import Merchant
from tryon.shoppers.finding import GUEST_PREFIX, find_or_create
from tryon.shoppers.models import Shopper

GUEST_ID_LENGTH = 32
_GUEST_ID = re.compile(rf"[A-Za-z0-9]{{{GUEST_ID_LENGTH}}}")


def get_or_create_guest(merchant: Merchant, guest_id: str | None) -> tuple[Shopper, str]:
    """The guest and their id; a new one where none was given. Nobody guesses 190 bits, so an id proves who it is."""
    if guest_id is not None and not _GUEST_ID.fullmatch(guest_id):
        raise InvalidRequest("The guest id is not valid.", details=[FieldProblem("guest_id", "Use the one we gave.")])
    guest_id = guest_id or random_text(GUEST_ID_LENGTH)
    return find_or_create(merchant, GUEST_PREFIX + guest_id), guest_id
