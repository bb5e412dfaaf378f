"""A request for Google's try-on model and its answer, in Google's shape.

https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/virtual-try-on-api and
https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/Shared.Types/VirtualTryOnModelParams (2026-11)
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

from tryon.engines.hosted.calls import read_json
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.hosted.google_failures import failure_of
from tryon.engines.hosted.photos import SentPicture
from tryon.outbound import Answer

PARAMETERS: Final[Mapping[str, Any]] = {
    "sampleCount": 1,
    "addWatermark": True,  # SynthID. A seed is refused beside it, and the mark is worth more
    "personGeneration": "allow_adult",
    "safetySetting": "block_medium_and_above",
    "outputOptions": {"mimeType": "image/jpeg", "compressionQuality": 95},
}
REFUSED_INPUTS: Final = frozenset({
    "58061214", "29310472", "62263041", "57734940", "42876398", "92201652", "89371032", "90789179", "78610348",
    "61493863",
})  # fmt: skip
"""Support codes of what was sent in; all others are of what was drawn.
https://docs.cloud.google.com/vertex-ai/generative-ai/docs/image/responsible-ai-imagen (2026-11)"""


def address_of(base_url: str, project: str, location: str, model: str) -> str:
    """`base_url` empty: the address of the region."""
    host = "aiplatform.googleapis.com" if location == "global" else f"{location}-aiplatform.googleapis.com"
    base = base_url.rstrip("/") or f"https://{host}/v1"
    return f"{base}/projects/{project}/locations/{location}/publishers/google/models/{model}:predict"


def request_body(person: SentPicture, product: SentPicture) -> Mapping[str, Any]:
    instance = {"personImage": {"image": _image(person)}, "productImages": [{"image": _image(product)}]}
    return {"instances": [instance], "parameters": PARAMETERS}


def read_picture(answer: Answer) -> bytes:
    """Raises ProviderFailure where there is none."""
    if answer.status != 200:
        raise failure_of(answer)
    predictions = read_json(answer).get("predictions")
    first = predictions[0] if isinstance(predictions, list) and predictions else None
    if not isinstance(first, dict):
        raise ProviderFailure("no_picture", detail="no_predictions")
    if first.get("raiFilteredReason"):
        raise _blocked(str(first["raiFilteredReason"]))
    encoded = first.get("bytesBase64Encoded")
    if not encoded or not isinstance(encoded, str):
        raise ProviderFailure("no_picture", detail="no_bytes")
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProviderFailure("broken_picture", detail="base64") from error


def _blocked(reason: str) -> ProviderFailure:
    codes = re.findall(r"\b\d{8}\b", reason)
    name = "prompt_blocked" if REFUSED_INPUTS.intersection(codes) else "output_blocked"
    return ProviderFailure(name, detail=" ".join(codes[:3]))


def _image(picture: SentPicture) -> Mapping[str, str]:
    return {"bytesBase64Encoded": b64encode(picture.picture).decode("ascii"), "mimeType": picture.media_type}
