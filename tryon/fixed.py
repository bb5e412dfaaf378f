"""Statements that never change, in the very form their driver takes: made once for each database, then only bound.

Most of what a short statement costs, in a program like this, is SQLAlchemy on the way to the driver: it looks up the
compiled text, makes a context, a cursor result and rows. For the few statements that every request needs, all of it is
done here beforehand. The texts, the columns' types and their defaults are SQLAlchemy's own.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Turn = Callable[[Any], Any]
"""A value of ours to the driver's, or back."""


class Fixed:
    """A `select`, `insert`, `update` or `delete` whose only differences are its `bindparam`s.

    An `insert` takes its columns from the rows it is given. No list may be bound to one parameter (`IN`).
    """

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._made: dict[Any, Made] = {}

    def made_for(self, dialect: Dialect, names: tuple[str, ...]) -> "Made":
        """For parameters of these names."""
        key = dialect.name, names
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = _make(self._statement, dialect, names)
        return made


@dataclass(frozen=True, slots=True)
class Made:
    text: str
    values: tuple[tuple[str, Turn | None, Turn | None], ...]
    """Each parameter's name, what it is where it is not given, and how the driver wants it."""
    is_positional: bool
    row: Callable[[Sequence[Any]], Any] | None
    """A row with names from what the driver gives; None where the statement gives none."""

    def bind(self, given: dict[str, Any]) -> Any:
        """The driver's parameters, of the names that it was made for."""
        bound = []
        for name, missing, turn in self.values:
            value = given[name] if missing is None else missing(None)
            bound.append(value if turn is None else turn(value))
        if self.is_positional:
            return bound
        return {each[0]: value for each, value in zip(self.values, bound, strict=True)}


def _make(statement: Any, dialect: Dialect, names: tuple[str, ...]) -> Made:
    is_new = isinstance(statement, Insert)
    compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(names) if is_new else None)
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    defaults = {str(column.key): column.default if is_new else column.onupdate for column in compiled.prefetch}
    order: Sequence[str] = (compiled.positiontup or []) if compiled.positional else list(binds)
    values = tuple(
        (
            name,
            None if name in names else _missing(name, binds[name], defaults),
            _to_driver(binds[name].type, dialect),
        )
        for name in order
    )
    return Made(compiled.string, values, compiled.positional, _row_maker(statement, dialect))


def _missing(name: str, bind: BindParameter[Any], defaults: dict[str, Any]) -> Turn:
    """Of a column that the caller leaves out what the model says; of a literal its value."""
    if name in defaults:
        default: Any = defaults[name]
        return default.arg if default.is_callable else lambda _: default.arg
    if bind.required:
        raise TypeError(f"The parameter {name!r} is missing.")
    return lambda _: bind.value


def _to_driver(type: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    return type.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(type: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    return type.dialect_impl(dialect).result_processor(dialect, None)


def _row_maker(statement: Any, dialect: Dialect) -> Callable[[Sequence[Any]], Any] | None:
    columns = list(statement.exported_columns)
    if not columns:
        return None
    row = namedtuple("row", [column.key for column in columns])._make  # type: ignore[misc, attr-defined]
    turns = [(index, _from_driver(column.type, dialect)) for index, column in enumerate(columns)]
    turned = [(index, turn) for index, turn in turns if turn is not None]
    if not turned:
        return row

    def make(given: Sequence[Any]) -> Any:
        values = list(given)
        for index, turn in turned:
            values[index] = turn(values[index])
        return row(values)

    return make
