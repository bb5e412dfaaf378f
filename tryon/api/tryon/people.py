"""Whom to dress: a picture uploaded before, one to fetch, or one sent along."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tryon.api.bodies import Address, ShortText
from tryon.api.tryon.files import read_file
from tryon.api.tryon.schemas import OLD, CamelBody, FileKey
from tryon.errors import FieldProblem, ForbiddenAddress, ImageFetchFailed, InvalidRequest
from tryon.generations.attributing import get_person
from tryon.imaging.decode import UPLOAD_MAX_BYTES
from tryon.merchants.models import Merchant
from tryon.shoppers.models import Photo
from tryon.shoppers.uploads import keep_upload
from tryon.wiring import tools

FETCH_TIMEOUT_SECONDS = 10.0

ImageId = Annotated[
    ShortText,
    Field(description="As `POST /images/upload` gave it.", examples=["img_01JZ0000000000000000000000"]),
]


@dataclass(frozen=True, slots=True)
class GivenPerson:
    """A picture by exactly one of its id, its address and the name of a file in the form."""

    path: str
    """Where the body has it, with a dot at its end."""
    id: str | None = None
    url: str | None = None
    file_key: str | None = None

    @property
    def came_along(self) -> bool:
        return self.id is None


class PersonSource(CamelBody):
    """Exactly one of `id`, `url` and `fileKey`."""

    id: ImageId | None = None
    url: Address | None = None
    file_key: FileKey | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        _check_at_most_one(self.id, self.url, self.file_key)
        return self

    def given_at(self, path: str) -> GivenPerson | None:
        is_empty = self.id is None and self.url is None and self.file_key is None
        return None if is_empty else GivenPerson(path, self.id, self.url, self.file_key)


class PersonImage(CamelBody):
    source: PersonSource | None = None


class PersonSpec(CamelBody):
    image: PersonImage | None = None

    def given(self) -> GivenPerson | None:
        source = self.image.source if self.image else None
        return source.given_at("person.image.source.") if source else None


class CustomerSpec(CamelBody):
    """The old name of the person, with or without `source`."""

    source: PersonSource | None = None
    id: ImageId | None = Field(default=None, json_schema_extra=OLD)
    url: Address | None = Field(default=None, json_schema_extra=OLD)
    file_key: FileKey | None = Field(default=None, json_schema_extra=OLD)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.source is None:
            _check_at_most_one(self.id, self.url, self.file_key)
        return self

    def given(self) -> GivenPerson | None:
        if self.source is not None:
            return self.source.given_at("customer.source.")
        is_empty = self.id is None and self.url is None and self.file_key is None
        return None if is_empty else GivenPerson("customer.", self.id, self.url, self.file_key)


def _check_at_most_one(*given: str | None) -> None:
    if sum(each is not None for each in given) > 1:
        raise PydanticCustomError("exactly_one_source", "Give exactly one of id, url and fileKey.")


def photo_of(merchant: Merchant, given: GivenPerson, *, external_ref: str | None, keep_days: int | None) -> Photo:
    """The photo to use, kept, and owned by the customer of that reference.

    Raises NotFound (image_not_found), InvalidRequest (customer_image_fetch_failed, multipart_file_not_found), and
    InvalidImage and its like for what is no picture.
    """
    if given.id is not None:
        return get_person(merchant, given.id, external_ref=external_ref)[1]
    kit = tools()
    path, data = _read(given)
    try:
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
    except InvalidRequest as error:
        error.details = error.details or (FieldProblem(path, error.message),)
        raise


def _read(given: GivenPerson) -> tuple[str, bytes]:
    """The path of what was given, and its bytes."""
    if given.file_key is not None:
        path = f"{given.path}fileKey"
        return path, read_file(given.file_key, path)
    path = f"{given.path}url"
    return path, _fetch(given.url or "", path)


def _fetch(url: str, path: str) -> bytes:
    try:
        return tools().outbound.fetch(url, max_bytes=UPLOAD_MAX_BYTES, timeout_seconds=FETCH_TIMEOUT_SECONDS).body
    except (ImageFetchFailed, ForbiddenAddress) as error:
        problem = FieldProblem(path, error.message)
        raise InvalidRequest(error.message, code="customer_image_fetch_failed", details=[problem]) from error
