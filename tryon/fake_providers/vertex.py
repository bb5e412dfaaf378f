"""A stand-in for Google Cloud: its sign-in and the `:predict` of its try-on model, in Google's shape.

https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/virtual-try-on-api and
https://developers.google.com/identity/protocols/oauth2/service-account#httprest (2026-11)
"""

import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import jwt

from tryon.engines.base import Category, Garment
from tryon.fake_providers.drawing import Drawing, drifted, pasted
from tryon.fake_providers.server import Behaviour, FakeProvider, Heard, Reply, json_reply
from tryon.imaging.encode import to_jpeg

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
"""What an assertion is made out to, wherever it is sent."""
TOKEN_PATH = "/token"  # noqa: S105
PREDICT = re.compile(r"/v1/projects/([^/]+)/locations/([^/]+)/publishers/google/models/([^/:]+):predict")
SAFETY = {"block_low_and_above", "block_medium_and_above", "block_only_high", "block_none"}
PERSONS = {"dont_allow", "allow_adult", "allow_all"}


class FakeVertex(FakeProvider):
    """One project, one account. `public_key` is the account's, in PEM; what it did not sign gets no token."""

    def __init__(
        self,
        *behaviours: Behaviour,
        public_key: str,
        project: str = "corner-shop",
        models: frozenset[str] = frozenset({"virtual-try-on-001"}),
        drawing: Drawing | None = None,
        category: Category = "tops",
        token_seconds: int = 3600,
    ) -> None:
        super().__init__(*behaviours)
        self.public_key, self.project, self.models = public_key, project, models
        self.drawing, self.token_seconds = drawing or drifted(pasted), token_seconds
        self.category = category
        """Of every product: Google's model sees that for itself."""
        self.tokens: set[str] = set()
        """Those given out and not withdrawn."""
        self.token_behaviour = Behaviour()
        """What becomes of every request for a token; `behave` is for the others."""

    @property
    def token_uri(self) -> str:
        return self.address + TOKEN_PATH

    @property
    def base_url(self) -> str:
        return self.address + "/v1"

    @property
    def predictions(self) -> list[Heard]:
        return [heard for heard in self.heard if heard.path != TOKEN_PATH]

    @property
    def token_requests(self) -> list[Heard]:
        return [heard for heard in self.heard if heard.path == TOKEN_PATH]

    def take(self, heard: Heard) -> Behaviour:
        if heard.path == TOKEN_PATH:
            self.heard.append(heard)
            return self.token_behaviour
        return super().take(heard)

    def reply_to(self, heard: Heard) -> Reply:
        if heard.path == TOKEN_PATH and heard.method == "POST":
            return self._token(heard)
        found = PREDICT.fullmatch(heard.path)
        if not found or heard.method != "POST":
            return Reply(404, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", {"content-type": "text/html"})
        scheme, _, token = heard.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.tokens:
            return error_reply(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        project, _, model = found.groups()
        if project != self.project:
            return error_reply(403, "PERMISSION_DENIED", f"Permission denied on resource project {project}.")
        if model not in self.models:
            return error_reply(404, "NOT_FOUND", f"Publisher Model `publishers/google/models/{model}` was not found.")
        return self._predict(heard.json)

    def _token(self, heard: Heard) -> Reply:
        form = parse_qs(heard.body.decode())
        if form.get("grant_type") != [GRANT]:
            return json_reply({"error": "unsupported_grant_type"}, 400)
        try:
            claims = jwt.decode(form["assertion"][0], self.public_key, algorithms=["RS256"], audience=AUDIENCE)
        except (jwt.InvalidTokenError, KeyError):
            return json_reply({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400)
        if "cloud-platform" not in claims.get("scope", ""):
            return json_reply({"error": "invalid_scope"}, 400)
        token = "ya29." + secrets.token_urlsafe(32)
        self.tokens.add(token)
        return json_reply({"access_token": token, "expires_in": self.token_seconds, "token_type": "Bearer"})

    def _predict(self, body: Any) -> Reply:
        problem = _problem(body)
        if problem:
            return error_reply(400, "INVALID_ARGUMENT", problem)
        [instance] = body["instances"]
        person = _bytes(instance["personImage"]["image"])
        product = _bytes(instance["productImages"][0]["image"])
        try:
            picture = to_jpeg(self.drawing(person, [Garment(product, self.category)]), 95)
        except OSError:
            return error_reply(400, "INVALID_ARGUMENT", "Unable to process input image.")
        return json_reply({
            "predictions": [{"mimeType": "image/jpeg", "bytesBase64Encoded": b64encode(picture).decode()}],
            "deployedModelId": "",
            "model": "publishers/google/models/virtual-try-on-001",
        })  # fmt: skip


def error_reply(status: int, name: str, message: str, details: list[Mapping[str, Any]] | None = None) -> Reply:
    """Google's shape of an error."""
    error: dict[str, Any] = {"code": status, "message": message, "status": name}
    if details:
        error["details"] = details
    return json_reply({"error": error}, status)


def held_back(code: str) -> Reply:
    """A picture that Google's rules keep back, with their support code."""
    reason = f"Unable to show generated images. Support codes: {code}"
    return json_reply({"predictions": [{"raiFilteredReason": reason}]})


def account_file(token_uri: str, private_key: str, project: str = "corner-shop") -> Mapping[str, str]:
    """A service account's file as Google Cloud gives it out. `private_key` in PEM."""
    return {
        "type": "service_account",
        "project_id": project,
        "private_key_id": "f0" * 20,
        "private_key": private_key,
        "client_email": f"fitting-room@{project}.iam.gserviceaccount.com",
        "client_id": "100000000000000000001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
    }


def _problem(body: Any) -> str:
    """What Google would refuse in a request; empty where nothing is wrong."""
    try:
        [instance] = body["instances"]
        images = [instance["personImage"]["image"], *(each["image"] for each in instance["productImages"])]
        readable = all(_bytes(image) for image in images)
    except (KeyError, TypeError, ValueError):
        return "Invalid instance: personImage and productImages are required."
    parameters = body.get("parameters", {})
    rules = {
        "Exactly one product image is supported.": len(images) == 2,
        "Image is empty or not base64.": readable,
        "Unsupported image type.": all(i.get("mimeType", "image/png") in ("image/png", "image/jpeg") for i in images),
        "sampleCount must be 1 to 4.": parameters.get("sampleCount", 1) in (1, 2, 3, 4),
        "Seed is not supported when watermark is enabled.": "seed" not in parameters
        or parameters.get("addWatermark") is False,
        "Invalid safetySetting.": parameters.get("safetySetting", "block_none") in SAFETY,
        "Invalid personGeneration.": parameters.get("personGeneration", "allow_adult") in PERSONS,
    }
    return next((message for message, holds in rules.items() if not holds), "")


def _bytes(image: Mapping[str, str]) -> bytes:
    return b64decode(image["bytesBase64Encoded"], validate=True)
