"""The merchant's own Google key, for pictures billed to their Google project."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from tryon.api.answers import Answer, Moment
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Body
from tryon.api.operations import operation
from tryon.merchants.google_key import PURPOSE, find_google_key, put_google_key, remove_google_key
from tryon.merchants.models import GoogleKey
from tryon.sealing import Sealer
from tryon.wiring import tools

blueprint = Blueprint("partner_google", __name__, url_prefix="/partner/v1/integrations/google-api-key")


class GoogleKeyBody(Body):
    api_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{20,200}$")] = Field(
        description="As Google's console shows it.", examples=["the-key-of-your-google-project"]
    )
    model: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,118}$")] | None = Field(
        default=None, description="Which image model to ask for; null: ours.", examples=["gemini-nano-banana-2.1"]
    )


class GoogleKeyAnswer(Answer):
    configured: bool
    last4: str | None = Field(description="Its last letters, to tell one key from another.")
    model: str | None
    verified_at: Moment | None = Field(description="null until the engine that uses the key has tried it.")


@blueprint.put("")
@secret_key
@operation("Set the Google key", tag="Integrations", body=GoogleKeyBody, answers={200: GoogleKeyAnswer})
def put(body: GoogleKeyBody) -> GoogleKeyAnswer:
    """Kept encrypted and never returned; a key put before is replaced.

    This version only keeps it: the engine that will use it, and try it, is not part of it yet.
    """
    settings = tools().settings
    sealer = Sealer(settings.secret_key, *settings.earlier_secret_keys, purpose=PURPOSE)
    return _describe(put_google_key(calling_merchant(), body.api_key, body.model, sealer=sealer))


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
    return GoogleKeyAnswer(configured=True, last4=key.last4, model=key.model, verified_at=key.verified_at)
