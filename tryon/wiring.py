"""Which engine, storage, queue and outbound client this process uses. Edges take tools from here and pass them down."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from tryon.config import Settings
from tryon.engines.base import Engine
from tryon.engines.rack import EYES, EngineRack
from tryon.engines.registry import get_kind
from tryon.errors import ConfigurationError
from tryon.jobqueue import JobQueue
from tryon.merchants.engine_settings import AUTO, LOCAL
from tryon.outbound import Outbound
from tryon.storage.base import Storage
from tryon.storage.links import MediaLinks
from tryon.storage.local import LocalStorage
from tryon.usage.calls import CallCounter


@dataclass(slots=True)
class Tools:
    settings: Settings
    storage: Storage
    queue: JobQueue
    outbound: Outbound
    links: MediaLinks
    calls: CallCounter
    engines: EngineRack

    @property
    def engine(self) -> Engine:
        """The eyes: the local engine, which looks at every photo and product, whoever makes the picture.

        Made on first use: a process that makes no pictures never loads an engine.
        """
        return self.engines.get(EYES)

    def use_engine(self, engine: Engine) -> None:
        """Use this engine instead of the local one."""
        self.engines.use(EYES, engine)


def make_tools(settings: Settings) -> Tools:
    """Raises ConfigurationError where a setting names what there is not."""
    if settings.engine not in (AUTO, LOCAL):
        get_kind(settings.engine)
    queue = JobQueue(settings.redis_url)
    outbound = Outbound(allow_hosts=settings.outbound_allowed)
    return Tools(
        settings=settings,
        storage=make_storage(settings.storage_url),
        queue=queue,
        calls=CallCounter(queue.redis),
        outbound=outbound,
        engines=EngineRack(settings, outbound),
        links=MediaLinks(settings.secret_key, settings.public_app_url),
    )


def make_storage(storage_url: str) -> Storage:
    parts = urlsplit(storage_url)
    if parts.scheme == "file" and parts.path:
        return LocalStorage(Path(unquote(parts.path)))
    raise ConfigurationError(f"STORAGE_URL must look like file:///folder, not {storage_url!r}.")


def make_engine(settings: Settings) -> Engine:
    """The local engine, for a command that needs nothing else."""
    return EngineRack(settings, Outbound(allow_hosts=settings.outbound_allowed)).get(EYES)


def tools() -> Tools:
    """The tools of the running application."""
    found: Tools = current_app.extensions["tryon"]
    return found
