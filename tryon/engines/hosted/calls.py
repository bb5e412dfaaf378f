"""JSON to a provider and back, over the project's own HTTP client: a time limit, a size limit, our own failures."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from tryon.engines.hosted.failures import ProviderFailure
from tryon.errors import ForbiddenAddress, OutboundFailure
from tryon.outbound import Answer, Outbound

ANSWER_MAX_BYTES = 48 * 1024 * 1024
"""A picture of 4K in base64 has some 25 MB."""
FAILURE_OF_REASON = {
    "dns": "not_reachable",
    "connect": "not_reachable",
    "tls": "not_reachable",
    "timeout": "no_answer",
    "reset": "connection_lost",
    "too_large": "unreadable_answer",
}


def call(
    outbound: Outbound,
    method: Literal["GET", "POST"],
    url: str,
    *,
    headers: Mapping[str, str],
    seconds: float,
    body: Mapping[str, Any] | None = None,
    max_bytes: int = ANSWER_MAX_BYTES,
) -> Answer:
    """The whole answer, whatever its status. Raises ProviderFailure where none came, or not all of it, in time."""
    sent = {"accept": "application/json"} | dict(headers)
    content = None
    if body is not None:
        content, sent["content-type"] = json.dumps(body).encode(), "application/json"
    try:
        return outbound.exchange(method, url, content, sent, timeout_seconds=seconds, max_response_bytes=max_bytes)
    except ForbiddenAddress as error:
        raise ProviderFailure("not_reachable", detail="forbidden_address") from error
    except OutboundFailure as error:
        raise ProviderFailure(FAILURE_OF_REASON[error.reason], detail=error.reason) from error


def read_json(answer: Answer) -> Mapping[str, Any]:
    """Raises ProviderFailure where the body is no JSON object."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise ProviderFailure("unreadable_answer", detail=f"status {answer.status}") from error
    if not isinstance(found, dict):
        raise ProviderFailure("unreadable_answer", detail=f"status {answer.status}")
    return found
