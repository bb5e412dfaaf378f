"""A webhook delivery as the partner surface shows it: briefly in lists, and whole."""

import json
from typing import Any, Literal

from pydantic import Field

from tryon.api.answers import Answer, Moment
from tryon.webhooks.message import message_body
from tryon.webhooks.models import Delivery, DeliveryAttempt


class DeliveryAnswer(Answer):
    id: str
    event_id: str = Field(description="The `webhook-id` of every attempt.")
    type: str
    status: Literal["pending", "delivered", "failed"]
    attempts: int
    next_attempt_at: Moment | None
    response_status: int | None
    duration_ms: int | None
    error: str | None
    created_at: Moment
    delivered_at: Moment | None


class AttemptAnswer(Answer):
    number: int
    started_at: Moment
    duration_ms: int | None
    request_headers: dict[str, str]
    response_status: int | None
    response_headers: dict[str, str]
    response_body: str | None = Field(description="Its first kilobyte.")
    error: str | None


class CallbackAnswer(DeliveryAnswer):
    """The end of one session, told to its `callback_url`."""

    session_id: str


class DeliveryLogAnswer(DeliveryAnswer):
    url: str = Field(description="Where the newest attempt went, or the first will go.")
    request_body: dict[str, Any] = Field(description="The same on every attempt.")
    log: list[AttemptAnswer]


class CallbackLogAnswer(DeliveryLogAnswer):
    session_id: str


def describe_callback(delivery: Delivery) -> CallbackAnswer:
    return CallbackAnswer(**_brief(delivery), session_id=str(delivery.session_id))


def describe_callback_log(delivery: Delivery, attempts: list[DeliveryAttempt]) -> CallbackLogAnswer:
    return CallbackLogAnswer(**dict(describe_log(delivery, attempts)), session_id=str(delivery.session_id))


def describe_delivery(delivery: Delivery) -> DeliveryAnswer:
    return DeliveryAnswer(**_brief(delivery))


def describe_log(delivery: Delivery, attempts: list[DeliveryAttempt]) -> DeliveryLogAnswer:
    rows = [AttemptAnswer(**{name: getattr(each, name) for name in AttemptAnswer.model_fields}) for each in attempts]
    body = json.loads(message_body(delivery.event))
    return DeliveryLogAnswer(**_brief(delivery), url=delivery.url, request_body=body, log=rows)


def _brief(delivery: Delivery) -> dict[str, Any]:
    named = {name: getattr(delivery, name) for name in DeliveryAnswer.model_fields if name != "type"}
    return named | {"type": delivery.event.type}
