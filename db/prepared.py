"""Writes that are compiled once: SQLAlchemy's way to a statement it knows already still costs as much as the driver's own."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Insert, Update

Process = Callable[[Any], Any]


class Write:
    """An insert or an update of one row, which returns none. `values` are the columns that an insert is given."""

    def __init__(self, statement: Insert | Update, values: tuple[str, ...] | None = None) -> None:
        self._statement = statement
        self._values = values
        self._compiled: dict[str, _Compiled] = {}

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Writes `values`. Raises what SQLAlchemy would, and KeyError where one is missing."""
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _Compiled(self._statement, self._values, connection.dialect)
        compiled = self._compiled[name]
        return connection.exec_driver_sql(compiled.sql, compiled.arrange(values))


class _Compiled:
    """A statement as one dialect's driver takes it."""

    def __init__(self, statement: Insert | Update, values: tuple[str, ...] | None, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=values)
        self.sql = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        binds = {name: compiled.binds[name] for name in compiled.params}
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
