"""Everything that is kept about a shopper, for them to take away: rows as JSON, and every picture as a file.

What only serves our own work is left out: queue leases, storage keys, hashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tryon.clock import iso
from tryon.db import db
from tryon.generations.models import Generation, Opinion, Share
from tryon.sessions.models import TryOnSession
from tryon.shoppers.finding import GUEST_PREFIX
from tryon.shoppers.models import Photo, Shopper
from tryon.webhooks.models import Event

FILES_MAX = 500
"""Pictures in one archive, newest first."""
ROWS_MAX = 5_000
"""Of one kind."""


@dataclass(frozen=True, slots=True)
class Export:
    said: dict[str, Any]
    files: Sequence[tuple[str, str]]
    """(name in the archive, storage key)"""


def export_shopper(shopper: Shopper) -> Export:
    photos = _newest(Photo, Photo.shopper_id == shopper.id)
    generations = _newest(Generation, Generation.shopper_id == shopper.id)
    ids = [each.id for each in generations]
    opinions, shares = _of_try_ons(Opinion, ids), _of_try_ons(Share, ids)
    files = [_photo_file(photo) for photo in photos if _is_kept(photo)]
    files += [_result_file(each) for each in generations if each.result_key]
    said = {
        "about": _about(shopper),
        "photos": [_describe_photo(photo) for photo in photos],
        "try_ons": [_describe_try_on(each, opinions.get(each.id), shares.get(each.id)) for each in generations],
        "sessions": [_describe_session(each) for each in _newest(TryOnSession, TryOnSession.shopper_id == shopper.id)],
        "told_to_the_shop": [_describe_event(each) for each in _newest(Event, Event.shopper_id == shopper.id)],
        "pictures_left_out": max(0, len(files) - FILES_MAX),
    }
    return Export(said, files[:FILES_MAX])


def _newest(kind: Any, condition: Any) -> Sequence[Any]:
    return db.session.scalars(select(kind).where(condition).order_by(kind.id.desc()).limit(ROWS_MAX)).all()


def _about(shopper: Shopper) -> dict[str, Any]:
    """A guest's name is a secret of their device, and says nothing about them."""
    is_guest = (shopper.external_ref or "").startswith(GUEST_PREFIX)
    return {
        "shop": shopper.merchant.name,
        "id": shopper.id,
        "name_at_the_shop": None if is_guest else shopper.external_ref,
        "since": iso(shopper.created_at),
    }


def _describe_photo(photo: Photo) -> dict[str, Any]:
    return {
        "id": photo.id,
        "file": _photo_file(photo)[0] if _is_kept(photo) else None,
        "stock_model": photo.stock_model,
        "given_at": iso(photo.created_at),
        "consented_at": iso(photo.consented_at),
        "may_be_sent_to": photo.agreed_provider or None,
        "kept_until": iso(photo.expires_at),
        "deleted_at": iso(photo.erased_at),
        "width": photo.width,
        "height": photo.height,
        "is_current": photo.is_current,
        "checks": photo.checks,
        "body": photo.body,
    }


def _is_kept(photo: Photo) -> bool:
    """Of the shopper themselves: a stock model's picture is nobody's data."""
    return photo.erased_at is None and bool(photo.file_key) and photo.stock_model is None


def _of_try_ons(kind: Any, ids: Sequence[str]) -> dict[str, Any]:
    """The newest of each."""
    found = db.session.scalars(select(kind).where(kind.generation_id.in_(ids)).order_by(kind.created_at))
    return {each.generation_id: each for each in found}


def _describe_try_on(generation: Generation, opinion: Opinion | None, share: Share | None) -> dict[str, Any]:
    return {
        "id": generation.id,
        "file": _result_file(generation)[0] if generation.result_key else None,
        "photo_id": generation.photo_id,
        "products": [
            {"id": garment.product.external_id, "title": garment.product.title} for garment in generation.garments
        ],
        "status": generation.status,
        "options": generation.options,
        "scores": generation.scores,
        "error": generation.error_code,
        "opinion": {"verdict": opinion.verdict, "reason": opinion.reason} if opinion else None,
        "link_to_others": _moments(share, "created_at", "expires_at", "revoked_at") if share else None,
        **_moments(generation, "created_at", "started_at", "completed_at"),
        "kept_until": iso(generation.expires_at),
    }


def _describe_session(session: TryOnSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "product": {"id": session.product.external_id, "title": session.product.title},
        "status": session.status,
        "locale": session.locale,
        "return_url": session.return_url,
        "reference_of_the_shop": session.merchant_reference,
        "notes_of_the_shop": session.extra,
        **_moments(session, "created_at", "launched_at", "completed_at", "expires_at"),
    }


def _describe_event(event: Event) -> dict[str, Any]:
    return {"type": event.type, "at": iso(event.created_at)}


def _moments(row: Any, *names: str) -> dict[str, str | None]:
    moments: dict[str, datetime | None] = {name: getattr(row, name) for name in names}
    return {name: iso(moment) for name, moment in moments.items()}


def _photo_file(photo: Photo) -> tuple[str, str]:
    return f"photos/{photo.id}{_ending(photo.file_key)}", photo.file_key


def _result_file(generation: Generation) -> tuple[str, str]:
    key = generation.result_key or ""
    return f"try-ons/{generation.id}{_ending(key)}", key


def _ending(key: str) -> str:
    return f".{key.rpartition('.')[2]}"
