"""Keeping a shopper's photo, with their consent; finding the current one; forgetting it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from tryon.clock import iso, now
from tryon.config import Settings
from tryon.db import db, known, table_of, transaction
from tryon.engines.base import Category, Engine, PersonCheck
from tryon.errors import FieldProblem, InvalidRequest, PhotoRejected
from tryon.fixed import Fixed
from tryon.ids import new_id
from tryon.imaging.normalise import normalise_photo
from tryon.jobqueue import PREPARATIONS, PREPARE_TIMEOUT_SECONDS, JobQueue
from tryon.shoppers.arriving import arrived, arriving
from tryon.shoppers.models import Photo, Shopper
from tryon.storage.base import Storage
from tryon.storage.folders import delete_folder
from tryon.straight import read_one, write
from tryon.usage.counting import count_usage
from tryon.webhooks.emit import emit

USED_LATELY = timedelta(minutes=1)
"""A use so soon after another is not written down."""
MODEL_PREFIX = "mdl_"
"""Of the ids of photos that shoppers gave themselves; what a merchant's server uploaded is named otherwise."""

Look = Literal["opened", "looked"]
"""What has been done of a photo: it is a picture, and nothing but that; it was looked at."""
TellLook = Callable[[Look, list[dict[str, Any]]], None]
"""Called as each is done, with the checks known by then."""


def tell_nobody(look: Look, checks: list[dict[str, Any]]) -> None:
    """The callback of a caller who waits for the end."""


def keep_photo(
    shopper: Shopper,
    data: bytes,
    *,
    has_consent: bool,
    engine: Engine,
    storage: Storage,
    settings: Settings,
    queue: JobQueue,
    category: Category | None = None,
    mode: str = "live",
    agreed_provider: str = "",
    tell: TellLook = tell_nobody,
) -> Photo:
    """Decode, clean, check and keep a photo as the shopper's current one.

    `category` is that of the product it is given for, where that is known: a selfie is enough for glasses, not for a
    shirt. `agreed_provider` is whom the consent names beside the shop. Nothing at all is kept of a photo that can't be
    used. Raises InvalidRequest without consent, InvalidImage and
    its like for bytes that are no picture, PhotoRejected with the failed check's code and sentence otherwise.
    """
    if not has_consent:
        raise InvalidRequest(
            "Please agree to the use of your photo first.",
            code="consent_required",
            details=[FieldProblem("consent", "Must be true.")],
        )
    picture = normalise_photo(data)
    tell("opened", [])
    report = engine.check_person(picture.data, category)
    tell("looked", _words(report))
    failure = report.first_failure
    if failure is not None:
        raise PhotoRejected(failure.message, code=failure.refusal, checks=_words(report))
    photo = _describe(shopper, report, settings)
    photo.mode, photo.width, photo.height = mode, picture.width, picture.height
    photo.agreed_provider = agreed_provider
    with arriving(photo.file_key, picture.data, storage=storage):
        _make_current(photo, mode, settings, queue)
    return photo


def find_current_photo(shopper: Shopper) -> Photo | None:
    found = read_one(_CURRENT, of_shopper=shopper.id, moment=now())
    return None if found is None else known(Photo, **found._asdict())


_CURRENT = Fixed(
    select(table_of(Photo))
    .where(
        Photo.shopper_id == bindparam("of_shopper"),
        Photo.is_current.is_(True),
        Photo.erased_at.is_(None),
        Photo.expires_at > bindparam("moment"),
    )
    .order_by(Photo.created_at.desc(), Photo.id.desc())
    .limit(1)
)


def photos_of(shopper_id: str) -> Select[Photo]:
    """Those a shopper gave themselves and may choose among, in no order."""
    return select(Photo).where(
        Photo.shopper_id == shopper_id,
        Photo.id.startswith(MODEL_PREFIX, autoescape=True),
        Photo.erased_at.is_(None),
        Photo.expires_at > now(),
    )


def choose_photo(photo: Photo) -> None:
    """Make one of the shopper's photos the current one."""
    with transaction():
        others = update(Photo).where(Photo.shopper_id == photo.shopper_id, Photo.id != photo.id)
        db.session.execute(others.values(is_current=False))
        photo.is_current = True


def agree(photo: Photo, provider: str) -> None:
    """The shopper agrees, of a photo given before, that it may be sent to that provider."""
    with transaction():
        photo.agreed_provider, photo.consented_at = provider, now()


def find_photo(shopper: Shopper, photo_id: str) -> Photo | None:
    photo = db.session.get(Photo, photo_id)
    if photo is None or photo.shopper_id != shopper.id or photo.erased_at is not None or photo.expires_at <= now():
        return None
    return photo


def erase_photo(photo: Photo, *, storage: Storage) -> None:
    """Delete the file and all that was found out about it; the row remains, saying only that there was one."""
    mark_erased(photo)
    delete_file(photo, storage=storage)


def mark_erased(photo: Photo) -> None:
    """From the commit on nobody finds it any more. Its file goes after that: killed in between, the sweep sees it."""
    with transaction():
        photo.erased_at = photo.erased_at or now()
        photo.is_current = False
        photo.checks, photo.body = [], {}


def delete_file(photo: Photo, *, storage: Storage) -> None:
    """And whatever lies beside it. Once more is no error."""
    if photo.file_key:
        delete_folder(storage, photo.file_key)
        with transaction():
            photo.file_key = ""


_USE = Fixed(
    update(table_of(Photo)).where(table_of(Photo).c.id == bindparam("of_photo")).values(expires_at=bindparam("ends_at"))
)


def note_use(photo: Photo, settings: Settings) -> None:
    """A photo in use lives on, unless it was given for a fixed number of days."""
    expires_at = now() + timedelta(days=settings.photo_keep_days)
    if photo.keep_days is None and expires_at - photo.expires_at > USED_LATELY:
        write(_USE, {"of_photo": photo.id, "ends_at": expires_at})
        set_committed_value(photo, "expires_at", expires_at)


def _describe(shopper: Shopper, report: PersonCheck, settings: Settings) -> Photo:
    photo_id = new_id("mdl")
    return Photo(
        id=photo_id,
        merchant_id=shopper.merchant_id,
        shopper_id=shopper.id,
        file_key=f"photos/{shopper.merchant_id}/{photo_id}/photo.jpg",
        status="ready",
        checks=_words(report),
        body={"view": report.view, "visible": list(report.visible)},
        consented_at=now(),
        is_current=True,
        created_at=now(),
        expires_at=now() + timedelta(days=settings.photo_keep_days),
    )


def _words(report: PersonCheck) -> list[dict[str, Any]]:
    return [{"code": check.code, "ok": check.ok, "message": check.message} for check in report.checks]


def _make_current(photo: Photo, mode: str, settings: Settings, queue: JobQueue) -> None:
    with transaction():
        arrived(photo.file_key)
        db.session.execute(update(Photo).where(Photo.shopper_id == photo.shopper_id).values(is_current=False))
        db.session.add(photo)
        data = {"model_id": photo.id, "shopper_id": photo.shopper_id, "created_at": iso(photo.created_at)}
        emit(photo.merchant_id, "user_model.created", data, queue=queue, shopper_id=photo.shopper_id)
        if mode == "live":
            count_usage(photo.merchant_id, "user_model", settings=settings, queue=queue)
        queue.enqueue_later(PREPARATIONS, "tryon.jobs.prepare_photo", photo.id, timeout_seconds=PREPARE_TIMEOUT_SECONDS)
