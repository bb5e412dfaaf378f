"""Google's Gemini draws the person in the product. One request a picture; Google's own client is not used.

Why a thin client on our own HTTP client, and not `google-genai` (3.6.1, PyPI, 2026-11):
- One request and one answer are used here, some hundred lines of JSON. The package has 1.4 MB as a wheel (8 MB
  unpacked) and brings google-auth, requests, websockets, tenacity, anyio and distro with it.
- Every call here ends at a deadline that counts connecting, sending and reading together, and at a limit of bytes, so
  that a server that drips can't keep a worker. The package's time-out counts each read anew.
- `tryon.outbound` looks at the address behind the name before it connects: GEMINI_BASE_URL can't lead inside.
- Its own retries, and its own errors that quote requests and answers, would have to be switched off and unpacked.
"""

import dataclasses
import time
from collections.abc import Callable, Sequence

from tryon.engines.base import Category, Engine, TryOnRequest
from tryon.engines.gemini.answers import read_picture
from tryon.engines.gemini.image_models import image_model
from tryon.engines.gemini.models import DEFAULT_REPLACEMENTS, MODEL_NAME, gone_sentence, replacements_for
from tryon.engines.gemini.prompt import in_order_of_layers
from tryon.engines.gemini.wire import headers_of, request_body
from tryon.engines.hosted.calls import call
from tryon.engines.hosted.engine import HostedEngine, Judge, ProviderPicture
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.photos import photo_to_send, product_to_send
from tryon.outbound import Outbound

EVERYTHING: frozenset[Category] = frozenset(
    {"tops", "bottoms", "dresses", "outerwear", "footwear", "eyewear", "headwear"}
)


class GeminiEngine(HostedEngine):
    name = "gemini"
    version = "1"
    """Of our words and settings; the model's name says the rest."""
    categories = EVERYTHING

    def __init__(
        self,
        outbound: Outbound,
        eyes: Callable[[], Engine],
        *,
        base_url: str,
        key: str,
        model: str,
        image_size: str = "auto",
        replacements: Sequence[str] = DEFAULT_REPLACEMENTS,
        pause: Callable[[float], None] = time.sleep,
        judge: Judge | None = None,
    ) -> None:
        super().__init__(eyes, pause=pause, judge=judge)
        self._outbound = outbound
        self._base_url = base_url.rstrip("/")
        self._key = key.strip()
        self._model = model
        self._image_size = image_size
        self._replacements = tuple(replacements)

    def ask(self, request: TryOnRequest, seconds: float) -> ProviderPicture:
        if not MODEL_NAME.fullmatch(self._model):
            raise self._model_gone()
        began = time.monotonic()
        model = image_model(self._model)
        request = dataclasses.replace(request, garments=in_order_of_layers(request.garments))
        photo = photo_to_send(request.person, model.ratios)
        products = [product_to_send(garment.picture) for garment in request.garments]
        size = model.size_for(_wanted(photo.photo_size, request.output_size), photo.ratio, self._image_size)
        body = request_body(request, photo, products, size)
        address = f"{self._base_url}/models/{self._model}:generateContent"
        left = seconds - (time.monotonic() - began)
        answer = call(self._outbound, "POST", address, headers=headers_of(self._key), seconds=left, body=body)
        try:
            drawn = read_picture(answer, model, size)
        except ProviderFailure as failure:
            raise self._model_gone() if failure.name == "model_gone" else failure from failure
        try:
            back = photo.cut_back(drawn.picture)
        except ProviderFailure as failure:
            failure.cost_microdollars = drawn.cost_microdollars
            raise
        return ProviderPicture(back.picture, back.media_type, back.is_untouched, self._model, drawn.cost_microdollars)

    def _model_gone(self) -> ProviderFailure:
        others = replacements_for(self._model, self._replacements)
        return ProviderFailure("model_gone", detail="404", merchant_message=gone_sentence(self._model, others))


def _wanted(photo: tuple[int, int], output: tuple[int, int] | None) -> tuple[int, int]:
    """How large the picture will be shown: the photo's size, or less."""
    if output is None:
        return photo
    scale = min(1.0, output[0] / photo[0], output[1] / photo[1])
    return max(1, round(photo[0] * scale)), max(1, round(photo[1] * scale))
