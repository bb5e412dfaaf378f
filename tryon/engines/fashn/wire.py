"""FASHN's requests and answers.

https://docs.fashn.ai/api-reference/tryon-v1-6, https://docs.fashn.ai/api-overview/error-handling (2026-11)
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

from tryon.engines.base import Category
from tryon.engines.hosted.calls import read_json
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.photos import SentPicture
from tryon.outbound import Answer

CATEGORIES: Final[Mapping[Category, str]] = {
    "tops": "tops",
    "outerwear": "tops",
    "bottoms": "bottoms",
    "dresses": "one-pieces",
}
SEED_MAX: Final = 2**32 - 1
WORKING: Final = frozenset({"starting", "in_queue", "processing"})
OF_STATUS: Final[Mapping[int, str]] = {
    400: "bad_request", 401: "key_invalid", 402: "quota_used_up", 403: "key_forbidden", 404: "model_gone",
    408: "provider_late", 413: "bad_request", 422: "bad_request", 429: "rate_limited", 502: "provider_busy",
    503: "provider_busy", 504: "provider_late",
}  # fmt: skip
OF_ERROR: Final[Mapping[str, str]] = {
    "OutOfCredits": "quota_used_up",
    "ImageLoadError": "pictures_unreadable",
    "ContentModerationError": "prompt_blocked",
    "ThirdPartyError": "no_picture",  # another service failed or refused; which of the two is not told
    "PoseError": "no_pose",
    "InputValidationError": "bad_request",
}
"""FASHN's own word, which is more exact than the status. Every other is an error of its own."""
PREDICTION_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")


def headers_of(key: str) -> Mapping[str, str]:
    """The only place a key goes to. Raises ProviderFailure for one that no header can carry."""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ProviderFailure("key_invalid", detail="not_a_key")
    return {"authorization": f"Bearer {key}"}


def request_body(
    model: str, mode: str, person: SentPicture, product: SentPicture, category: Category, seed: int
) -> Mapping[str, Any]:
    """`return_base64`: the picture is not put on a public address, and not kept."""
    return {
        "model_name": model,
        "inputs": {
            "model_image": _data_uri(person),
            "garment_image": _data_uri(product),
            "category": CATEGORIES[category],
            "mode": mode,
            "moderation_level": "permissive",  # swimwear may be sold; nudity is still refused
            "seed": seed % (SEED_MAX + 1),
            "num_samples": 1,
            "output_format": "jpeg",
            "return_base64": True,
        },
    }


def read_id(answer: Answer) -> str:
    """Of the prediction that was begun. Raises ProviderFailure."""
    if answer.status != 200:
        raise failure_of(answer)
    found = str(read_json(answer).get("id") or "")
    if not PREDICTION_ID.fullmatch(found):
        raise ProviderFailure("unreadable_answer", detail="no_id")
    return found


def read_output(answer: Answer) -> str | None:
    """A data URI or an address, or None while it is being made. Raises ProviderFailure."""
    if answer.status != 200:
        failure = failure_of(answer)
        raise ProviderFailure("unreadable_answer", detail="lost") if failure.name == "model_gone" else failure
    body = read_json(answer)
    status = body.get("status")
    if status in WORKING:
        return None
    if status == "time_out":
        raise ProviderFailure("provider_late", detail="time_out")
    if status != "completed":
        raise ProviderFailure(OF_ERROR.get(_error_name(body), "provider_error"), detail=_error_name(body))
    output = body.get("output")
    if not isinstance(output, list) or not output or not isinstance(output[0], str):
        raise ProviderFailure("no_picture", detail="no_output")
    return output[0]


def failure_of(answer: Answer) -> ProviderFailure:
    """Which row an answer is whose status is not 200."""
    try:
        name = _error_name(read_json(answer))
    except ProviderFailure:  # something on the way answered in its own words
        name = ""
    row = OF_ERROR.get(name) or OF_STATUS.get(answer.status)
    row = row or ("provider_error" if answer.status >= 500 else "bad_request")
    return ProviderFailure(row, retry_after_seconds=_pause(answer), detail=f"{answer.status} {name}".strip())


def bytes_of(data_uri: str) -> bytes:
    """Raises ProviderFailure."""
    head, _, encoded = data_uri.partition(",")
    if not head.endswith(";base64"):
        raise ProviderFailure("broken_picture", detail="data_uri")
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProviderFailure("broken_picture", detail="base64") from error


def credits_of(answer: Answer) -> int:
    """What FASHN says it took; one where it does not say."""
    told = answer.headers.get("x-fashn-credits-used", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 1


def _error_name(body: Mapping[str, Any]) -> str:
    """FASHN's constant, in either of its two shapes, and nothing longer: it goes into the log."""
    error = body.get("error")
    name = error.get("name") if isinstance(error, dict) else error
    return name if isinstance(name, str) and name.isascii() and name.isalnum() and len(name) <= 60 else ""


def _pause(answer: Answer) -> float | None:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 7 else None


def _data_uri(picture: SentPicture) -> str:
    return f"data:{picture.media_type};base64,{b64encode(picture.picture).decode('ascii')}"
