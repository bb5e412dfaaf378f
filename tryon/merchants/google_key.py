"""The merchant's own Google key: sealed with our secret, opened only to be used, never shown again."""

import re
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.engines.registry import Credential
from tryon.errors import FieldProblem, InvalidRequest
from tryon.logs import get_logger
from tryon.masking import hide
from tryon.merchants.models import GoogleKey, Merchant
from tryon.sealing import SealBroken, Sealer

PURPOSE = "google-key"
CHECK_EVERY = timedelta(days=1)
UNREADABLE = "This key can't be read any more, because this system's SECRET_KEY was lost. Please put it in again."
_KEY = re.compile(r"[A-Za-z0-9_\-.]{20,200}")
_MODEL = re.compile(r"[a-z0-9][a-z0-9.\-]{1,118}")

log = get_logger(__name__)


def sealer_of(settings: Settings) -> Sealer:
    return Sealer(settings.secret_key, *settings.earlier_secret_keys, purpose=PURPOSE)


def check_shape(text: str, model: str | None) -> None:
    """Raise InvalidRequest for what can't be a key or a model's name."""
    if not _KEY.fullmatch(text):
        raise InvalidRequest("This is not a Google API key.", details=[FieldProblem("api_key", "Not a key's shape.")])
    if model is not None and not _MODEL.fullmatch(model):
        raise InvalidRequest("This is not a model's name.", details=[FieldProblem("model", "Not a model's name.")])


def put_google_key(
    merchant: Merchant, text: str, model: str | None, *, sealer: Sealer, state: str = "unknown", message: str = ""
) -> GoogleKey:
    """Keep the key instead of any earlier one, with what Google said of it. Raises InvalidRequest for what can't be a
    key or a model's name."""
    check_shape(text, model)
    hide(text)
    sealed = sealer.seal(text)
    try:
        return _write(merchant, sealed, text[-4:], model, state, message)
    except IntegrityError:  # somebody put the first one at the same moment: now this one replaces it
        return _write(merchant, sealed, text[-4:], model, state, message)


def find_google_key(merchant: Merchant) -> GoogleKey | None:
    return db.session.get(GoogleKey, merchant.id)


def open_google_key(merchant_id: str, *, sealer: Sealer) -> Credential | None:
    """The key, to be used now; None where there is none, or none that can be read.

    One sealed with an earlier secret is sealed anew. One whose secret is lost is marked, so that the merchant reads
    why, and everything goes on as without a key.
    """
    key = db.session.get(GoogleKey, merchant_id, populate_existing=True)
    if key is None:
        return None
    try:
        text, fresh = sealer.open(key.sealed), sealer.reseal(key.sealed)
    except SealBroken:
        if key.state != "unreadable":
            log.error("google_key.unreadable", merchant=merchant_id)
            change_google_key(key, state="unreadable", message=UNREADABLE, invalid_since=key.invalid_since or now())
        return None
    hide(text)
    if fresh is not None:
        change_google_key(key, sealed=fresh)
    if key.state == "unreadable":  # the operator found the secret again
        change_google_key(key, state="unknown", message="", invalid_since=None, next_check_at=now())
    return Credential(text, "merchant", key.model)


def remove_google_key(merchant: Merchant) -> None:
    """Nothing happens where there is none."""
    with transaction():
        key = db.session.get(GoogleKey, merchant.id)
        if key is not None:
            db.session.delete(key)


def change_google_key(key: GoogleKey, **values: object) -> bool:
    """Whether it was still there, and no other had been put in."""
    same = update(GoogleKey).where(GoogleKey.merchant_id == key.merchant_id, GoogleKey.sealed == key.sealed)
    with transaction():
        done = db.session.execute(same.values(**values).execution_options(synchronize_session=False))
    if is_there := done.rowcount == 1:  # type: ignore[attr-defined]
        db.session.refresh(key)
    return is_there


def _write(merchant: Merchant, sealed: str, last4: str, model: str | None, state: str, message: str) -> GoogleKey:
    with transaction():
        key = db.session.get(GoogleKey, merchant.id) or GoogleKey(merchant_id=merchant.id)
        key.sealed, key.last4, key.model, key.created_at = sealed, last4, model, now()
        key.state, key.message, key.invalid_since = state, message, None
        key.verified_at = now() if state == "ok" else None
        key.next_check_at = now() + CHECK_EVERY if state == "ok" else now()
        db.session.add(key)
    return key
