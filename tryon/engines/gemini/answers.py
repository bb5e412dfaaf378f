"""An answer of Gemini's, read: the picture and what it cost, or which row of the table of failures it is.

Shapes: https://ai.google.dev/api/generate-content (2026-11).
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tryon.engines.gemini.image_models import ImageModel
from tryon.engines.hosted.calls import read_json
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.google_failures import failure_of
from tryon.engines.hosted.reading import mapping_of, mappings_of, word_of
from tryon.outbound import Answer

BLOCKED: Final = frozenset({
    "SAFETY", "IMAGE_SAFETY", "RECITATION", "IMAGE_RECITATION", "BLOCKLIST", "SPII", "LANGUAGE", "MODEL_ARMOR",
    "ESCALATION",
})  # fmt: skip
"""Finish reasons by which the provider keeps back what was made."""
FORBIDDEN: Final = frozenset({"PROHIBITED_CONTENT", "IMAGE_PROHIBITED_CONTENT"})
"""Those that no setting lifts: what was asked for is at fault, and nobody else may be asked for it either."""
TOKENS_MAX: Final = 10_000_000
"""More than any model takes: a count beyond it is no count."""


@dataclass(frozen=True, slots=True)
class Drawn:
    picture: bytes
    cost_microdollars: int


def read_picture(answer: Answer, model: ImageModel, size: str | None) -> Drawn:
    """The last picture that is not a thought. Raises ProviderFailure, with what the answer cost all the same."""
    if answer.status != 200:
        raise failure_of(answer)
    body = read_json(answer)
    cost = _cost(body, model)
    feedback = mapping_of(body.get("promptFeedback"))
    if feedback.get("blockReason"):
        raise ProviderFailure("prompt_blocked", detail=word_of(feedback["blockReason"]))
    candidate = next(iter(mappings_of(body.get("candidates"))), None)
    if candidate is None:
        raise ProviderFailure("no_picture", detail="no_candidates", cost_microdollars=cost)
    reason = word_of(candidate.get("finishReason"))
    if reason in FORBIDDEN:
        raise ProviderFailure("prompt_blocked", detail=reason, cost_microdollars=cost)
    if reason in BLOCKED:
        raise ProviderFailure("output_blocked", detail=reason, cost_microdollars=cost)
    if reason == "PUP_LIMITED_DISABLED":
        raise ProviderFailure("key_forbidden", detail=reason)
    parts = [part for part in mappings_of(mapping_of(candidate.get("content")).get("parts")) if not part.get("thought")]
    pictures = [mapping_of(part.get("inlineData")) for part in parts if part.get("inlineData")]
    if not pictures:
        raise ProviderFailure(_without_picture(reason, parts), detail=reason, cost_microdollars=cost)
    try:
        picture = b64decode(pictures[-1].get("data") or "", validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise ProviderFailure("broken_picture", detail="base64", cost_microdollars=cost) from error
    return Drawn(picture, cost or model.cost_of_picture(size))


def _without_picture(reason: str, parts: list[Mapping[str, Any]]) -> str:
    if reason == "MAX_TOKENS":
        return "answer_too_long"
    return "only_words" if any(part.get("text") for part in parts) else "no_picture"


def _cost(body: Mapping[str, Any], model: ImageModel) -> int:
    """Millionths of a dollar by the price list; 0 where the answer does not say what it took."""
    usage = mapping_of(body.get("usageMetadata"))
    drawn = sum(
        _count(each, "tokenCount")
        for each in mappings_of(usage.get("candidatesTokensDetails"))
        if each.get("modality") == "IMAGE"
    )
    given = _count(usage, "candidatesTokenCount")
    drawn = drawn or given  # not told apart: all of it at the price of pictures
    words = max(0, given - drawn) + _count(usage, "thoughtsTokenCount")
    prompt = _count(usage, "promptTokenCount")
    return round(prompt * model.input_price + words * model.words_price + drawn * model.picture_price)


def _count(usage: Mapping[str, Any], name: str) -> int:
    value = usage.get(name)
    return min(value, TOKENS_MAX) if isinstance(value, int) and value > 0 else 0
