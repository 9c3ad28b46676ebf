"""Statements that are compiled once: SQLAlchemy's way to one that it knows already costs as much as the driver's own."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select, Table, Update, bindparam, insert
from sqlalchemy.sql.expression import UpdateBase

from db.driver import fetch, send

Process = Callable[[Any], Any]
Statement = UpdateBase | Select[Any]


class Write:
    """An insert or an update which returns no rows. `values` are the columns that an insert is given."""

    def __init__(self, statement: Insert | Update, values: tuple[str, ...] | None = None) -> None:
        self._statement = statement
        self._values = values
        self._compiled: dict[str, _Compiled] = {}

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Writes `values`; returns the driver's cursor, with its `rowcount` and `lastrowid` where these are known. Raises what
        SQLAlchemy would, and KeyError where a value is missing."""
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _Compiled(self._statement, connection.dialect, self._values)
        compiled = self._compiled[name]
        return send(connection, compiled.sql, compiled.arrange(values))


AT_ONCE = 16
"""Rows that one statement writes at most: the text for each number of rows is kept."""


class WriteRows:
    """An insert of some rows of the same `columns`: one statement for a few."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = columns
        self._writes: dict[int, Write] = {}

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes the rows. Raises what SQLAlchemy would, and KeyError where a value is missing."""
        for first in range(0, len(rows), AT_ONCE):
            self._write(connection, rows[first : first + AT_ONCE])

    def _write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        count = len(rows)
        if count not in self._writes:
            self._writes[count] = Write(self._insert(count))
        values = {f"{name}_{number}": row[name] for number, row in enumerate(rows) for name in self._columns}
        self._writes[count].execute(connection, values)

    def _insert(self, count: int) -> Insert:
        columns = self._table.c
        rows = [
            {name: bindparam(f"{name}_{number}", type_=columns[name].type) for name in self._columns}
            for number in range(count)
        ]
        return insert(self._table).values(rows)


class Read:
    """A query, or a write that returns rows; none of its parameters is a list."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, _CompiledRead] = {}

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """The rows, each with the columns' names. Raises what SQLAlchemy would, and KeyError where a value is missing."""
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _CompiledRead(self._statement, connection.dialect)
        compiled = self._compiled[name]
        return compiled.name(*fetch(connection, compiled.sql, compiled.arrange(values)))

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first row, or None."""
        rows = self.all(connection, values)
        return rows[0] if rows else None


class _Compiled:
    """A statement as one dialect's driver takes it."""

    def __init__(self, statement: Statement, dialect: Dialect, values: tuple[str, ...] | None = None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=values)
        wanted = {name: None for name, bind in compiled.binds.items() if bind.required}
        expanded = compiled.construct_expanded_state(wanted)
        self.sql: str = expanded.statement
        self._order: list[str] | None = expanded.positiontup
        binds = {name: compiled.binds[name] for name in expanded.positiontup or compiled.params}
        self._names = [name for name, bind in binds.items() if bind.required]
        self._constants = {name: bind.value for name, bind in binds.items() if not bind.required}
        self._processes: list[tuple[str, Process]] = [
            (name, process)
            for name, bind in binds.items()
            if (process := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        ]

    def arrange(self, values: Mapping[str, Any]) -> Any:
        """The values, each as the driver takes it, by name or by place."""
        arranged = {**self._constants, **{name: values[name] for name in self._names}}
        for name, process in self._processes:
            arranged[name] = process(arranged[name])
        return arranged if self._order is None else tuple(arranged[name] for name in self._order)


class _CompiledRead(_Compiled):
    """A statement with rows, as one dialect's driver takes and returns them."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        super().__init__(statement, dialect)
        columns: Any = statement.exported_columns
        row: Any = namedtuple("row", columns.keys())  # type: ignore[misc]
        self._make = row._make
        self._types = [column.type.dialect_impl(dialect) for column in columns]
        self._dialect = dialect
        self._read: list[tuple[int, Process]] | None = None

    def name(self, cursor: Any, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """The driver's rows as the columns' types have them, with their names."""
        if self._read is None:
            self._read = self._find_processes(cursor.description)
        if not self._read:
            return [self._make(row) for row in rows]
        return [self._make(self._process(row, self._read)) for row in rows]

    def _find_processes(self, description: Sequence[Sequence[Any]]) -> list[tuple[int, Process]]:
        """What each column's type does to the driver's values, by its place."""
        found = [
            (place, kind.result_processor(self._dialect, column[1]))
            for place, (kind, column) in enumerate(zip(self._types, description, strict=True))
        ]
        return [(place, process) for place, process in found if process is not None]

    @staticmethod
    def _process(row: Sequence[Any], processes: Sequence[tuple[int, Process]]) -> list[Any]:
        changed = list(row)
        for place, process in processes:
            changed[place] = process(changed[place])
        return changed
