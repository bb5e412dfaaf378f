"""A stand-in for FASHN: `/v1/run`, `/v1/status/{id}`, `/v1/credits` and the place its pictures lie at.

https://docs.fashn.ai/api-overview/api-fundamentals and https://docs.fashn.ai/api-reference/tryon-v1-6 (2026-11)
"""

import threading
import uuid
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tryon.engines.base import Category, Garment
from tryon.fake_providers.drawing import Drawing, drifted, pasted
from tryon.fake_providers.server import Behaviour, FakeProvider, Heard, Reply, json_reply
from tryon.imaging.encode import to_jpeg

CATEGORIES: Final[Mapping[str, Category]] = {
    "auto": "tops", "tops": "tops", "bottoms": "bottoms", "one-pieces": "dresses",
}  # fmt: skip
"""FASHN's and ours."""
MODES = ("performance", "balanced", "quality")


@dataclass
class Prediction:
    inputs: Mapping[str, Any]
    states: list[str]
    """What is still to be said before it is there."""
    picture: bytes = b""
    error: Mapping[str, str] | None = field(default=None)


class FakeFashn(FakeProvider):
    """One account with one key. Each run takes one credit, when it comes to something."""

    def __init__(
        self,
        *behaviours: Behaviour,
        key: str,
        models: frozenset[str] = frozenset({"tryon-v1.6"}),
        drawing: Drawing | None = None,
        states: tuple[str, ...] = ("starting", "in_queue", "processing"),
        credits: int = 100,
    ) -> None:
        super().__init__(*behaviours)
        self.key, self.models, self.states, self.credits = key, models, states, credits
        self.drawing = drawing or drifted(pasted)
        self.predictions: dict[str, Prediction] = {}
        self.fails_with: Mapping[str, str] | None = None
        """The error object that predictions end with instead of a picture."""
        self.gives_addresses = False
        """Whether pictures are given as addresses although base64 was asked for."""
        self._books = threading.Lock()

    @property
    def base_url(self) -> str:
        return self.address + "/v1"

    def heard_at(self, place: str) -> list[Heard]:
        """ "run", "status", "credits" or "cdn"."""
        return [heard for heard in self.heard if f"/{place}" in heard.path]

    def reply_to(self, heard: Heard) -> Reply:
        if heard.path.startswith("/cdn/"):
            return self._picture(heard.path.removeprefix("/cdn/").partition("/")[0])
        if heard.headers.get("authorization") != f"Bearer {self.key}":
            return error_reply(401, "UnauthorizedAccess", "Unauthorized: Invalid token")
        if (heard.method, heard.path) == ("POST", "/v1/run"):
            return self._run(heard.json)
        if heard.method == "GET" and heard.path.startswith("/v1/status/"):
            return self._status(heard.path.removeprefix("/v1/status/"))
        if (heard.method, heard.path) == ("GET", "/v1/credits"):
            return json_reply({"credits": {"total": self.credits, "subscription": 0, "on_demand": self.credits}})
        return error_reply(404, "NotFound", "Resource not found")

    def _run(self, body: Any) -> Reply:
        if body.get("model_name") not in self.models:
            return error_reply(404, "NotFound", "Model not found")
        inputs = body.get("inputs") or {}
        problem = _problem(inputs)
        if problem:
            return error_reply(400, "BadRequest", problem)
        if self.credits < 1:
            return error_reply(429, "OutOfCredits", "No API credits remaining")
        number = f"{uuid.uuid4()}-u1"
        self.predictions[number] = Prediction(inputs, list(self.states), error=self.fails_with)
        return json_reply({"id": number, "error": None})

    def _status(self, number: str) -> Reply:
        prediction = self.predictions.get(number)
        if prediction is None:
            return error_reply(404, "NotFound", "Prediction not found")
        with self._books:
            if prediction.states:
                return json_reply({"id": number, "status": prediction.states.pop(0), "output": None, "error": None})
            if prediction.error is None and not prediction.picture:
                self._make(prediction)
        if prediction.error:
            return json_reply({"id": number, "status": "failed", "output": None, "error": prediction.error})
        output = f"data:image/jpeg;base64,{b64encode(prediction.picture).decode()}"
        if self.gives_addresses or not prediction.inputs.get("return_base64"):
            output = f"{self.address}/cdn/{number}/output_0.jpg"
        done = {"id": number, "status": "completed", "output": [output], "error": None}
        return json_reply(done, headers={"x-fashn-credits-used": "1"})

    def _make(self, prediction: Prediction) -> None:
        person, product = (_bytes(prediction.inputs[name]) for name in ("model_image", "garment_image"))
        try:
            garment = Garment(product, CATEGORIES[prediction.inputs.get("category", "auto")])
            prediction.picture = to_jpeg(self.drawing(person, [garment]), 95)
            self.credits -= 1
        except OSError:
            prediction.error = {"name": "ImageLoadError", "message": "Error loading model image"}

    def _picture(self, number: str) -> Reply:
        found = self.predictions.get(number)
        if found is None or not found.picture:
            return Reply(403, b"<Error><Code>AccessDenied</Code></Error>", {"content-type": "application/xml"})
        return Reply(200, found.picture, {"content-type": "image/jpeg"})


def error_reply(status: int, name: str, message: str) -> Reply:
    """FASHN's shape of an error before there is a prediction."""
    return json_reply({"error": name, "message": message}, status)


def _problem(inputs: Mapping[str, Any]) -> str:
    rules = {
        "model_image is required": _is_picture(inputs.get("model_image")),
        "garment_image is required": _is_picture(inputs.get("garment_image")),
        "category is invalid": inputs.get("category", "auto") in CATEGORIES,
        "mode is invalid": inputs.get("mode", "balanced") in MODES,
        "seed is invalid": 0 <= inputs.get("seed", 42) < 2**32,
        "num_samples is invalid": inputs.get("num_samples", 1) in (1, 2, 3, 4),
        "output_format is invalid": inputs.get("output_format", "png") in ("png", "jpeg"),
        "moderation_level is invalid": inputs.get("moderation_level", "permissive")
        in ("conservative", "permissive", "none"),
    }
    return next((message for message, holds in rules.items() if not holds), "")


def _is_picture(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("data:image/") and ";base64," in value


def _bytes(data_uri: str) -> bytes:
    return b64decode(data_uri.partition(",")[2], validate=True)
