"""The engines this process has made: one for each name and each key, kept because some are slow to make or to warm."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import replace

from tryon.config import Settings
from tryon.engines.base import Engine
from tryon.engines.registry import Credential, EngineParts, get_kind
from tryon.outbound import Outbound

EYES = "local"
"""The engine that looks at photos and products, whichever engine dresses them."""
KEYED_MAX = 64
"""Engines kept that were made with a key; the one unused for longest goes first. A hosted engine is small."""


class EngineRack:
    """Makes engines when they are first asked for. Safe to share between threads."""

    def __init__(self, settings: Settings, outbound: Outbound) -> None:
        self._parts = EngineParts(settings, outbound, eyes=lambda: self.get(EYES))
        self._plain: dict[str, Engine] = {}
        self._keyed: OrderedDict[bytes, Engine] = OrderedDict()
        self._set: dict[str, Engine] = {}
        self._lock = threading.RLock()  # an engine may ask for the eyes while it is made

    def get(self, name: str, credential: Credential | None = None) -> Engine:
        """The engine of that name, calling its provider with `credential`.

        Raises ConfigurationError where there is no such engine or a part of it is missing, and EngineUnavailable
        where the local engine's networks are.
        """
        with self._lock:
            if name in self._set:
                return self._set[name]
            if credential is None:
                if name not in self._plain:
                    self._plain[name] = get_kind(name).make(self._parts)
                return self._plain[name]
            return self._with_key(name, credential)

    def use(self, name: str, engine: Engine) -> None:
        """Use this engine under that name, whatever the key."""
        with self._lock:
            self._set[name] = engine

    def _with_key(self, name: str, credential: Credential) -> Engine:
        place = _place_of(name, credential)
        if place not in self._keyed:
            self._keyed[place] = get_kind(name).make(replace(self._parts, credential=credential))
        self._keyed.move_to_end(place)
        while len(self._keyed) > KEYED_MAX:
            self._keyed.popitem(last=False)
        return self._keyed[place]


def _place_of(name: str, credential: Credential) -> bytes:
    """The key itself stands in no dictionary that a traceback or a debugger would print."""
    parts = (name, credential.owner, credential.model or "", credential.secret)
    return hashlib.sha256("\0".join(parts).encode()).digest()
