"""The pydantic schemas of all routes as components, under names that say which surface they belong to."""

import json
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

REF = "#/components/schemas/"
_PACKAGE = re.compile(r"\btryon__(?:\w+?__)*?api__(?:(partner|sessions|tryon|integration)__)?(?:\w+?__)?(?=[A-Z])")
_SUFFIX = re.compile(r"(?<=[a-z])(?:Answer)$")


class Components:
    """What `schemas` holds, by name; `ref(model)` is how a route points to one."""

    def __init__(self, models: Iterable[type[BaseModel]]) -> None:
        unique = sorted(set(models), key=lambda model: (model.__module__, model.__qualname__))
        found, definitions = models_json_schema(
            [(model, "validation") for model in unique], ref_template=REF + "{model}"
        )
        schemas = definitions.get("$defs", {})
        names = _readable(schemas)
        self.schemas: dict[str, Any] = {names[name]: _renamed(schema, names) for name, schema in schemas.items()}
        self._refs = {model: _renamed(dict(found[model, "validation"]), names) for model in unique}

    def ref(self, model: type[BaseModel]) -> dict[str, Any]:
        return dict(self._refs[model])


def _readable(schemas: Iterable[str]) -> dict[str, str]:
    """pydantic's names → ours: without "Answer", and with the surface in front only where two would be called alike."""
    plain = {name: _without_packages(name, keep_surface=False) for name in schemas}
    counts: dict[str, int] = {}
    for name in plain.values():
        counts[name] = counts.get(name, 0) + 1
    return {
        name: short if counts[short] == 1 else _without_packages(name, keep_surface=True)
        for name, short in plain.items()
    }


def _without_packages(name: str, *, keep_surface: bool) -> str:
    def spell(match: re.Match[str]) -> str:
        return (match[1] or "").capitalize() if keep_surface else ""

    name = _PACKAGE.sub(spell, name)
    page = re.fullmatch(r"(\w*?)Page_(\w+?)_", name)
    if page:
        name = f"{page[1]}{_SUFFIX.sub('', page[2])}Page"
    return _SUFFIX.sub("", name)


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    text = json.dumps(schema)
    text = re.sub(re.escape(REF) + r"([\w.]+)", lambda match: REF + names.get(match[1], match[1]), text)
    renamed = json.loads(text)
    _drop_titles(renamed)
    return renamed


def _drop_titles(node: Any) -> None:
    """pydantic gives every field a title made of its name: noise to a reader."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        for name, value in node.items():
            if name == "properties":
                for each in value.values():
                    _drop_titles(each)
            elif name not in ("examples", "example", "default", "const", "enum"):
                _drop_titles(value)
    elif isinstance(node, list):
        for value in node:
            _drop_titles(value)
