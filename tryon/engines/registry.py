"""Which engines there are, how one is made, and whether it could work here.

An engine of one's own is a Python entry point of the group `tryon.engines` that names an `EngineKind`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import get_args

from tryon.config import Settings
from tryon.engines.base import Category, Engine
from tryon.errors import ConfigurationError
from tryon.logs import get_logger
from tryon.outbound import Outbound

GROUP = "tryon.engines"
BUILT_IN: Mapping[str, str] = {
    "local": "tryon.engines.local.kind:KIND",
    "gemini": "tryon.engines.gemini.kind:KIND",
    "vertex": "tryon.engines.vertex.kind:KIND",
    "fashn": "tryon.engines.fashn.kind:KIND",
}
"""Loaded when first asked for: each may import much."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Credential:
    """Whose account at the provider pays, and with what. The secret is not in its `repr`."""

    secret: str = field(repr=False)
    owner: str
    """merchant or operator"""
    model: str | None = None
    """The model its owner wants; None: the engine's own."""


@dataclass(frozen=True, slots=True)
class EngineParts:
    """What an engine may be made of."""

    settings: Settings
    outbound: Outbound
    eyes: Callable[[], Engine]
    """The local engine, made when first called: a hosted one checks photos and results with it."""
    credential: Credential | None = None
    """None for an engine that needs none, or that has the operator's from elsewhere."""


@dataclass(frozen=True, slots=True)
class Readiness:
    is_ready: bool
    sentence: str
    """For the operator: "ready", or what is missing and how to get it."""


@dataclass(frozen=True, slots=True)
class EngineKind:
    name: str
    title: str
    """For people: "Google Gemini"."""
    make: Callable[[EngineParts], Engine]
    """Cheap, and calls nobody; raises ConfigurationError where a part is missing."""
    readiness: Callable[[Settings], Readiness]
    """Whether the operator's settings let it work, without calling anybody."""
    check: Callable[[EngineParts], str] | None = None
    """Try it on the operator's settings as cheaply as can be, without a picture, and say in a sentence what was found;
    raises ConfigurationError or an EngineError. None: it is made and warmed up."""
    is_hosted: bool = False
    """Whether a photo leaves this system."""
    categories: frozenset[Category] = frozenset(get_args(Category))
    """What its engine can dress."""
    operator_secret: Callable[[Settings], str] = lambda settings: ""
    """The operator's own key for it; empty where there is none."""
    needs_credential: bool = False
    """Whether it works only with a key, a merchant's or the operator's."""
    company: str = ""
    """Whom a photo is sent to, by the name a shopper knows: "Google". Consent names it."""
    privacy_url: str = ""
    """Where that company says what becomes of it."""

    @property
    def recipient(self) -> str:
        """Whom a photo is sent to; empty where it stays here."""
        return (self.company or self.title) if self.is_hosted else ""


@cache
def kinds() -> Mapping[str, EngineKind]:
    """Every engine by name: ours, then those of installed packages, which can't take one of our names.

    One that can't be loaded is listed as well, not ready, with the reason.
    """
    found = {name: _load(name, EntryPoint(name, place, GROUP)) for name, place in BUILT_IN.items()}
    for point in entry_points(group=GROUP):
        if point.name in found:
            log.warning("engine.name_taken", engine=point.name, package=point.value)
        else:
            found[point.name] = _load(point.name, point)
    return found


def get_kind(name: str) -> EngineKind:
    """Raises ConfigurationError, naming those there are."""
    known = kinds()
    if name not in known:
        raise ConfigurationError(f"There is no engine named {name!r}. There are: {', '.join(sorted(known))}.")
    return known[name]


def _load(name: str, point: EntryPoint) -> EngineKind:
    try:
        kind = point.load()
    except (ImportError, AttributeError) as error:
        log.warning("engine.not_loaded", engine=name, place=point.value, error=str(error))
        return _broken(name, f"it can't be loaded from {point.value}: {error}")
    if not isinstance(kind, EngineKind):
        return _broken(name, f"{point.value} is no EngineKind")
    return kind


def _broken(name: str, reason: str) -> EngineKind:
    def make(parts: EngineParts) -> Engine:
        raise ConfigurationError(f"The engine {name!r} can't be used: {reason}.")

    return EngineKind(name, name, make=make, readiness=lambda settings: Readiness(False, reason))
