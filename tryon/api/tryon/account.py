"""The account behind the key: its credits."""

from flask import Blueprint

from tryon.api.auth import api_key, calling_merchant
from tryon.api.operations import operation
from tryon.api.tryon.schemas import CamelAnswer

blueprint = Blueprint("tryon_account", __name__)


class CreditsAnswer(CamelAnswer):
    credit_balance: int


@blueprint.get("/account/credits")
@api_key
@operation("Show the credit balance", tag="Account", answers={200: CreditsAnswer})
def credits() -> CreditsAnswer:
    """A credit is reserved when a try-on is accepted, and comes back if it fails."""
    return CreditsAnswer(credit_balance=calling_merchant().credit_balance)
