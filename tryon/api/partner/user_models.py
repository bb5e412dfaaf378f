"""The shopper's model: the photo of themselves they try things on with."""

from typing import Literal

from flask import Blueprint
from pydantic import ConfigDict, Field

from tryon.api.answers import Answer, Moment, Page, page
from tryon.api.auth import calling_shopper, shopper_token
from tryon.api.bodies import Body, Form, ShortText, Upload
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.api.problems import PhotoCheck
from tryon.clock import now
from tryon.errors import FieldProblem, InvalidRequest, NotFound
from tryon.generations.erasing import erase_shopper
from tryon.imaging.decode import UPLOAD_MAX_BYTES
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import ANY_PROVIDER, Photo
from tryon.shoppers.photos import MODEL_PREFIX, choose_photo, find_current_photo, find_photo, keep_photo, photos_of
from tryon.wiring import tools

blueprint = Blueprint("user_models", __name__, url_prefix="/user-model")

REJECTIONS = ("no_person_found", "several_people", "pose_not_supported")


class PhotoForm(Form):
    model_config = ConfigDict(json_schema_extra={"required": ["photo", "consent"]})

    photo: Upload | None = Field(default=None, description="JPEG, PNG, WebP or HEIC, at most 10 MB.")
    consent: bool = Field(
        default=False,
        description="`true`: the shopper agrees that their photo is used for try-ons. You ask them, so you answer "
        "for it: where `embed-config` names whom photos are sent to, your words have to name them too.",
        examples=[True],
    )


class ChoiceBody(Body):
    id: ShortText = Field(description="The model's id.", examples=["mdl_01JZ0000000000000000000000"])


class BodyAnswer(Answer):
    """What was seen of the person."""

    view: Literal["front", "side", "back", "unknown"]
    visible: list[Literal["head", "torso", "hips", "legs", "feet"]] = Field(description="What is in the frame.")


class UserModel(Answer):
    """A photo of the shopper that can be dressed."""

    id: str = Field(examples=["mdl_01JZ0000000000000000000000"])
    status: Literal["ready", "rejected"] = Field(
        description="What is kept is `ready`: a rejected photo is answered with 422, and nothing of it is kept."
    )
    is_current: bool = Field(description="Whether it is the one used where a try-on names none.")
    image_url: str = Field(description="A signed address that expires; ask again for another.")
    checks: list[PhotoCheck]
    body: BodyAnswer
    created_at: Moment
    expires_at: Moment = Field(description="When it is deleted; each use puts that off.")


@blueprint.get("/current")
@shopper_token
@operation("Show the current model", tag="User model", answers={200: UserModel}, may_be_null=True)
def current() -> UserModel | None:
    """`null` where there is none: the shopper has to give a photo first."""
    photo = find_current_photo(calling_shopper().shopper)
    return describe_model(photo) if photo else None


@blueprint.post("")
@shopper_token
@operation(
    "Create a model from a photo",
    tag="User model",
    form=PhotoForm,
    answers={201: UserModel},
    errors={
        400: ("photo_required", "consent_required", "invalid_image"),
        413: "image_too_large",
        415: "unsupported_image_type",
        422: REJECTIONS,
    },
)
def create(form: PhotoForm) -> tuple[UserModel, int]:
    """The photo becomes the current model. One that can't be used is 422: `code` is that of the failed check, `detail`
    a sentence for the shopper, `checks` everything that was looked for; nothing of it is kept.
    """
    if form.photo is None:
        problem = FieldProblem("photo", "A file is needed.")
        raise InvalidRequest("Send the photo as a file named `photo`.", code="photo_required", details=[problem])
    identity, kit = calling_shopper(), tools()
    photo = keep_photo(
        identity.shopper,
        form.photo.stream.read(UPLOAD_MAX_BYTES + 1),
        has_consent=form.consent,
        agreed_provider=ANY_PROVIDER,
        engine=kit.engine,
        storage=kit.storage,
        settings=kit.settings,
        queue=kit.queue,
        mode=identity.mode,
    )
    return describe_model(photo), 201


@blueprint.get("")
@shopper_token
@operation("List models", tag="User model", query=PageQuery, answers={200: Page[UserModel]})
def list_all(query: PageQuery) -> Page[UserModel]:
    """Newest first."""
    photos, next_cursor = page_of(photos_of(calling_shopper().shopper_id), Photo.id, query)
    return page([describe_model(photo) for photo in photos], next_cursor)


@blueprint.put("/current")
@shopper_token
@operation(
    "Pick the current model",
    tag="User model",
    body=ChoiceBody,
    answers={200: UserModel},
    errors={404: "model_not_found"},
)
def choose(body: ChoiceBody) -> UserModel:
    photo = _get(body.id)
    choose_photo(photo)
    return describe_model(photo)


@blueprint.delete("")
@shopper_token
@operation("Delete everything of a shopper", tag="User model", answers={204: None})
def forget_everything() -> tuple[str, int]:
    """Every model and every picture made with one, now; what waits is called off. No row names the shopper any more.

    The token goes on working, for somebody of whom nothing is known.
    """
    erase_shopper(calling_shopper().shopper, storage=tools().storage, queue=tools().queue)
    return "", 204


@blueprint.delete("/current")
@shopper_token
@operation("Delete the current model", tag="User model", answers={204: None}, errors={404: "model_not_found"})
def forget_current() -> tuple[str, int]:
    """Its file is gone when this is answered. No other model takes its place until one is picked."""
    photo = find_current_photo(calling_shopper().shopper)
    if photo is None:
        raise NotFound("There is no photo to delete.", code="model_not_found")
    _forget(photo)
    return "", 204


@blueprint.delete("/<photo_id>")
@shopper_token
@operation("Delete a model", tag="User model", answers={204: None}, errors={404: "model_not_found"})
def forget(photo_id: str) -> tuple[str, int]:
    """Its file is gone when this is answered."""
    _forget(_get(photo_id))
    return "", 204


def describe_model(photo: Photo) -> UserModel:
    return UserModel(
        id=photo.id,
        status="ready",
        is_current=photo.is_current,
        image_url=tools().links.url(photo.file_key, now()),
        checks=[PhotoCheck(**check) for check in photo.checks],
        body=BodyAnswer(**photo.body),
        created_at=photo.created_at,
        expires_at=photo.expires_at,
    )


def _get(photo_id: str) -> Photo:
    photo = find_photo(calling_shopper().shopper, photo_id) if photo_id.startswith(MODEL_PREFIX) else None
    if photo is None:
        raise NotFound("This photo is not known.", code="model_not_found")
    return photo


def _forget(photo: Photo) -> None:
    forget_photo(photo, storage=tools().storage, queue=tools().queue)
