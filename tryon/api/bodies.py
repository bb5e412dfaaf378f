"""Reading a JSON body into a pydantic schema: wrong types are named one by one, unknown fields are let pass."""

from typing import Annotated, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from tryon.errors import FieldProblem, InvalidRequest


class Body(BaseModel):
    """Every request schema: numbers are not strings, strings are not numbers, more fields than known are fine."""

    model_config = ConfigDict(strict=True, extra="ignore", str_strip_whitespace=True)


Schema = TypeVar("Schema", bound=Body)

ShortText = Annotated[str, Field(min_length=1, max_length=255)]
Title = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(max_length=10_000)]
Address = Annotated[str, Field(min_length=1, max_length=2_048)]


def read_body(schema: type[Schema]) -> Schema:
    """The body as `schema`, or InvalidRequest with one detail per bad field."""
    try:
        data = request.get_json()
    except UnsupportedMediaType as error:
        raise InvalidRequest("Send JSON, with Content-Type: application/json.") from error
    except BadRequest as error:
        raise InvalidRequest("The body is not valid JSON.", code="invalid_json") from error
    if not isinstance(data, dict):
        raise InvalidRequest("The body must be a JSON object.", details=[FieldProblem("", "Must be an object.")])
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        problems = [FieldProblem(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
        raise InvalidRequest("Some fields are not valid.", details=problems) from error
