"""An error in Google's shape, as its APIs for Gemini and for Vertex share it: which row of the table it is.

Shapes: https://ai.google.dev/gemini-api/docs/generate-content/api-errors (2026-11).
"""

from collections.abc import Mapping
from typing import Any, Final

from tryon.engines.hosted.calls import read_json
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.reading import mapping_of, mappings_of, word_of
from tryon.outbound import Answer

OF_STATUS: Final[Mapping[int, str]] = {
    400: "bad_request", 401: "key_invalid", 402: "billing_off", 403: "key_forbidden", 404: "model_gone",
    408: "provider_late", 413: "bad_request", 429: "rate_limited", 499: "provider_late", 502: "provider_busy",
    503: "provider_busy", 504: "provider_late",
}  # fmt: skip
OF_REASON: Final[Mapping[str, str]] = {
    "API_KEY_INVALID": "key_invalid",
    "API_KEY_EXPIRED": "key_invalid",
    "BILLING_DISABLED": "billing_off",
    "MODEL_CAPACITY_EXHAUSTED": "provider_busy",
}
"""ErrorInfo's own word, which is more exact than the status."""
OF_WORDS: Final[Mapping[str, str]] = {
    "reported as leaked": "key_invalid",
    "unable to process input image": "pictures_unreadable",
    "prepayment credits are depleted": "billing_off",
    "spending cap": "quota_used_up",
    "location is not supported": "region_closed",
}
"""What Google says in its sentence alone; looked for, and not passed on."""
LONG_PAUSE_SECONDS: Final = 3600.0
"""Told to wait longer than this, a quota is used up, whatever its name."""


def failure_of(answer: Answer) -> ProviderFailure:
    """Which row an answer is whose status is not 200. Its sentence is looked at, and goes no further."""
    error = _error(answer)
    details = list(mappings_of(error.get("details")))
    reasons = [word_of(detail.get("reason")) for detail in details if detail.get("reason")]
    words = str(error.get("message", "")).lower()
    name = next((OF_REASON[reason] for reason in reasons if reason in OF_REASON), None)
    name = name or next((row for said, row in OF_WORDS.items() if said in words), None)
    if name is None and error.get("status") == "FAILED_PRECONDITION":
        name = "billing_off"
    name = name or OF_STATUS.get(answer.status) or _of_other(answer.status)
    pause = _pause(details, answer)
    if name == "rate_limited" and (_is_used_up(details) or (pause or 0) > LONG_PAUSE_SECONDS):
        name = "quota_used_up"
    detail = " ".join([str(answer.status), *reasons[:2]])
    return ProviderFailure(name, retry_after_seconds=pause, detail=detail)


def _is_used_up(details: list[Mapping[str, Any]]) -> bool:
    """Whether one of the quotas that were hit is a day's, or there is none at all in this project's plan."""
    violations = [violation for detail in details for violation in mappings_of(detail.get("violations"))]
    return any("PerDay" in str(each.get("quotaId", "")) or str(each.get("quotaValue")) == "0" for each in violations)


def _pause(details: list[Mapping[str, Any]], answer: Answer) -> float | None:
    """RetryInfo's "37s" or "0.5s", else the header of the same meaning."""
    told = [str(detail["retryDelay"]).removesuffix("s") for detail in details if detail.get("retryDelay")]
    for text in [*told, answer.headers.get("retry-after", "")]:
        try:
            seconds = float(text)
        except ValueError:
            continue
        if 0 <= seconds < 10**7:
            return seconds
    return None


def _of_other(status: int) -> str:
    if status >= 500:
        return "provider_error"
    return "bad_request" if status >= 400 else "unreadable_answer"


def _error(answer: Answer) -> Mapping[str, Any]:
    """Its "error"; empty where something on the way answered in its own words."""
    try:
        return mapping_of(read_json(answer).get("error"))
    except ProviderFailure:
        return {}
