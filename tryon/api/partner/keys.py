"""A merchant's API keys: listed without their secret, made, changed, rotated and revoked."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.answers import Answer, Moment, Page, page
from tryon.api.auth import calling_key, calling_merchant, secret_key
from tryon.api.bodies import Body
from tryon.api.moments import GivenMoment
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.merchants.models import ApiKey
from tryon.merchants.rotating import (
    OVERLAP_SECONDS_DEFAULT,
    OVERLAP_SECONDS_MAX,
    change_key,
    check_reach,
    create_key,
    get_key,
    revoke_key,
    rotate_key,
)

blueprint = Blueprint("partner_keys", __name__, url_prefix="/partner/v1/merchants/me/keys")

KeyName = Annotated[str, Field(min_length=1, max_length=80)]
Expiry = Annotated[GivenMoment, Field(description="ISO 8601, with its time zone.")]
UsageLimit = Annotated[int, Field(ge=1, le=2_000_000_000)]


class NewKeyBody(Body):
    kind: Literal["secret", "publishable"]
    mode: Literal["live", "test"] = Field(default="live", description="A test key costs nothing and marks pictures.")
    name: KeyName | None = Field(default=None, description="What it is for.", examples=["Checkout server"])
    expires_at: Expiry | None = None
    usage_limit: UsageLimit | None = Field(default=None, description="How many calls it may make in all.")


class KeyChangesBody(Body):
    """What is given changes; null takes a name, an expiry or a limit away."""

    name: KeyName | None = None
    expires_at: Expiry | None = None
    usage_limit: UsageLimit | None = None


class RotationBody(Body):
    overlap_seconds: Annotated[int, Field(ge=0, le=OVERLAP_SECONDS_MAX)] = Field(
        default=OVERLAP_SECONDS_DEFAULT, description="How long the old key goes on working."
    )


class KeyAnswer(Answer):
    id: str
    kind: str
    mode: str
    name: str | None
    prefix: str = Field(description="Its public beginning.")
    last4: str
    usage_count: int
    usage_limit: int | None
    created_at: Moment
    last_used_at: Moment | None
    expires_at: Moment | None
    revoked_at: Moment | None


class NewKeyAnswer(KeyAnswer):
    key: str = Field(description="Shown once: only its hash is kept.")


@blueprint.post("")
@secret_key
@operation(
    "Create a key", tag="Keys", body=NewKeyBody, answers={201: NewKeyAnswer},
    errors={403: "live_key_needed", 409: "too_many_keys"},
)  # fmt: skip
def create(body: NewKeyBody) -> tuple[NewKeyAnswer, int]:
    """Its text is in this answer and never again. A test key can make test keys only."""
    check_reach(calling_key(), body.mode)
    made, text = create_key(
        calling_merchant(),
        body.kind,
        body.mode,
        name=body.name,
        expires_at=body.expires_at,
        usage_limit=body.usage_limit,
    )
    return _describe_new(made, text), 201


@blueprint.get("")
@secret_key
@operation("List keys", tag="Keys", query=PageQuery, answers={200: Page[KeyAnswer]})
def list_all(query: PageQuery) -> Page[KeyAnswer]:
    rows = select(ApiKey).where(ApiKey.merchant_id == calling_merchant().id)
    keys, next_cursor = page_of(rows, ApiKey.id, query)
    return page([_describe(key) for key in keys], next_cursor)


@blueprint.get("/<key_id>")
@secret_key
@operation("Show a key", tag="Keys", answers={200: KeyAnswer}, errors={404: "key_not_found"})
def show(key_id: str) -> KeyAnswer:
    return _describe(get_key(calling_merchant(), key_id))


@blueprint.patch("/<key_id>")
@secret_key
@operation(
    "Change a key", tag="Keys", body=KeyChangesBody, answers={200: KeyAnswer},
    errors={403: "live_key_needed", 404: "key_not_found", 409: "key_revoked"},
)  # fmt: skip
def change(key_id: str, body: KeyChangesBody) -> KeyAnswer:
    """A limit counts all calls the key has made, also those of before."""
    key = _get_within_reach(key_id)
    change_key(key, body.model_dump(exclude_unset=True))
    return _describe(key)


@blueprint.post("/<key_id>/rotate")
@secret_key
@operation(
    "Rotate a key", tag="Keys", body=RotationBody, is_body_optional=True, answers={201: NewKeyAnswer},
    errors={403: "live_key_needed", 404: "key_not_found", 409: ("key_revoked", "too_many_keys")},
)  # fmt: skip
def rotate(key_id: str, body: RotationBody) -> tuple[NewKeyAnswer, int]:
    """A new key of the same kind, mode and limit. The old one works for a day more, or as long as you say."""
    new, text = rotate_key(_get_within_reach(key_id), body.overlap_seconds)
    return _describe_new(new, text), 201


@blueprint.delete("/<key_id>")
@secret_key
@operation(
    "Revoke a key", tag="Keys", answers={204: None},
    errors={403: "live_key_needed", 404: "key_not_found", 409: "key_in_use"},
)  # fmt: skip
def revoke(key_id: str) -> tuple[str, int]:
    """At once and for good. A key can't revoke itself."""
    revoke_key(_get_within_reach(key_id), used=calling_key())
    return "", 204


def _get_within_reach(key_id: str) -> ApiKey:
    key = get_key(calling_merchant(), key_id)
    check_reach(calling_key(), key.mode)
    return key


def _describe(key: ApiKey) -> KeyAnswer:
    return KeyAnswer(**{name: getattr(key, name) for name in KeyAnswer.model_fields})


def _describe_new(key: ApiKey, text: str) -> NewKeyAnswer:
    return NewKeyAnswer(**_describe(key).model_dump(), key=text)
