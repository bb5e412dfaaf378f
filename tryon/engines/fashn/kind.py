"""What the registry knows of the FASHN engine."""

from tryon.config import Settings
from tryon.engines.base import Engine
from tryon.engines.registry import EngineKind, EngineParts, Readiness
from tryon.errors import ConfigurationError

CHECK_SECONDS = 10.0
NO_KEY = "no key: set FASHN_API_KEY"


def _make(parts: EngineParts) -> Engine:
    from tryon.engines.fashn.engine import FashnEngine

    settings, credential = parts.settings, parts.credential
    key = credential.secret if credential else settings.fashn_api_key
    if not key:
        raise ConfigurationError(f"The FASHN engine has {NO_KEY}.")
    return FashnEngine(
        parts.outbound,
        parts.eyes,
        base_url=settings.fashn_base_url,
        key=key,
        model=(credential.model if credential else None) or settings.fashn_model,
        mode=settings.fashn_mode,
    )


def _check(parts: EngineParts) -> str:
    from tryon.engines.fashn.credits import credits_left
    from tryon.engines.hosted.failures import ProviderFailure

    settings = parts.settings
    if not settings.fashn_api_key:
        raise ConfigurationError(f"The FASHN engine has {NO_KEY}.")
    try:
        left = credits_left(
            parts.outbound, base_url=settings.fashn_base_url, key=settings.fashn_api_key, seconds=CHECK_SECONDS
        )
    except ProviderFailure as failure:
        raise ConfigurationError(f"{failure.merchant_message} ({failure})") from failure
    return f"FASHN accepts the key; {left} credits are left on it."


def _readiness(settings: Settings) -> Readiness:
    if not settings.fashn_api_key:
        return Readiness(False, NO_KEY)
    return Readiness(True, f"ready: {settings.fashn_model} on the key in FASHN_API_KEY")


KIND = EngineKind(
    name="fashn",
    title="FASHN",
    make=_make,
    readiness=_readiness,
    check=_check,
    is_hosted=True,
    categories=frozenset({"tops", "outerwear", "bottoms", "dresses"}),
    company="FASHN",
    privacy_url="https://fashn.ai/privacy-policy",
    operator_secret=lambda settings: settings.fashn_api_key,
    needs_credential=True,
)
