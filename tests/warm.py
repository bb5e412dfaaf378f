"""What an application makes the same way each time, made once a process: tests make a thousand applications."""

import functools
import gc
import os
from typing import Any

import redis.utils
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

from tryon.db import db


class CompiledTemplates(BytecodeCache):
    """Templates compiled by any application before. Jinja itself asks whether the source is still the same."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key + bucket.checksum] = bucket.code


_templates = CompiledTemplates()
_compile = Rule.compile
_routes: dict[object, Any] = {}
_engines: dict[tuple[str, str], Engine] = {}


def share_compiled_routes() -> None:
    """Werkzeug reads each route's pattern and writes and compiles functions to build its addresses, a tenth of a
    second for all of ours. What it makes depends on the rule alone: each later route of the same rule takes it over."""
    Rule.compile = _compile_once  # type: ignore[method-assign]


def _compile_once(self: Any) -> None:
    key = (self.rule, self.subdomain, self.host, self.map.host_matching, self.merge_slashes, repr(self.defaults))
    first = _routes.get(key)
    if first is None:
        _compile(self)
        _routes[key] = self
        return
    self._parts, self._trace, self._converters = first._parts, first._trace, first._converters
    self.arguments.update(first._converters)
    self._build = first._build.__func__.__get__(self, None)
    self._build_unknown = first._build_unknown.__func__.__get__(self, None)


def share_compiled_templates(app: Flask) -> None:
    app.jinja_env.bytecode_cache = _templates


def share_compiled_statements(app: Flask) -> None:
    """SQLAlchemy keeps the text of a statement by the dialect it is for, and each engine has a dialect of its own.
    Those for one use of one kind of database are alike: all engines take the first one's, and what was written for
    it."""
    for use, engine in (("changing", db.engine), ("reading", app.extensions["tryon_readers"])):
        first = _engines.get((engine.dialect.name, use))
        if first is None:
            engine.connect().close()  # from its first connection a dialect learns what its database can do
            _engines[engine.dialect.name, use] = engine
        else:
            engine.dialect = engine.pool._dialect = first.dialect
            engine._compiled_cache = first._compiled_cache


def ask_once_for_the_version_of_the_queues_library() -> None:
    """It reads it from the disk for every connection, to tell the server."""
    redis.utils.get_lib_version = functools.cache(redis.utils.get_lib_version)


def wait_for_no_disk() -> None:
    """What a test writes may be lost with the machine."""
    os.fsync = lambda file: None
    event.listen(Engine, "connect", _write_later)


def _write_later(connection: Any, record: Any) -> None:
    if type(connection).__module__.partition(".")[0] == "sqlite3":
        connection.execute("PRAGMA synchronous=OFF")


def keep_what_is_collected() -> None:
    """Tests, modules and all they hold stay until the end: the garbage collector need not look through them, which
    it did for a second every few tests. What comes after is looked through when there is enough of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
