"""A request in Google's shape: https://ai.google.dev/api/generate-content (2026-11).

`personGeneration` is not sent: this API refuses a request that names it, and only Google's other platform (Vertex)
knows it. What it leaves to us are the safety settings, which are off for its newer models unless they are named.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tryon.engines.base import TryOnRequest
from tryon.engines.gemini.prompt import PERSON_LABEL, instruction, label_of
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.photos import SentPhoto, SentPicture

HARMS: Final = (
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
)
THRESHOLD: Final = "BLOCK_MEDIUM_AND_ABOVE"
"""Below it, swimwear on a beach is refused."""
SEED_MAX: Final = 2**31 - 1


def request_body(
    request: TryOnRequest, photo: SentPhoto, products: Sequence[SentPicture], size: str | None
) -> Mapping[str, Any]:
    """`request.garments` in the order of their layers, and `products` their pictures in the same order."""
    parts: list[Mapping[str, Any]] = [{"text": PERSON_LABEL}, _inline(photo)]
    for number, (garment, product) in enumerate(zip(request.garments, products, strict=True), start=2):
        parts += [{"text": label_of(number, garment)}, _inline(product)]
    parts.append({"text": instruction(request.garments, request.options)})
    look = {"aspectRatio": photo.ratio, "imageSize": size}
    return {
        "contents": [{"role": "user", "parts": parts}],
        "generationConfig": {
            "responseModalities": ["IMAGE"],
            "imageConfig": {name: value for name, value in look.items() if value is not None},
            "seed": request.seed % (SEED_MAX + 1),
        },
        "safetySettings": [{"category": harm, "threshold": THRESHOLD} for harm in HARMS],
    }


def headers_of(key: str) -> Mapping[str, str]:
    """The only place a key goes to. Raises ProviderFailure for one that no header can carry."""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ProviderFailure("key_invalid", detail="not_a_key")
    return {"x-goog-api-key": key}


def _inline(picture: SentPicture) -> Mapping[str, Any]:
    return {"inlineData": {"mimeType": picture.media_type, "data": b64encode(picture.picture).decode("ascii")}}
