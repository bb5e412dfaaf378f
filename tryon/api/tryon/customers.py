"""Wiping everything that was kept of one of the merchant's customers."""

from flask import Blueprint

from tryon.api.auth import api_key, calling_merchant
from tryon.api.operations import operation
from tryon.api.reading import is_unstorable
from tryon.generations.erasing import erase_shopper
from tryon.shoppers.finding import find_shopper
from tryon.wiring import tools

blueprint = Blueprint("tryon_customers", __name__)


@blueprint.delete("/customers/<path:customer_id>")
@api_key
@operation("Erase a customer", tag="Customers", answers={204: None})
def erase(customer_id: str) -> tuple[str, int]:
    """Everything given or made under this `externalUserId`: pictures are deleted now, try-ons name nobody any more.

    Always 204, also for somebody who is not known.
    """
    shopper = None if is_unstorable(customer_id) else find_shopper(calling_merchant(), customer_id)
    if shopper is not None:
        erase_shopper(shopper, storage=tools().storage, queue=tools().queue)
    return "", 204
