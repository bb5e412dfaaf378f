"""What an application makes the same way each time, made once a process: tests make a thousand applications."""

from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """Templates compiled by any application before. Jinja itself asks whether the source is still the same."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key + bucket.checksum] = bucket.code


_templates = CompiledTemplates()
_compile = Rule._compile_builder
_builders: dict[object, Any] = {}


def share_compiled_routes() -> None:
    """Werkzeug writes and compiles a function for each route to build its addresses, a tenth of a second for all of
    ours. What it makes depends on the rule alone and belongs to none: each route binds it to itself."""
    Rule._compile_builder = _compile_once  # type: ignore[method-assign]


def _compile_once(self: Rule, append_unknown: bool = True) -> Any:
    key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile(self, append_unknown)
    return _builders[key]


def share_compiled_templates(app: Flask) -> None:
    app.jinja_env.bytecode_cache = _templates
