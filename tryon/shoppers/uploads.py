"""A person's picture that a merchant's server sends: kept for try-ons, not made anybody's current model."""

from datetime import timedelta

from tryon.clock import now
from tryon.config import Settings
from tryon.db import db, transaction
from tryon.engines.base import Engine
from tryon.ids import new_id
from tryon.imaging.box import Box
from tryon.imaging.crop import portrait_around
from tryon.imaging.normalise import Picture, normalise_part, normalise_photo
from tryon.jobqueue import PREPARATIONS, PREPARE_TIMEOUT_SECONDS, JobQueue
from tryon.merchants.models import Merchant
from tryon.shoppers.arriving import arrived, arriving
from tryon.shoppers.finding import hold_shopper
from tryon.shoppers.models import ANY_PROVIDER, Photo, Shopper
from tryon.storage.base import Storage

KEEP_DAYS = (1, 3, 7)


def keep_upload(
    merchant: Merchant,
    data: bytes,
    *,
    external_ref: str | None,
    keep_days: int | None,
    crop: bool,
    engine: Engine,
    storage: Storage,
    settings: Settings,
    queue: JobQueue,
) -> Photo:
    """Decode, clean and keep a picture, cropped to 4:5 around the person where `crop` asks for it.

    The merchant answers for the person's consent, and so it may be sent to whichever provider makes the picture.
    Whether the person can be dressed is found out when they are. Raises InvalidImage and its like for bytes that are no
    picture.
    """
    picture = normalise_photo(data)
    if crop:
        picture = _cropped(data, picture, engine)
    photo_id = new_id("img")
    key = f"photos/{merchant.id}/{photo_id}/photo.jpg"
    with arriving(key, picture.data, storage=storage), transaction():
        arrived(key)
        shopper = hold_shopper(merchant, external_ref)
        photo = _row(photo_id, shopper, picture, key, keep_days, settings)
        db.session.add(photo)
        queue.enqueue_later(PREPARATIONS, "tryon.jobs.prepare_photo", photo.id, timeout_seconds=PREPARE_TIMEOUT_SECONDS)
    return photo


def _cropped(data: bytes, picture: Picture, engine: Engine) -> Picture:
    """`picture`, normalised from `data`, as it is where the engine sees nobody, or several of one size."""
    found = engine.check_person(picture.data).box
    box = portrait_around(picture.width, picture.height, Box(*found)) if found else None
    if box is None:
        return picture
    width, height = picture.width, picture.height
    return normalise_part(data, Box(box[0] / width, box[1] / height, box[2] / width, box[3] / height))


def _row(
    photo_id: str, shopper: Shopper, picture: Picture, key: str, keep_days: int | None, settings: Settings
) -> Photo:
    moment = now()
    return Photo(
        id=photo_id,
        merchant_id=shopper.merchant_id,
        shopper_id=shopper.id,
        file_key=key,
        width=picture.width,
        height=picture.height,
        consented_at=moment,
        agreed_provider=ANY_PROVIDER,
        is_current=False,
        keep_days=keep_days,
        created_at=moment,
        expires_at=moment + timedelta(days=keep_days or settings.photo_keep_days),
    )
