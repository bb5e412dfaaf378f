"""What a route takes and gives, said once: requests are read by it, answers written, the OpenAPI document made of it.

@blueprint.post("")
@secret_key
@operation("Create a widget", tag="Widgets", body=WidgetBody, answers={201: WidgetAnswer}, errors={409: "taken"})
def create(body: WidgetBody) -> tuple[WidgetAnswer, int]:
    \"\"\"What an integrator should know; becomes the description.\"\"\"
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from inspect import cleandoc
from typing import Any

from flask import Response, request
from pydantic import BaseModel

from tryon.api.answers import Answer, respond
from tryon.api.bodies import FORMS, MULTIPART, Body, Form, Query, read_body, read_form, read_query

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Media:
    """An answer that is no JSON: a picture, a stream of events."""

    media_type: str
    description: str = ""


AnswerKind = type[BaseModel] | Media | None
"""None: no content."""


@dataclass(frozen=True, slots=True)
class Operation:
    summary: str
    tag: str
    description: str
    answers: Mapping[int, AnswerKind]
    errors: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Status → the domain's codes, beside those that every route of the surface may answer with."""
    body: type[Body] | None = None
    is_body_optional: bool = False
    takes_files: bool = False
    """The body may also come as the field `data` of a multipart form, with files beside it."""
    form: type[Form] | None = None
    """Beside a `body`: the caller's choice, by its Content-Type; the other one is None then."""
    query: type[Query] | None = None
    may_be_null: bool = False
    """Whether the answer may be JSON null."""


def _types_of(form: type[Form]) -> tuple[str, ...]:
    return FORMS if form.may_lack_files else (MULTIPART,)


def operation(
    summary: str,
    *,
    tag: str,
    answers: Mapping[int, AnswerKind],
    errors: Mapping[int, str | tuple[str, ...]] | None = None,
    body: type[Body] | None = None,
    is_body_optional: bool = False,
    takes_files: bool = False,
    form: type[Form] | None = None,
    query: type[Query] | None = None,
    may_be_null: bool = False,
) -> Callable[[View], View]:
    """Read what the route takes and hand it over as `body`, `form` and `query`; write what it gives back as JSON.

    The route returns an Answer, (Answer, status), (Answer, status, headers), ("", 204), None for JSON null, or a
    finished Response.
    """
    codes = {status: (given,) if isinstance(given, str) else given for status, given in (errors or {}).items()}

    def decorate(view: View) -> View:
        @wraps(view)
        def run(*arguments: Any, **names: Any) -> Any:
            if query is not None:
                names["query"] = read_query(query)
            is_form = form is not None and (body is None or request.mimetype in _types_of(form))
            if form is not None:
                names["form"] = read_form(form) if is_form else None
            if body is not None and is_form:
                names["body"] = None
            elif body is not None:
                names["body"] = read_body(body, is_optional=is_body_optional, takes_files=takes_files)
            return _respond(view(*arguments, **names))

        run.operation = Operation(  # type: ignore[attr-defined]
            summary=summary,
            tag=tag,
            description=cleandoc(view.__doc__ or ""),
            answers=answers,
            errors=codes,
            body=body,
            is_body_optional=is_body_optional,
            takes_files=takes_files,
            form=form,
            query=query,
            may_be_null=may_be_null,
        )
        return run

    return decorate


def _respond(given: Any) -> Any:
    if given is None or isinstance(given, Answer):
        return respond(given)
    if isinstance(given, tuple) and isinstance(given[0], Answer):
        return respond(*given)
    return given if isinstance(given, (Response, tuple)) else Response(given)
