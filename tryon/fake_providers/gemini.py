"""A stand-in for Google's Gemini API: models are listed, a request is checked as Google would, a picture is drawn.

After https://ai.google.dev/api/generate-content and https://ai.google.dev/api/models (2026-11).
"""

import io
import re
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast, get_args
from urllib.parse import urlsplit

from PIL import Image

from tryon.engines.base import Category, Garment
from tryon.fake_providers.drawing import Drawing, drifted, opened, pasted
from tryon.fake_providers.server import HONEST, Behaviour, FakeProvider, Heard, Reply, failing, json_reply

PREFIX: Final = "/v1beta"
MODELS: Final[Mapping[str, tuple[str, ...]]] = {
    "gemini-nano-banana-2.1": ("generateContent", "countTokens", "batchGenerateContent"),
    "gemini-3-pro-image": ("generateContent", "countTokens", "batchGenerateContent"),
    "gemini-3.1-flash-lite-image": ("generateContent", "countTokens", "batchGenerateContent"),
    "gemini-3.8-flash": ("generateContent", "countTokens"),
    "gemini-embedding-002": ("embedContent",),
}
"""What each can be asked for."""
PIXELS_OF_RATIO: Final[Mapping[str, tuple[int, int]]] = {
    "1:1": (1024, 1024), "2:3": (848, 1264), "3:2": (1264, 848), "3:4": (896, 1200), "4:3": (1200, 896),
    "4:5": (928, 1152), "5:4": (1152, 928), "9:16": (768, 1376), "16:9": (1376, 768), "21:9": (1584, 672),
    "1:4": (512, 2064), "4:1": (2064, 512), "1:8": (352, 2928), "8:1": (2928, 352),
}  # fmt: skip
"""At 1K."""
TIMES_OF_SIZE: Final[Mapping[str, int]] = {"1K": 1, "2K": 2, "4K": 4}
TOKENS_OF_SIZE: Final[Mapping[str, int]] = {"1K": 1120, "2K": 1680, "4K": 3780}
TOKENS_PER_PICTURE, TOKENS_THOUGHT = 258, 210
CONFIG_FIELDS: Final = {"responseModalities", "imageConfig", "seed", "temperature", "candidateCount", "thinkingConfig"}
IMAGE_FIELDS: Final = {"aspectRatio", "imageSize"}
_CATEGORY: Final = re.compile(r"\((" + "|".join(get_args(Category)) + r")\)")
_PATH: Final = re.compile(rf"{PREFIX}/models(?:/(?P<model>[^/:]+))?(?P<verb>:\w+)?")


