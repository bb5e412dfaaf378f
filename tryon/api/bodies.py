"""Reading a request into a pydantic schema: wrong types are named one by one, unknown fields are let pass."""

from typing import Annotated, Any, ClassVar, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from werkzeug.datastructures import FileStorage

from tryon.api.reading import read_json, refuse_unstorable
from tryon.errors import FieldProblem, InvalidRequest, UnsupportedMediaType


class Body(BaseModel):
    """Every JSON body: numbers are not strings, strings are not numbers, more fields than known are fine."""

    model_config = ConfigDict(strict=True, extra="ignore", str_strip_whitespace=True, populate_by_name=True)


class Query(BaseModel):
    """Every query string: all values arrive as text."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, populate_by_name=True)


class Form(BaseModel):
    """Every multipart form: text fields, and files as `Upload`."""

    may_lack_files: ClassVar[bool] = False
    """Whether it also makes sense urlencoded, on a route that takes JSON too."""

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
MULTIPART = "multipart/form-data"
FORMS = (MULTIPART, "application/x-www-form-urlencoded")
DATA_FIELD = "data"
"""The form field that carries the JSON where files travel along."""


def read_body(schema: type[Schema], *, is_optional: bool = False, takes_files: bool = False) -> Schema:
    """The body as `schema`, or InvalidRequest with one detail per bad field.

    With `takes_files` it may also be the field `data` of a multipart form whose files lie in `request.files`.
    """
    if takes_files and request.mimetype == MULTIPART:
        _read_form_texts()
        data = read_json(request.form.get(DATA_FIELD, ""), root=DATA_FIELD)
    else:
        raw = request.get_data()
        if is_optional and not raw.strip():
            return schema()
        data = _read_json_body(raw)
    if not isinstance(data, dict):
        raise InvalidRequest("The body must be a JSON object.", details=[FieldProblem("", "Must be an object.")])
    return validate(schema, data)


def read_query(schema: type[Schema]) -> Schema:
    given = request.args.to_dict()
    refuse_unstorable(given.items())
    return validate(schema, given)


def read_form(schema: type[Schema]) -> Schema:
    if request.content_length and request.mimetype not in FORMS:
        raise UnsupportedMediaType("Send a form, with Content-Type: multipart/form-data.")
    return validate(schema, _read_form_texts() | request.files.to_dict())


def body_max_bytes(takes_files: bool) -> int | None:
    """More than the application's own limit where several pictures may come at once; None for that limit."""
    return FORM_MAX_BYTES if takes_files and request.mimetype == MULTIPART else None


def validate(schema: type[Schema], data: dict[str, Any]) -> Schema:
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        problems = [FieldProblem(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
        raise InvalidRequest("Some fields are not valid.", details=problems) from error


def _read_json_body(raw: bytes) -> Any:
    if not raw.strip():
        raise InvalidRequest("A JSON body is needed, with Content-Type: application/json.", code="invalid_json")
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
    return read_json(raw)


def _read_form_texts() -> dict[str, str]:
    given = request.form.to_dict()
    refuse_unstorable(given.items())
    return given
