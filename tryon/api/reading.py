"""Reading what others wrote: JSON, and text in forms, queries and paths, without anything that would fail later on.

Refused are what JSON does not know (NaN, broken UTF-8), what no database column holds (a NUL, half a surrogate pair,
an integer of more than 64 bits) and nesting so deep that only an attack has it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

from tryon.errors import FieldProblem, InvalidRequest

DEPTH_MAX = 64
INTEGER_MAX = 2**63 - 1
_SUSPICIOUS = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes of a NUL, or of half a surrogate pair: both are rare, so most texts need no second look."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
UNSTORABLE = "Must not hold NUL characters or half surrogate pairs."


class _Unreadable(ValueError):
    """With a sentence for the caller."""


def read_json(raw: bytes | str, *, root: str = "") -> Any:
    """The value, or InvalidRequest: `invalid_json`, or with the paths (below `root`) of what can't be taken."""
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise _invalid_json("The body is not UTF-8.", root) from error
    except _Unreadable as error:
        raise _invalid_json(str(error), root) from error
    except ValueError as error:
        raise _invalid_json("The body is not valid JSON.", root) from error
    except RecursionError as error:
        raise _too_deep(root) from error
    if text.count("[") + text.count("{") > DEPTH_MAX and _depth(value) > DEPTH_MAX:
        raise _too_deep(root)
    if _SUSPICIOUS.search(text):
        refuse_unstorable((path, each) for path, each in _texts(value, root))
    return value


def refuse_unstorable(texts: Iterable[tuple[str, str]]) -> None:
    """Raises InvalidRequest that names each path whose text no database would keep."""
    problems = [FieldProblem(path, UNSTORABLE) for path, text in texts if is_unstorable(text)]
    if problems:
        raise InvalidRequest("Some fields are not valid.", details=problems)


def is_unstorable(text: str) -> bool:
    return _UNSTORABLE.search(text) is not None


def _integer(text: str) -> int:
    if len(text) > 20 or abs(value := int(text)) > INTEGER_MAX:
        raise _Unreadable("The body holds an integer of more than 64 bits.")
    return value


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise _Unreadable("The body holds a number that is too large.")
    return value


def _constant(text: str) -> None:
    raise _Unreadable(f"The body holds {text}, which JSON does not know.")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=_constant)


def _depth(value: Any) -> int:
    """Level by level, so that no depth can exhaust the stack; counts no further than needed."""
    depth, level = 0, [value]
    while level and depth <= DEPTH_MAX:
        depth += 1
        level = [each for one in level if isinstance(one, (dict, list)) for each in _children(one)]
    return depth


def _children(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in it with its path; the names of fields too, at the path of what holds them."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, _join(path, str(index)))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield path, name
            yield from _texts(each, path if is_unstorable(name) else _join(path, name))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _invalid_json(message: str, root: str) -> InvalidRequest:
    details = [FieldProblem(root, "Must be JSON.")] if root else []
    return InvalidRequest(message, code="invalid_json", details=details)


def _too_deep(root: str) -> InvalidRequest:
    return InvalidRequest(
        "The body is nested too deeply.", code="invalid_json", details=[FieldProblem(root, "Too deep.")]
    )
