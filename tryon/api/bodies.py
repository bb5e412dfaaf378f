"""Reading a request into a pydantic schema: wrong types are named one by one, unknown fields are let pass."""

from typing import Annotated, Any, TypeVar

from flask import json, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from tryon.errors import FieldProblem, InvalidRequest


class Body(BaseModel):
    """Every JSON body: numbers are not strings, strings are not numbers, more fields than known are fine."""

    model_config = ConfigDict(strict=True, extra="ignore", str_strip_whitespace=True, populate_by_name=True)


class Query(BaseModel):
    """Every query string: all values arrive as text."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, populate_by_name=True)


class Form(BaseModel):
    """Every multipart form: text fields, and files as `Upload`."""

    model_config = ConfigDict(
        extra="ignore", str_strip_whitespace=True, populate_by_name=True, arbitrary_types_allowed=True
    )


Schema = TypeVar("Schema", bound=BaseModel)

ShortText = Annotated[str, Field(min_length=1, max_length=255)]
Title = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(max_length=10_000)]
Address = Annotated[str, Field(min_length=1, max_length=2_048)]
Upload = Annotated[FileStorage, WithJsonSchema({"type": "string", "format": "binary"})]

FORM_MAX_BYTES = 48 * 1024 * 1024
"""Of a form with several pictures in it."""
DATA_FIELD = "data"
"""The form field that carries the JSON where files travel along."""


def read_body(schema: type[Schema], *, is_optional: bool = False, takes_files: bool = False) -> Schema:
    """The body as `schema`, or InvalidRequest with one detail per bad field.

    With `takes_files` it may also be the field `data` of a multipart form whose files lie in `request.files`.
    """
    if is_optional and not request.content_length:
        return schema()
    if takes_files:
        request.max_content_length = FORM_MAX_BYTES
    if takes_files and request.mimetype == "multipart/form-data":
        data = _json_of(request.form.get(DATA_FIELD, ""))
    else:
        data = _json_body()
    if not isinstance(data, dict):
        raise InvalidRequest("The body must be a JSON object.", details=[FieldProblem("", "Must be an object.")])
    return validate(schema, data)


def read_query(schema: type[Schema]) -> Schema:
    return validate(schema, request.args.to_dict())


def read_form(schema: type[Schema]) -> Schema:
    return validate(schema, request.form.to_dict() | request.files.to_dict())


def validate(schema: type[Schema], data: dict[str, Any]) -> Schema:
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        problems = [FieldProblem(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
        raise InvalidRequest("Some fields are not valid.", details=problems) from error


def _json_body() -> Any:
    try:
        return request.get_json()
    except UnsupportedMediaType as error:
        raise InvalidRequest("Send JSON, with Content-Type: application/json.") from error
    except BadRequest as error:
        raise InvalidRequest("The body is not valid JSON.", code="invalid_json") from error


def _json_of(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        problem = FieldProblem(DATA_FIELD, "Must be JSON.")
        raise InvalidRequest("The field `data` is not valid JSON.", code="invalid_json", details=[problem]) from error
