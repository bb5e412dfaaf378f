"""What the registry knows of the Vertex engine."""

import os
from importlib.util import find_spec
from pathlib import Path

from tryon.config import Settings
from tryon.engines.base import Category, Engine
from tryon.engines.registry import EngineKind, EngineParts, Readiness
from tryon.errors import ConfigurationError

CATEGORIES: frozenset[Category] = frozenset({"tops", "bottoms", "dresses", "outerwear", "footwear"})
"""Clothes and shoes; glasses and hats it leaves away."""
NO_LIBRARY = "google-auth is missing: pip install 'tryon[vertex]'"
CHECK_SECONDS = 20.0
NO_PROJECT = "no project: set VERTEX_PROJECT"


def _make(parts: EngineParts) -> Engine:
    missing = _missing(parts.settings)
    if missing:
        raise ConfigurationError(f"The Vertex engine can't be used: {missing}.")
    from tryon.engines.vertex.engine import VertexEngine

    settings = parts.settings
    return VertexEngine(
        parts.outbound,
        parts.eyes,
        project=settings.vertex_project,
        location=settings.vertex_location,
        model=(parts.credential.model if parts.credential else None) or settings.vertex_model,
        base_url=settings.vertex_base_url,
    )


def _check(parts: EngineParts) -> str:
    from tryon.engines.hosted.failures import ProviderFailure
    from tryon.engines.vertex.engine import VertexEngine

    engine = _make(parts)
    assert isinstance(engine, VertexEngine)
    try:
        engine.sign_in(CHECK_SECONDS)
    except ProviderFailure as failure:
        raise ConfigurationError(f"{failure.merchant_message} ({failure})") from failure
    return f"Google Cloud gives a token for {parts.settings.vertex_project}; no picture was made."


def _readiness(settings: Settings) -> Readiness:
    missing = _missing(settings)
    if missing:
        return Readiness(False, missing)
    file = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS", "")
    if file and not Path(file).is_file():
        return Readiness(False, "GOOGLE_APPLICATION_CREDENTIALS names a file that is not there")
    what = f"{settings.vertex_model} in {settings.vertex_location}, paid by {settings.vertex_project}"
    return Readiness(True, f"ready: {what}; `tryon engines check vertex` signs in")


def _missing(settings: Settings) -> str:
    if find_spec("google") is None or find_spec("google.auth") is None:
        return NO_LIBRARY
    return "" if settings.vertex_project else NO_PROJECT


KIND = EngineKind(
    name="vertex",
    title="Google Vertex AI Virtual Try-On",
    make=_make,
    readiness=_readiness,
    check=_check,
    is_hosted=True,
    categories=CATEGORIES,
    company="Google",
    privacy_url="https://cloud.google.com/terms/cloud-privacy-notice",
)
