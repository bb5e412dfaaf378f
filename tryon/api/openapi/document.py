"""Walking the routes and writing the document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flask import Flask
from pydantic import BaseModel
from werkzeug.routing import Rule

from tryon.api.openapi.parameters import ANY_TEXT, PARAMETERS
from tryon.api.openapi.responses import HEADERS, answers_of, error_models
from tryon.api.openapi.schemas import Components
from tryon.api.openapi.security import OF_AUTH, SCHEMES
from tryon.api.operations import Media, Operation
from tryon.api.surfaces import SURFACES, Surface, surface_of

DESCRIPTION = """\
One system, four public surfaces:

- **Partner**: merchants, products, shoppers' models, try-on jobs, webhooks. Errors are problem details (RFC 9457).
- **Sessions**: a link per product for a shopper to open. Errors are problem details.
- **Try-on**: one call from a product and a photo to a picture; at the root and under `/tryon/v1`.
- **Usage integration**: sister systems report what was used elsewhere.

Times are ISO 8601 in UTC. Ids are opaque. Lists come in pages: `limit` and `cursor`. Every answer carries
`X-Request-Id`. A POST may carry an `Idempotency-Key`. What belongs to another merchant answers like what is missing.
"""
TITLES = {
    "partner": "Partner",
    "sessions": "Sessions",
    "tryon": "Try-on",
    "integration": "Usage integration",
}
_CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    rule: Rule
    path: str
    surface: Surface
    auth: str
    operation: Operation

    @property
    def tag(self) -> str:
        return f"{TITLES[self.surface.name]} · {self.operation.tag}"


def build_document(app: Flask) -> dict[str, Any]:
    routes = sorted(documented_routes(app), key=lambda route: (_position(route.surface), route.tag, route.path))
    components = Components(_models(routes))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _describe(route, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "tryon",
            "version": version("tryon"),
            "summary": "The open, self-hosted virtual try-on system for online stores.",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": app.extensions["tryon"].settings.public_app_url}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        "paths": paths,
        "components": {"schemas": components.schemas, "securitySchemes": SCHEMES, "headers": HEADERS},
    }


def documented_routes(app: Flask) -> Iterator[Route]:
    """Every route of a surface that says what it takes and gives; a contract test sees to it that all do."""
    for rule in app.url_map.iter_rules():
        surface = surface_of(rule.rule)
        view: Any = app.view_functions[rule.endpoint]
        if surface is None or not hasattr(view, "operation"):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, rule, _CONVERTER.sub(r"{\1}", rule.rule), surface, view.auth, view.operation)


def _position(surface: Surface) -> int:
    return list(TITLES).index(surface.name)


def _models(routes: list[Route]) -> Iterator[type[BaseModel]]:
    for route in routes:
        given = route.operation
        candidates = (given.body, given.form, given.query, *given.answers.values())
        yield from (each for each in candidates if each is not None and not isinstance(each, Media))
    yield from error_models(SURFACES)


def _describe(route: Route, components: Components) -> dict[str, Any]:
    given = route.operation
    described: dict[str, Any] = {
        "operationId": f"{route.rule.endpoint.replace('.', '_')}_{route.method.lower()}",
        "tags": [route.tag],
        "summary": given.summary,
    }
    if given.description:
        described["description"] = given.description
    described["security"] = OF_AUTH[route.auth]
    parameters = list(_parameters(route, components))
    if parameters:
        described["parameters"] = parameters
    content = _content(given, components)
    if content:
        described["requestBody"] = {"required": not given.is_body_optional, "content": content}
    described["responses"] = answers_of(route.surface, given, components, auth=route.auth, method=route.method,
                                        has_parameters=bool(route.rule.arguments))  # fmt: skip
    return described


def _parameters(route: Route, components: Components) -> Iterator[dict[str, Any]]:
    for name in _CONVERTER.findall(route.rule.rule):
        schema = {"type": "string", "minLength": 1} | ({} if name in ANY_TEXT else {"maxLength": 255})
        yield {"name": name, "in": "path", "required": True, "description": PARAMETERS[name], "schema": schema}
    if route.operation.query is not None:
        yield from _query_parameters(route.operation.query, components)
    if route.method == "POST" and route.auth != "none":
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The same key and body within 24 hours: the first answer again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
    if route.auth == "publishable":
        yield {
            "name": "Origin",
            "in": "header",
            "required": True,
            "description": "Sent by browsers; one of the shop's allowed origins.",
            "schema": {"type": "string"},
        }


def _query_parameters(query: type[BaseModel], components: Components) -> Iterator[dict[str, Any]]:
    schema = components.schemas[components.ref(query)["$ref"].rpartition("/")[2]]
    for name, field in schema.get("properties", {}).items():
        plain = dict(field)
        described: dict[str, Any] = {"name": name, "in": "query"}
        if "description" in plain:
            described["description"] = plain.pop("description")
        if name in schema.get("required", ()):
            described["required"] = True
        yield described | {"schema": plain}


def _content(given: Operation, components: Components) -> dict[str, Any]:
    as_form = {} if given.form is None else {"multipart/form-data": {"schema": components.ref(given.form)}}
    if given.body is None:
        return as_form
    json_body = {"application/json": {"schema": components.ref(given.body)}}
    if not given.takes_files:
        return json_body | as_form
    data = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": components.ref(given.body),
        "description": "The JSON body; each `fileKey` in it names a file of this form.",
    }
    form = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": data},
        "additionalProperties": {"type": "string", "format": "binary"},
    }
    return json_body | {"multipart/form-data": {"schema": form}}
