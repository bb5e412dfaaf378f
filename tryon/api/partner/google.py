"""The merchant's own Google key, for pictures billed to their Google project."""

from typing import Annotated, Literal, cast

from flask import Blueprint
from pydantic import Field

from tryon.api.answers import Answer, Moment
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Body
from tryon.api.operations import operation
from tryon.api.ratelimit import limited
from tryon.merchants.google_key import find_google_key, remove_google_key
from tryon.merchants.google_key_checks import CODES, verify_and_put
from tryon.merchants.models import GoogleKey
from tryon.providers.breaker import state_of
from tryon.providers.choosing import GEMINI
from tryon.wiring import tools

blueprint = Blueprint("partner_google", __name__, url_prefix="/partner/v1/integrations/google-api-key")


State = Literal["ok", "unknown", "key_invalid", "key_forbidden", "billing_off", "model_gone", "unreadable"]


class GoogleKeyBody(Body):
    api_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{20,200}$")] = Field(
        description="As Google's console shows it.", examples=["the-key-of-your-google-project"]
    )
    model: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,118}$")] | None = Field(
        default=None, description="Which image model to ask for; null: ours.", examples=["gemini-nano-banana-2.1"]
    )


class Pause(Answer):
    """After a key or its provider failed, try-ons go elsewhere for a while, and then one finds out."""

    state: Literal["open", "half_open"] = Field(description="`half_open`: one try-on finds out whether it works again.")
    reason: str = Field(examples=["quota_used_up"])
    message: str = Field(description="What is wrong and what to do.")
    since: Moment | None
    retry_at: Moment | None = Field(description="When one try-on is sent there again.")


class GoogleKeyAnswer(Answer):
    configured: bool
    last4: str | None = Field(description="Its last letters, to tell one key from another.")
    model: str | None
    verified_at: Moment | None = Field(
        description="When Google last said that it works; null: it could not be asked yet."
    )
    state: State | None = Field(
        default=None,
        description="What is known of it: `ok`; `unknown`, where Google could not be asked yet; what Google said since "
        "(asked once a day); `unreadable`, where this system has lost the secret it was kept with: put it in again.",
    )
    message: str = Field(default="", description="The same in a sentence, with what to do; empty where all is well.")
    invalid_since: Moment | None = Field(
        default=None, description="When it was first found not to work. Pictures are made by the fallback since."
    )
    paused: Pause | None = Field(
        default=None, description="Why try-ons are not sent to it at the moment; null: they are, as far as it works."
    )


@blueprint.put("")
@secret_key
@limited("20/minute", name="google-key", by=lambda: calling_merchant().id)
@operation(
    "Set the Google key",
    tag="Integrations",
    body=GoogleKeyBody,
    answers={200: GoogleKeyAnswer},
    errors={422: tuple(CODES.values())},
)
def put(body: GoogleKeyBody) -> GoogleKeyAnswer:
    """From now on your shoppers' pictures are made by Gemini and billed to your Google project; no credit is spent.

    Google is asked first, with a call that costs nothing. A key or model it does not accept is refused with 422, and
    the key put before stays; where Google can't be reached, the key is kept and checked again within the hour. It is
    kept encrypted and never returned; a key put before is replaced.
    """
    kit, merchant = tools(), calling_merchant()
    return _describe(verify_and_put(merchant, body.api_key, body.model, outbound=kit.outbound, settings=kit.settings))


@blueprint.get("")
@secret_key
@operation("Show whether a Google key is set", tag="Integrations", answers={200: GoogleKeyAnswer})
def show() -> GoogleKeyAnswer:
    return _describe(find_google_key(calling_merchant()))


@blueprint.delete("")
@secret_key
@operation("Remove the Google key", tag="Integrations", answers={204: None})
def remove() -> tuple[str, int]:
    remove_google_key(calling_merchant())
    return "", 204


def _describe(key: GoogleKey | None) -> GoogleKeyAnswer:
    if key is None:
        return GoogleKeyAnswer(configured=False, last4=None, model=None, verified_at=None)
    return GoogleKeyAnswer(
        configured=True,
        last4=key.last4,
        model=key.model,
        verified_at=key.verified_at,
        state=cast(State, key.state),
        message=key.message,
        invalid_since=key.invalid_since,
        paused=_pause_of(key.merchant_id),
    )


def _pause_of(merchant_id: str) -> Pause | None:
    found = state_of(merchant_id, GEMINI)
    if found.state == "closed":
        return None
    return Pause(
        state=cast(Literal["open", "half_open"], found.state),
        reason=found.reason,
        message=found.merchant_message,
        since=found.opened_at,
        retry_at=found.retry_at,
    )
