"""Is this key good, and does its model still exist? Asked when a key is saved, when a worker starts, by readiness.

Image models are retired within months of their release: https://ai.google.dev/gemini-api/docs/deprecations (2026-11).
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from tryon.engines.gemini.image_models import IMAGE_MODELS
from tryon.engines.gemini.wire import headers_of
from tryon.engines.hosted.calls import call, read_json
from tryon.engines.hosted.failures import FAILURES, ProviderFailure
from tryon.engines.hosted.google_failures import failure_of
from tryon.outbound import Outbound

ModelState = Literal["ok", "key_invalid", "key_forbidden", "billing_off", "model_gone", "unknown"]
MODEL_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,118}")
DEFAULT_REPLACEMENTS: Final = ("gemini-nano-banana-2.1", "gemini-3-pro-image", "gemini-3.1-flash-lite-image")
STATES: Final[Mapping[str, ModelState]] = {
    "key_invalid": "key_invalid",
    "key_forbidden": "key_forbidden",
    "region_closed": "key_forbidden",
    "billing_off": "billing_off",
    "model_gone": "model_gone",
}
"""What a failure says of the key and the model; every other says nothing of them."""
LIST_MAX_BYTES: Final = 4 * 1024 * 1024
SUGGESTIONS_MAX: Final = 6


@dataclass(frozen=True, slots=True)
class ModelCheck:
    state: ModelState
    """"unknown": it could not be found out now."""
    sentence: str
    """For whoever owns the key: what is wrong, and what to do."""
    replacements: tuple[str, ...] = ()
    """Where the model is gone: others to choose from, those that the key can really use where that could be seen."""


def check_model(
    outbound: Outbound,
    *,
    base_url: str,
    key: str,
    model: str,
    seconds: float = 8.0,
    replacements: Sequence[str] = DEFAULT_REPLACEMENTS,
) -> ModelCheck:
    """One or two cheap calls that make no picture and cost nothing. Never raises."""
    deadline = time.monotonic() + seconds
    try:
        found = _get(outbound, base_url, f"models/{model}", key, seconds) if MODEL_NAME.fullmatch(model) else {}
    except ProviderFailure as failure:
        state = STATES.get(failure.name, "unknown")
        if state != "model_gone":
            sentence = FAILURES[failure.name].merchant
            return ModelCheck(state, sentence if state != "unknown" else f"This could not be checked now. {sentence}")
    else:
        if _draws(found):
            return ModelCheck("ok", f"Google accepts this key, and has the model {model}.")
    others = replacements_for(model, replacements)
    left = deadline - time.monotonic()
    there = suggest_models(outbound, base_url=base_url, key=key, seconds=left) if left > 0 else ()
    if there:
        others = tuple(name for name in others if name in there) or there[:SUGGESTIONS_MAX]
    return ModelCheck("model_gone", gone_sentence(model, others), others)


def suggest_models(outbound: Outbound, *, base_url: str, key: str, seconds: float = 8.0) -> tuple[str, ...]:
    """The models that draw and that this key can use, those we know first; none where that could not be found out."""
    try:
        listed = _get(outbound, base_url, "models?pageSize=1000", key, seconds).get("models")
    except ProviderFailure:
        return ()
    models = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    names = [str(each.get("name", "")).removeprefix("models/") for each in models if _draws(each)]
    drawing = [name for name in names if MODEL_NAME.fullmatch(name) and _is_image_model(name)]
    return tuple(sorted(drawing, key=lambda name: (name not in IMAGE_MODELS, drawing.index(name))))


def replacements_for(model: str, replacements: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in replacements if name != model)


def gone_sentence(model: str, replacements: Sequence[str]) -> str:
    shown = model if MODEL_NAME.fullmatch(model) else "this model"
    choice = f" Choose another: {', '.join(replacements)}." if replacements else " Choose another."
    return f"Google has retired {shown}, or does not know it.{choice}"


def _get(outbound: Outbound, base_url: str, path: str, key: str, seconds: float) -> Mapping[str, Any]:
    address = f"{base_url.rstrip('/')}/{path}"
    answer = call(outbound, "GET", address, headers=headers_of(key), seconds=seconds, max_bytes=LIST_MAX_BYTES)
    if answer.status != 200:
        raise failure_of(answer)
    return read_json(answer)


def _draws(model: Mapping[str, Any]) -> bool:
    methods = model.get("supportedGenerationMethods")
    return isinstance(methods, list) and "generateContent" in methods


def _is_image_model(name: str) -> bool:
    return name in IMAGE_MODELS or "image" in name or "banana" in name
