"""The merchant's own Google key: sealed with our secret, opened only to be used, never shown again."""

import re

from sqlalchemy.exc import IntegrityError

from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import FieldProblem, InvalidRequest
from tryon.merchants.models import GoogleKey, Merchant
from tryon.sealing import Sealer

PURPOSE = "google-key"
_KEY = re.compile(r"[A-Za-z0-9_\-.]{20,200}")
_MODEL = re.compile(r"[a-z0-9][a-z0-9.\-]{1,118}")


def put_google_key(merchant: Merchant, text: str, model: str | None, *, sealer: Sealer) -> GoogleKey:
    """Keep the key instead of any earlier one. Raises InvalidRequest for what can't be a key or a model's name."""
    if not _KEY.fullmatch(text):
        raise InvalidRequest("This is not a Google API key.", details=[FieldProblem("api_key", "Not a key's shape.")])
    if model is not None and not _MODEL.fullmatch(model):
        raise InvalidRequest("This is not a model's name.", details=[FieldProblem("model", "Not a model's name.")])
    sealed = sealer.seal(text)
    try:
        return _write(merchant, sealed, text[-4:], model)
    except IntegrityError:  # somebody put the first one at the same moment: now this one replaces it
        return _write(merchant, sealed, text[-4:], model)


def find_google_key(merchant: Merchant) -> GoogleKey | None:
    return db.session.get(GoogleKey, merchant.id)


def remove_google_key(merchant: Merchant) -> None:
    """Nothing happens where there is none."""
    with transaction():
        key = db.session.get(GoogleKey, merchant.id)
        if key is not None:
            db.session.delete(key)


def _write(merchant: Merchant, sealed: str, last4: str, model: str | None) -> GoogleKey:
    with transaction():
        key = db.session.get(GoogleKey, merchant.id) or GoogleKey(merchant_id=merchant.id)
        key.sealed, key.last4, key.model = sealed, last4, model
        key.created_at, key.verified_at = now(), None
        db.session.add(key)
    return key