class FakeGemini(FakeProvider):
    """Draws with the next of `drawings`, and with `drawing` once those are used up. Any key is good but those of
    `bad_keys`."""

    def __init__(
        self,
        *behaviours: Behaviour,
        default: Behaviour = HONEST,
        drawing: Drawing | None = None,
        bad_keys: Sequence[str] = (),
        retired: Sequence[str] = (),
    ) -> None:
        super().__init__(*behaviours, default=default)
        self.drawing = drawing or drifted(pasted)
        self.drawings: deque[Drawing] = deque()
        self.bad_keys = set(bad_keys)
        self.models = {name: methods for name, methods in MODELS.items() if name not in retired}

    @property
    def base_url(self) -> str:
        """What GEMINI_BASE_URL should be."""
        return self.address + PREFIX

    def reply_to(self, heard: Heard) -> Reply:
        key = heard.headers.get("x-goog-api-key", "")
        if not key:
            return _reply(google_error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers."))
        if key in self.bad_keys:
            return _reply(key_invalid())
        place = _PATH.fullmatch(urlsplit(heard.path).path)
        if place is None:
            return Reply(404, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", {"content-type": "text/html"})
        model, verb = place["model"], place["verb"]
        if model is None:
            return json_reply({"models": [_described(name, methods) for name, methods in self.models.items()]})
        if model not in self.models or (verb and verb.removeprefix(":") not in self.models[model]):
            return _reply(model_gone(model))
        if not verb:
            return json_reply(_described(model, self.models[model]))
        return self._generate(model, heard)

    def _generate(self, model: str, heard: Heard) -> Reply:
        try:
            body = heard.json
            config = body["generationConfig"]
            look = config.get("imageConfig", {})
            unknown = [*(set(config) - CONFIG_FIELDS), *(set(look) - IMAGE_FIELDS)]
            ratio, size = look.get("aspectRatio", "1:1"), look.get("imageSize", "1K")
            if unknown or ratio not in PIXELS_OF_RATIO or size not in TIMES_OF_SIZE:
                return _reply(bad_request())
            person, garments = _pictures(body["contents"][0]["parts"])
            drawing = self.drawings.popleft() if self.drawings else self.drawing
            drawn = drawing(person, garments)
        except (KeyError, IndexError, TypeError, ValueError, OSError):
            return _reply(bad_request())
        wide, tall = (side * TIMES_OF_SIZE[size] for side in PIXELS_OF_RATIO[ratio])
        is_turned = drawn.size == opened(person).size[::-1] != drawn.size[::-1]
        drawn = drawn.resize((tall, wide) if is_turned else (wide, tall), Image.Resampling.LANCZOS)
        return json_reply(answer_with(drawn, model=model, size=size, pictures=1 + len(garments)))


def answer_with(drawn: Image.Image, *, model: str = "", size: str = "1K", pictures: int = 2) -> dict[str, Any]:
    """An answer as the thinking models give it: a thought, a sketch of it, and then the picture."""
    sketch = drawn.resize((max(1, drawn.width // 8), max(1, drawn.height // 8)))
    parts: list[Mapping[str, Any]] = [
        {"text": "**Placing the product**\n\nI keep the person as they are.", "thought": True},
        {"inlineData": _encoded(sketch), "thought": True},
        {"inlineData": _encoded(drawn), "thoughtSignature": b64encode(b"signature").decode()},
    ]
    return answer(parts, model=model, drawn_tokens=TOKENS_OF_SIZE[size], pictures=pictures)


def answer(
    parts: Sequence[Mapping[str, Any]] | None,
    finish: str | None = "STOP",
    *,
    model: str = "gemini-nano-banana-2.1",
    drawn_tokens: int = 0,
    pictures: int = 2,
) -> dict[str, Any]:
    """`parts` None: a candidate without content, as one that was kept back."""
    candidate: dict[str, Any] = {"index": 0}
    if parts is not None:
        candidate["content"] = {"parts": list(parts), "role": "model"}
    if finish is not None:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": model} | _usage(drawn_tokens, pictures)


def finished(reason: str, parts: Sequence[Mapping[str, Any]] | None = None, *, drawn_tokens: int = 0) -> Behaviour:
    """Status 200, and no picture."""
    return failing(200, answer(parts, reason, drawn_tokens=drawn_tokens))


def prompt_blocked(reason: str = "PROHIBITED_CONTENT") -> Behaviour:
    return failing(200, {"promptFeedback": {"blockReason": reason}} | _usage(0, 2))


def google_error(status: int, name: str, message: str, *details: Mapping[str, Any]) -> Behaviour:
    error: dict[str, Any] = {"code": status, "message": message, "status": name}
    if details:
        error["details"] = list(details)
    return failing(status, {"error": error})


def error_info(reason: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
            "metadata": {"service": "generativelanguage.googleapis.com"}}  # fmt: skip


def key_invalid() -> Behaviour:
    message = "API key not valid. Please pass a valid API key."
    return google_error(400, "INVALID_ARGUMENT", message, error_info("API_KEY_INVALID"))


def bad_request() -> Behaviour:
    return google_error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")


def model_gone(model: str = "gemini-old") -> Behaviour:
    message = f"models/{model} is not found for API version v1beta, or is not supported for generateContent."
    return google_error(404, "NOT_FOUND", message)


def out_of_quota(seconds: str | None = "37s", *, per: str = "Minute", value: str = "10") -> Behaviour:
    """`per` is Minute or Day."""
    quota = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_requests_per_model",
        "quotaId": f"GenerateRequestsPer{per}PerProjectPerModel",
        "quotaDimensions": {"location": "global", "model": "gemini-nano-banana-2.1"},
        "quotaValue": value,
    }
    details = [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [quota]}]
    if seconds is not None:
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": seconds})
    message = "You exceeded your current quota, please check your plan and billing details."
    return google_error(429, "RESOURCE_EXHAUSTED", message, *details)


def _pictures(parts: Sequence[Mapping[str, Any]]) -> tuple[bytes, list[Garment]]:
    """The person, and the products with what the words before each say they are."""
    found: list[tuple[str, bytes]] = []
    words = ""
    for part in parts:
        if "text" in part:
            words = part["text"]
        else:
            found.append((words, b64decode(part["inlineData"]["data"], validate=True)))
    [(_, person), *products] = found
    categories = [_CATEGORY.search(words) for words, _ in products]
    return person, [
        Garment(picture, cast(Category, category[1] if category else "tops"))
        for (_, picture), category in zip(products, categories, strict=True)
    ]


def _usage(drawn_tokens: int, pictures: int) -> dict[str, Any]:
    asked = 300 + TOKENS_PER_PICTURE * pictures
    usage: dict[str, Any] = {"promptTokenCount": asked, "thoughtsTokenCount": TOKENS_THOUGHT}
    if drawn_tokens:
        usage["candidatesTokenCount"] = drawn_tokens
        usage["candidatesTokensDetails"] = [{"modality": "IMAGE", "tokenCount": drawn_tokens}]
    usage["totalTokenCount"] = asked + TOKENS_THOUGHT + drawn_tokens
    return {"usageMetadata": usage}


def _encoded(image: Image.Image) -> dict[str, str]:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return {"mimeType": "image/png", "data": b64encode(buffer.getvalue()).decode()}


def _described(name: str, methods: Sequence[str]) -> dict[str, Any]:
    return {"name": f"models/{name}", "version": "1", "displayName": name, "inputTokenLimit": 65_536,
            "outputTokenLimit": 32_768, "supportedGenerationMethods": list(methods)}  # fmt: skip


def _reply(behaviour: Behaviour) -> Reply:
    assert behaviour.reply is not None
    return behaviour.reply
