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
    api_key: Annotated[str, Field(min_length=20, max_length=200)] = Field(examples=["AIzaSy…"])
    model: Annotated[str, Field(min_length=2, max_length=120)] | None = None


class GoogleKeyAnswer(Answer):
    configured: bool
    last4: str | None
    model: str | None
    verified_at: Moment | None = Field(description="null until the engine that uses the key has tried it.")


@blueprint.put("")
@secret_key
@operation("Set the Google key", tag="Integrations", body=GoogleKeyBody, answers={200: GoogleKeyAnswer})
def put(body: GoogleKeyBody) -> GoogleKeyAnswer:
    """Kept encrypted and never returned. This version keeps the key for the Gemini engine that is to come."""
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
