"""Uploading the person's picture once, for many try-ons."""

from typing import Annotated, Literal

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState
from pydantic import BeforeValidator, Field
from werkzeug.routing import BaseConverter

from tryon.api.auth import api_key, calling_merchant
from tryon.api.bodies import Form, ShortText, Upload
from tryon.api.operations import operation
from tryon.api.tryon.deprecation import deprecation_headers
from tryon.api.tryon.schemas import OLD, CamelAnswer
from tryon.clock import now
from tryon.db import db
from tryon.errors import FieldProblem, InvalidRequest, NotFound
from tryon.imaging.decode import UPLOAD_MAX_BYTES
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo
from tryon.shoppers.uploads import keep_upload
from tryon.wiring import tools

blueprint = Blueprint("tryon_images", __name__)


class NotUpload(BaseConverter):
    """One piece of a path that names a picture; `upload` has an address of its own."""

    regex = r"(?!upload$)[^/]+"


@blueprint.record_once
def _teach_the_map(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["not_upload"] = NotUpload


KeepDays = Annotated[Literal[1, 3, 7], BeforeValidator(lambda text: int(text) if str(text).isdigit() else text)]


def _check_is_file(value: object) -> object:
    if isinstance(value, str):
        problem = FieldProblem("file", "Must be a file, not text.")
        message = "Send the picture itself as a file named `file`; an address belongs into `person` of a try-on."
        raise InvalidRequest(message, code="invalid_image_input", details=[problem])
    return value


class UploadForm(Form):
    file: Annotated[Upload, BeforeValidator(_check_is_file)] | None = Field(
        default=None, description="JPEG, PNG, WebP or HEIC, at most 10 MB."
    )
    crop: bool = Field(default=True, description="Crop to 4:5 around the person, of whom nothing is cut off.")
    external_user_id: ShortText | None = Field(default=None, alias="externalUserId")
    keep_for_days: KeepDays | None = Field(default=None, alias="keepForDays")
    customer_id: ShortText | None = Field(default=None, alias="customerId", json_schema_extra=OLD)
    retention_days: KeepDays | None = Field(default=None, alias="retentionDays", json_schema_extra=OLD)


class UploadedImage(CamelAnswer):
    image_id: str
    image_url: str = Field(description="A signed address that expires.")


@blueprint.post("/images/upload")
@api_key
@operation(
    "Upload a person's picture",
    tag="Images",
    form=UploadForm,
    answers={200: UploadedImage},
    errors={
        400: ("file_required", "invalid_image", "invalid_image_input"),
        413: ("image_too_large",),
        415: ("unsupported_image_type",),
    },
)
def upload(form: UploadForm) -> tuple[UploadedImage, int, dict[str, str]]:
    """Use `imageId` as `person.image.source.id` of as many try-ons as you like."""
    if form.file is None:
        problem = FieldProblem("file", "A file is needed.")
        raise InvalidRequest("Send the picture as a file named `file`.", code="file_required", details=[problem])
    kit = tools()
    photo = keep_upload(
        calling_merchant(),
        form.file.stream.read(UPLOAD_MAX_BYTES + 1),
        external_ref=form.external_user_id or form.customer_id,
        keep_days=form.keep_for_days or form.retention_days,
        crop=form.crop,
        engine=kit.engine,
        storage=kit.storage,
        settings=kit.settings,
        queue=kit.queue,
    )
    is_old = form.customer_id is not None or form.retention_days is not None
    answer = UploadedImage(image_id=photo.id, image_url=kit.links.url(photo.file_key, now()))
    return answer, 200, deprecation_headers(is_deprecated=is_old)


@blueprint.delete("/images/<not_upload:image_id>")
@api_key
@operation("Delete an uploaded picture", tag="Images", answers={204: None}, errors={404: "image_not_found"})
def delete(image_id: str) -> tuple[str, int]:
    """Its file is gone when this is answered. Pictures made of it stay; a try-on that still waits for it fails."""
    photo = db.session.get(Photo, image_id)
    if photo is None or photo.merchant_id != calling_merchant().id or photo.erased_at is not None:
        raise NotFound("This photo is not known, or has been deleted.", code="image_not_found")
    forget_photo(photo, storage=tools().storage, queue=tools().queue)
    return "", 204
