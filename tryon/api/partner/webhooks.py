"""Where a merchant's server wants to hear of things: registered, changed, tried, and taken away."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import select

from tryon.api.answers import Answer, Moment, Page, page
from tryon.api.auth import calling_merchant, secret_key
from tryon.api.bodies import Address, Body
from tryon.api.operations import operation
from tryon.api.pagination import PageQuery, page_of
from tryon.api.partner.delivery_schemas import DeliveryAnswer, describe_delivery
from tryon.webhooks.endpoints import (
    DESCRIPTION_MAX_LENGTH,
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    get_endpoint,
)
from tryon.webhooks.events import EVENTS
from tryon.webhooks.models import WebhookEndpoint
from tryon.webhooks.replaying import send_trial
from tryon.webhooks.rotating import rotate_secret
from tryon.wiring import tools

blueprint = Blueprint("partner_webhooks", __name__, url_prefix="/partner/v1/webhooks")

EventNames = Annotated[
    list[str],
    Field(min_length=1, max_length=50, description="Any of " + ", ".join(f"`{name}`" for name in EVENTS) + ", or `*`."),
]
Description = Annotated[str, Field(max_length=DESCRIPTION_MAX_LENGTH)]
NOT_FOUND = {404: "endpoint_not_found"}


class WebhookBody(Body):
    url: Address = Field(examples=["https://yoursite.com/hooks/tryon"])
    events: EventNames = Field(examples=[["tryon.job.completed", "tryon.job.failed"]])
    description: Description | None = None


class WebhookChangesBody(Body):
    url: Address | None = None
    events: EventNames | None = None
    description: Description | None = None
    status: Literal["enabled", "disabled"] | None = None


class WebhookAnswer(Answer):
    id: str
    url: str
    events: list[str]
    description: str | None
    status: Literal["enabled", "disabled"]
    disabled_reason: str | None = Field(description="Why we disabled it, where we did.")
    failing_since: Moment | None = Field(description="Since when no message has been delivered.")
    created_at: Moment


class NewWebhookAnswer(WebhookAnswer):
    secret: str = Field(description="Shown once. Signs every message, after Standard Webhooks.")


@blueprint.post("")
@secret_key
@operation(
    "Register a webhook",
    tag="Webhooks",
    body=WebhookBody,
    answers={201: NewWebhookAnswer},
    errors={400: "forbidden_address", 409: "conflict"},
)
def create(body: WebhookBody) -> tuple[NewWebhookAnswer, int]:
    """Messages are signed after Standard Webhooks and tried ten times over three days, at least once each.

    The same event always has the same `webhook-id`. An answer 410 disables the endpoint, and so do five days without
    a single success.
    """
    endpoint = create_endpoint(
        calling_merchant(), url=body.url, events=body.events, description=body.description, outbound=tools().outbound
    )
    return _with_secret(endpoint, endpoint.secret), 201


@blueprint.get("")
@secret_key
@operation("List webhooks", tag="Webhooks", query=PageQuery, answers={200: Page[WebhookAnswer]})
def list_all(query: PageQuery) -> Page[WebhookAnswer]:
    rows = select(WebhookEndpoint).where(WebhookEndpoint.merchant_id == calling_merchant().id)
    endpoints, next_cursor = page_of(rows, WebhookEndpoint.id, query)
    return page([_describe(endpoint) for endpoint in endpoints], next_cursor)


@blueprint.get("/<endpoint_id>")
@secret_key
@operation("Show a webhook", tag="Webhooks", answers={200: WebhookAnswer}, errors=NOT_FOUND)
def show(endpoint_id: str) -> WebhookAnswer:
    return _describe(get_endpoint(calling_merchant(), endpoint_id))


@blueprint.patch("/<endpoint_id>")
@secret_key
@operation(
    "Change a webhook",
    tag="Webhooks",
    body=WebhookChangesBody,
    answers={200: WebhookAnswer},
    errors=NOT_FOUND | {400: "forbidden_address"},
)
def change(endpoint_id: str, body: WebhookChangesBody) -> WebhookAnswer:
    """Disabling an endpoint ends what waits for it. Enabling gives it a fresh start; what it missed can be replayed."""
    endpoint = get_endpoint(calling_merchant(), endpoint_id)
    change_endpoint(endpoint, body.model_dump(exclude_unset=True), outbound=tools().outbound)
    return _describe(endpoint)


@blueprint.delete("/<endpoint_id>")
@secret_key
@operation("Delete a webhook", tag="Webhooks", answers={204: None}, errors=NOT_FOUND)
def remove(endpoint_id: str) -> tuple[str, int]:
    delete_endpoint(calling_merchant(), endpoint_id)
    return "", 204


@blueprint.post("/<endpoint_id>/rotate-secret")
@secret_key
@operation("Rotate a webhook's secret", tag="Webhooks", answers={200: NewWebhookAnswer}, errors=NOT_FOUND)
def rotate(endpoint_id: str) -> NewWebhookAnswer:
    """For 24 hours every message is signed with the new secret and the old one. Rotated again, the oldest ends."""
    endpoint = get_endpoint(calling_merchant(), endpoint_id)
    return _with_secret(endpoint, rotate_secret(endpoint))


@blueprint.post("/<endpoint_id>/test")
@secret_key
@operation(
    "Send a trial message",
    tag="Webhooks",
    answers={202: DeliveryAnswer},
    errors=NOT_FOUND | {409: "endpoint_disabled"},
)
def send_test(endpoint_id: str) -> tuple[DeliveryAnswer, int]:
    """Of the first event the endpoint asked for, with `data.test: true`. Its delivery shows what became of it."""
    delivery = send_trial(get_endpoint(calling_merchant(), endpoint_id), queue=tools().queue)
    return describe_delivery(delivery), 202


def _describe(endpoint: WebhookEndpoint) -> WebhookAnswer:
    return WebhookAnswer(**{name: getattr(endpoint, name) for name in WebhookAnswer.model_fields})


def _with_secret(endpoint: WebhookEndpoint, secret: str) -> NewWebhookAnswer:
    return NewWebhookAnswer(**_describe(endpoint).model_dump(), secret=secret)
