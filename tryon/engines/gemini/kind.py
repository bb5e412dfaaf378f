"""What the registry knows of the Gemini engine."""

from tryon.config import Settings
from tryon.engines.base import Engine
from tryon.engines.registry import EngineKind, EngineParts, Readiness
from tryon.errors import ConfigurationError

NO_KEY = "no key: set GEMINI_API_KEY, or let merchants put in their own (PUT /partner/v1/integrations/google-api-key)"


def replacements_of(settings: Settings) -> tuple[str, ...]:
    """The models to name where one is gone, as the operator listed them."""
    return tuple(name.strip() for name in settings.gemini_model_replacements.split(",") if name.strip())


def _make(parts: EngineParts) -> Engine:
    from tryon.engines.gemini.engine import GeminiEngine

    settings, credential = parts.settings, parts.credential
    key = credential.secret if credential else settings.gemini_api_key
    if not key:
        raise ConfigurationError(f"The Gemini engine has {NO_KEY}.")
    return GeminiEngine(
        parts.outbound,
        parts.eyes,
        base_url=settings.gemini_base_url,
        key=key,
        model=(credential.model if credential else None) or settings.gemini_model,
        image_size=settings.gemini_image_size,
        replacements=replacements_of(settings),
    )


def _check(parts: EngineParts) -> str:
    from tryon.engines.gemini.models import check_model

    settings = parts.settings
    if not settings.gemini_api_key:
        raise ConfigurationError(f"The Gemini engine has {NO_KEY}.")
    found = check_model(
        parts.outbound,
        base_url=settings.gemini_base_url,
        key=settings.gemini_api_key,
        model=settings.gemini_model,
        replacements=replacements_of(settings),
    )
    if found.state != "ok":
        raise ConfigurationError(found.sentence)
    return found.sentence


def _readiness(settings: Settings) -> Readiness:
    if not settings.gemini_api_key:
        return Readiness(False, NO_KEY)
    return Readiness(True, f"ready: {settings.gemini_model} on the key in GEMINI_API_KEY")


KIND = EngineKind(
    name="gemini",
    title="Google Gemini",
    make=_make,
    readiness=_readiness,
    check=_check,
    is_hosted=True,
    operator_secret=lambda settings: settings.gemini_api_key,
    needs_credential=True,
    company="Google",
    privacy_url="https://policies.google.com/privacy",
)
