"""The secret behind a choice, opened for as long as it is used."""

from tryon.config import Settings
from tryon.engines.registry import Credential, get_kind
from tryon.merchants.google_key import open_google_key, sealer_of
from tryon.providers.choosing import GEMINI, Choice


class KeyGone(Exception):
    """It was removed, or can't be read any more, after it was chosen."""


def credential_for(choice: Choice, merchant_id: str, settings: Settings) -> Credential | None:
    """None for an engine that needs none, or finds the operator's by itself. Raises KeyGone."""
    if choice.owner == "merchant":
        found = open_google_key(merchant_id, sealer=sealer_of(settings)) if choice.engine == GEMINI else None
        if found is None:
            raise KeyGone
        return found
    if choice.owner == "operator":
        secret = get_kind(choice.engine).operator_secret(settings)
        return Credential(secret, "operator") if secret else None
    return None
