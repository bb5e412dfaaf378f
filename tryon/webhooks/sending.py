"""One signed POST, and what came back."""

import time
from dataclasses import dataclass

from tryon.clock import now
from tryon.errors import OutboundFailure
from tryon.outbound import USER_AGENT, Answer, Outbound
from tryon.webhooks.claiming import Attempt
from tryon.webhooks.signing import sign

POST_TIMEOUT_SECONDS = 15.0
KEPT_RESPONSE_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: an answer, or the sentence why there was none."""

    seconds: float
    headers: dict[str, str]
    """As they were sent."""
    answer: Answer | None = None
    error: str | None = None

    @property
    def is_delivered(self) -> bool:
        return self.answer is not None and 200 <= self.answer.status < 300

    @property
    def is_gone(self) -> bool:
        return self.answer is not None and self.answer.status == 410


def send(attempt: Attempt, outbound: Outbound) -> Outcome:
    """Whatever comes of it: no answer is an outcome too, and never raised."""
    timestamp = int(now().timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": attempt.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            sign(secret, attempt.event_id, timestamp, attempt.body) for secret in attempt.secrets
        ),
    }
    started = time.monotonic()
    try:
        answer = outbound.post(
            attempt.url,
            attempt.body,
            headers,
            timeout_seconds=POST_TIMEOUT_SECONDS,
            max_response_bytes=KEPT_RESPONSE_BYTES,
        )
    except OutboundFailure as error:
        return Outcome(time.monotonic() - started, headers, error=error.message)
    return Outcome(answer.seconds, headers, answer=answer, error=_complaint(answer))


def _complaint(answer: Answer) -> str | None:
    if 200 <= answer.status < 300:
        return None
    if 300 <= answer.status < 400:
        return f"The server answered {answer.status}. Redirects are not followed."
    return f"The server answered {answer.status}."
