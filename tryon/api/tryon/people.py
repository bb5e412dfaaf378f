"""Whom to dress: a picture uploaded before, one to fetch, or one sent along."""

from typing import Self

from pydantic import Field, model_validator

from tryon.api.bodies import Address, ShortText
from tryon.api.tryon.files import read_file
from tryon.api.tryon.schemas import CamelBody, FileKey
from tryon.clock import now
from tryon.db import db, transaction
from tryon.errors import FieldProblem, ForbiddenAddress, ImageFetchFailed, InvalidRequest, NotFound
from tryon.imaging.decode import UPLOAD_MAX_BYTES
from tryon.merchants.models import Merchant
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.uploads import keep_upload
from tryon.wiring import tools

FETCH_TIMEOUT_SECONDS = 10.0


class PersonSource(CamelBody):
    """Exactly one of `id`, `url` and `fileKey`."""

    id: ShortText | None = Field(default=None, description="As `POST /images/upload` gave it.", examples=["img_…"])
    url: Address | None = None
    file_key: FileKey | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.id, self.url, self.file_key)) != 1:
            raise ValueError("Give exactly one of id, url and fileKey.")
        return self


class PersonImage(CamelBody):
    source: PersonSource


class PersonSpec(CamelBody):
    image: PersonImage


class CustomerSpec(CamelBody):
    """The old name of the person, with or without `source`."""

    source: PersonSource | None = None
    id: ShortText | None = None
    url: Address | None = None
    file_key: FileKey | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.source is None:
            self.source = PersonSource.model_validate({"id": self.id, "url": self.url, "file_key": self.file_key})
        return self


def photo_of(
    merchant: Merchant, source: PersonSource, *, path: str, external_ref: str | None, keep_days: int | None
) -> Photo:
    """The photo to use, kept and owned by the customer of that reference. `path` is where the body has the source."""
    if source.id is not None:
        return _claim(_get(merchant, source.id), merchant, external_ref)
    if source.file_key is not None:
        data = read_file(source.file_key, f"{path}.fileKey")
    else:
        data = _fetch(source.url or "", f"{path}.url")
    kit = tools()
    return keep_upload(
        merchant,
        data,
        external_ref=external_ref,
        keep_days=keep_days,
        crop=False,
        engine=kit.engine,
        storage=kit.storage,
        settings=kit.settings,
        queue=kit.queue,
    )


def _get(merchant: Merchant, photo_id: str) -> Photo:
    photo = db.session.get(Photo, photo_id)
    if photo is None or photo.merchant_id != merchant.id or photo.erased_at is not None or photo.expires_at <= now():
        raise _not_found(photo_id)
    return photo


def _claim(photo: Photo, merchant: Merchant, external_ref: str | None) -> Photo:
    """A photo that was uploaded without a name belongs from now on to whom it is used for, so that their wish to be
    forgotten covers it; one of somebody else is as good as missing."""
    if external_ref is None:
        return photo
    owner = db.session.get_one(Shopper, photo.shopper_id)
    if owner.external_ref == external_ref:
        return photo
    if owner.external_ref is not None:
        raise _not_found(photo.id)
    shopper = get_or_create_shopper(merchant, external_ref)
    with transaction():
        photo.shopper_id = shopper.id
    return photo


def _not_found(photo_id: str) -> NotFound:
    return NotFound(f"The image {photo_id!r} is not known, or has expired.", code="image_not_found")


def _fetch(url: str, path: str) -> bytes:
    try:
        return tools().outbound.fetch(url, max_bytes=UPLOAD_MAX_BYTES, timeout_seconds=FETCH_TIMEOUT_SECONDS).body
    except (ImageFetchFailed, ForbiddenAddress) as error:
        problem = FieldProblem(path, error.message)
        raise InvalidRequest(error.message, code="customer_image_fetch_failed", details=[problem]) from error
