"""Which engine, storage, queue and outbound client this process uses. Edges take tools from here and pass them down."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from tryon.config import Settings
from tryon.engines.base import Engine
from tryon.errors import ConfigurationError
from tryon.jobqueue import JobQueue
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
    _engine: Engine | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def engine(self) -> Engine:
        """Made on first use: a process that makes no pictures never loads an engine."""
        with self._lock:
            if self._engine is None:
                self._engine = make_engine(self.settings)
            return self._engine

    def use_engine(self, engine: Engine) -> None:
        """Use this engine instead of the configured one."""
        with self._lock:
            self._engine = engine


def make_tools(settings: Settings) -> Tools:
    queue = JobQueue(settings.redis_url)
    return Tools(
        settings=settings,
        storage=make_storage(settings.storage_url),
        queue=queue,
        calls=CallCounter(queue.redis),
        outbound=Outbound(allow_hosts=settings.outbound_allowed),
        links=MediaLinks(settings.secret_key, settings.public_app_url),
    )


def make_storage(storage_url: str) -> Storage:
    parts = urlsplit(storage_url)
    if parts.scheme == "file" and parts.path:
        return LocalStorage(Path(unquote(parts.path)))
    raise ConfigurationError(f"STORAGE_URL must look like file:///folder, not {storage_url!r}.")


def make_engine(settings: Settings) -> Engine:
    from tryon.engines.local.engine import LocalEngine  # numpy and OpenCV load only where pictures are made

    return LocalEngine(settings.networks_dir)


def tools() -> Tools:
    """The tools of the running application."""
    found: Tools = current_app.extensions["tryon"]
    return found
