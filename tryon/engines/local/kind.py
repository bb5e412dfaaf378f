"""The local engine in the list of engines."""

from tryon.config import Settings
from tryon.engines.base import Engine
from tryon.engines.registry import EngineKind, EngineParts, Readiness


def _make(parts: EngineParts) -> Engine:
    from tryon.engines.local.engine import LocalEngine  # numpy and OpenCV load only where pictures are made

    return LocalEngine(parts.settings.networks_dir)


def _readiness(settings: Settings) -> Readiness:
    from tryon.engines.local import networks

    if networks.is_complete(settings.networks_dir):
        return Readiness(True, "ready")
    return Readiness(False, "networks missing: run `tryon engines fetch`")


KIND = EngineKind("local", "On this machine", make=_make, readiness=_readiness)
