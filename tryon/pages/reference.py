"""The OpenAPI document as a reader wants it: operations under headings, schemas as rows, an example of each body."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

DEPTH_MAX = 4
"""How deep a body's fields are unfolded; deeper ones are named by their type."""
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_TWIN = "/tryon/v1"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Reply:
    status: str
    description: str
    fields: tuple[Field, ...]
    example: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    credential: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    example: str
    replies: tuple[Reply, ...]
    is_also_at_root: bool


class Reference:
    """Entries by tag, made from the document once."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = document["components"]["schemas"]
        self._paths: Mapping[str, Any] = document["paths"]
        self.description: str = document["info"]["description"]
        self.groups: dict[str, list[Entry]] = {tag["name"]: [] for tag in document["tags"]}
        for path, operations in self._paths.items():
            if _TWIN + path in self._paths:
                continue  # shown once, under its prefix
            for method, operation in operations.items():
                self.groups[operation["tags"][0]].append(self._entry(method, path, operation))

    def _entry(self, method: str, path: str, operation: dict[str, Any]) -> Entry:
        body = _body_schema(operation)
        return Entry(
            anchor=operation["operationId"],
            method=method.upper(),
            path=path,
            summary=operation["summary"],
            description=operation.get("description", ""),
            credential=", or ".join(name for each in operation["security"] for name in each),
            parameters=tuple(self._parameter(each) for each in operation.get("parameters", ())),
            body=tuple(self._fields(body)) if body else (),
            example=_json(self._example(body)) if body else "",
            replies=tuple(self._reply(status, reply) for status, reply in operation["responses"].items()),
            is_also_at_root=path.startswith(_TWIN) and path.removeprefix(_TWIN) in self._paths,
        )

    def _parameter(self, parameter: dict[str, Any]) -> Field:
        name = f"{parameter['name']} ({parameter['in']})"
        kind = self._type(parameter["schema"])
        return Field(name, kind, parameter.get("required", False), parameter.get("description", ""))

    def _reply(self, status: str, reply: dict[str, Any]) -> Reply:
        content = reply.get("content", {})
        media_type, media = next(iter(content.items()), ("", dict[str, Any]()))
        schema = media.get("schema", {})
        is_error = status >= "400"
        has_fields = "json" in media_type and not is_error
        description = reply["description"] if has_fields or not media_type else f"{reply['description']} ({media_type})"
        return Reply(
            status=status,
            description=description,
            fields=tuple(self._fields(schema)) if has_fields else (),
            example=_json(self._example(schema)) if has_fields else "",
            is_error=is_error,
        )

    def _fields(self, schema: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[Field]:
        schema = self._resolve(schema)
        required = schema.get("required", ())
        for name, field in schema.get("properties", {}).items():
            resolved = self._resolve(field)
            yield Field(prefix + name, self._type(field), name in required, field.get("description", ""))
            inner = self._inner(resolved)
            if inner is not None and depth < DEPTH_MAX:
                dots = "[]." if resolved.get("type") == "array" else "."
                yield from self._fields(inner, f"{prefix}{name}{dots}", depth + 1)

    def _inner(self, schema: dict[str, Any]) -> dict[str, Any] | None:
        """The object inside a field: itself, an array's items, or the one alternative that is no null."""
        candidates = [schema, schema.get("items", {}), schema.get("contentSchema", {})]
        candidates += [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        for candidate in candidates:
            resolved = self._resolve(candidate)
            if resolved.get("properties"):
                return resolved
        return None

    def _resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        alternatives = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        if len(alternatives) == 1 and "properties" not in schema:
            return self._resolve(alternatives[0])
        return schema

    def _type(self, schema: dict[str, Any]) -> str:
        if "$ref" in schema:
            return self._type(self._resolve(schema))
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self._type(each) for each in schema["anyOf"]))
        if "const" in schema:
            return json.dumps(schema["const"])
        if "enum" in schema:
            return " | ".join(json.dumps(value) for value in schema["enum"])
        if schema.get("type") == "array":
            return f"array of {self._type(schema.get('items', {}))}"
        if schema.get("format") == "binary":
            return "file"
        return f"{schema.get('type', 'any')}{_limits(schema)}"

    def _example(self, schema: dict[str, Any], depth: int = 0) -> Any:
        for holder in (schema, self._resolve(schema)):
            if holder.get("examples"):
                return holder["examples"][0]
        schema = self._resolve(schema)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        if schema.get("properties"):
            return self._example_object(schema, depth) if depth <= DEPTH_MAX else {}
        if schema.get("type") == "array":
            return [self._example(schema.get("items", {}), depth + 1)]
        if schema.get("default") is not None:
            return schema["default"]
        return _SIMPLE.get(schema.get("format") or schema.get("type", ""))

    def _example_object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        """What must be given, and what somebody thought worth an example."""
        required = schema.get("required", ())
        return {
            name: self._example(field, depth + 1)
            for name, field in schema["properties"].items()
            if name in required or field.get("examples") or (depth == 0 and not required)
        }


_SIMPLE = {
    "string": "…",
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "object": {},
    "date-time": "2026-03-24T18:00:00Z",
    "date": "2026-03-24",
    "binary": "(file)",
}


def prose(text: str) -> Markup:
    """The little Markdown our descriptions use: paragraphs, lists with hyphens, `code` and **strong**."""
    return Markup("").join(_block(block) for block in text.strip().split("\n\n") if block)


def inline(text: str) -> Markup:
    marked = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    return Markup(_STRONG.sub(r"<strong>\1</strong>", marked))  # noqa: S704 (escaped above)


def _block(block: str) -> Markup:
    if block.startswith("- "):
        items = Markup("").join(Markup("<li>{}</li>").format(inline(item)) for item in block[2:].split("\n- "))
        return Markup("<ul>{}</ul>").format(items)
    return Markup("<p>{}</p>").format(inline(block))


def _body_schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    return next((media["schema"] for media in content.values()), None)


def _limits(schema: dict[str, Any]) -> str:
    low = schema.get("minimum", schema.get("minLength", schema.get("minItems")))
    high = schema.get("maximum", schema.get("maxLength", schema.get("maxItems")))
    if low is None and high is None:
        return ""
    if low is None:
        return f" (≤ {high})"
    return f" (≥ {low})" if high is None else f" ({low}–{high})"


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
