"""PostgreSQL for the line: statements that libpq prepares once, and sends one behind the other where nobody waits for them.

A transaction of twenty statements is twenty journeys to the server and back, and each costs the worker and the server a change
of task. Here only who wants rows waits; whatever was sent before has then been done, or has failed. And what psycopg's cursors
do for a statement takes the interpreter longer than libpq, of which psycopg is the wrapper (`docs/performance.md`).
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any, Self, TypeVar

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InFailedSqlTransaction, InvalidSqlStatementName, error_from_result
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

NAMED = re.compile(r"%\((\w+)\)s|%%")
Result = TypeVar("Result")
DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
OUT_OF_STEP = (FeatureNotSupported, InvalidSqlStatementName)
"""A migration has changed what a prepared statement returns, or the server has forgotten it: the connection is as good as lost,
and another may try at once."""


class Answer:
    """What a statement led to: as much of a cursor as is asked for."""

    def __init__(self, result: PGresult) -> None:
        self._result = result

    @property
    def rowcount(self) -> int:
        """The rows that it met."""
        return self._result.command_tuples or 0

    @property
    def description(self) -> list[tuple[None, int]]:
        """Of each column, in the second place, the number of its type."""
        return [(None, self._result.ftype(column)) for column in range(self._result.nfields)]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement under a name, and the names of its values in their order."""

    name: bytes
    text: bytes
    order: tuple[str, ...]
    formats: tuple[PyFormat, ...]


class Pipeline:
    """The statements of one connection, of which each commits by itself until `begin`.

    From there to `commit` what is sent is not waited for: what failed is said by whoever reads next, or by the commit, as
    psycopg's error.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._line = connection.pgconn
        self._encoding = connection.info.encoding
        self._transformer = Transformer(connection)
        self._prepared: dict[str, _Prepared] = {}
        self._numbers = count()
        self._begun = False
        self._sent: list[str | None] = []
        self._readable, self._usable = poll(), poll()
        self._readable.register(self._line.socket, POLLIN)
        self._usable.register(self._line.socket, POLLIN | POLLOUT)

    def begin(self) -> None:
        """Begins a transaction, unless one has begun."""
        if self._line.transaction_status == TransactionStatus.IDLE and not self._begun:
            self._begun = True
            self._attempt(self._send, "BEGIN", {})

    def execute(self, statement: str, values: Mapping[str, Any]) -> Answer | None:
        """A statement, with `%(name)s` for its values, whose rows nobody wants; None where it is merely sent."""
        if not self._begun:
            return Answer(self._attempt(self._execute_alone, statement, values))
        self._attempt(self._send, statement, values)
        return None

    def fetch(self, statement: str, values: Mapping[str, Any]) -> tuple[Answer, list[tuple[Any, ...]]]:
        """A statement, and its rows."""
        if self._begun:
            self._attempt(self._send, statement, values)
            result = self._attempt(self._receive)
        else:
            result = self._attempt(self._execute_alone, statement, values)
        self._transformer.set_pgresult(result)
        return Answer(result), self._transformer.load_rows(0, result.ntuples, tuple)

    def catch_up(self) -> None:
        """Waits for what was sent."""
        if self._sent:
            self._attempt(self._receive)

    def commit(self) -> None:
        """Commits what was begun here. A transaction in which something failed, although nobody minded, raises: PostgreSQL
        rolls it back, and calls its COMMIT done."""
        if self._begun:
            self._attempt(self._send, "COMMIT", {})
            result = self._attempt(self._receive)
            self._begun = False
            if result.command_status != b"COMMIT":
                raise InFailedSqlTransaction("nothing was committed: a statement had failed")

    def give_up(self) -> None:
        """Whatever was sent is to be rolled back, as psycopg does it."""
        with suppress(psycopg.Error):
            self.catch_up()
        self._begun = False

    def _attempt(self, act: Callable[..., Result], *arguments: Any) -> Result:
        """Acts. An error without a number is none of a statement's: the connection is lost, even where libpq still takes it for
        whole."""
        try:
            return act(*arguments)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:
                self._line.finish()
            raise

    def _execute_alone(self, statement: str, values: Mapping[str, Any]) -> PGresult:
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._name(statement)
            self._must_be_done(self._line.prepare(prepared.name, prepared.text))
            self._prepared[statement] = prepared
        result = self._line.exec_prepared(prepared.name, self._arrange(prepared, values))
        self._must_be_done(result)
        return result

    def _send(self, statement: str, values: Mapping[str, Any]) -> None:
        known = self._prepared.get(statement)
        prepared = known or self._name(statement)
        arranged = self._arrange(prepared, values)
        self._line.enter_pipeline_mode()
        if known is None:
            self._line.send_prepare(prepared.name, prepared.text)
            self._prepared[statement] = prepared
            self._sent.append(statement)
        self._line.send_query_prepared(prepared.name, arranged)
        self._sent.append(None)

    def _receive(self) -> PGresult:
        """Waits for what was sent; returns the last one's result, or raises what failed first."""
        sent, self._sent = self._sent, []
        self._line.pipeline_sync()
        while self._line.flush():
            self._usable.poll()
            self._line.consume_input()
        results = [self._next() for _ in sent]
        self._wait()
        self._line.get_result()  # the pipeline's end, a result of its own
        self._line.exit_pipeline_mode()
        for statement, result in zip(sent, results, strict=True):
            if statement is not None and result.status not in DONE:
                del self._prepared[statement]
        for result in results:
            self._must_be_done(result)
        return results[-1]

    def _next(self) -> PGresult:
        """The next statement's result, and not the mark behind it."""
        self._wait()
        result = self._line.get_result()
        if result is None:
            raise psycopg.OperationalError("the connection was lost")
        self._wait()
        self._line.get_result()
        return result

    def _wait(self) -> None:
        """Lets others have the interpreter until there is a result: `get_result` would keep it."""
        while self._line.is_busy():
            self._readable.poll()
            self._line.consume_input()

    def _name(self, statement: str) -> _Prepared:
        order: dict[str, int] = {}

        def place(found: re.Match[str]) -> str:
            name = found[1]
            return "%" if name is None else f"${order.setdefault(name, len(order) + 1)}"

        text = NAMED.sub(place, statement).encode()
        return _Prepared(b"line_%d" % next(self._numbers), text, tuple(order), (PyFormat.TEXT,) * len(order))

    def _arrange(self, prepared: _Prepared, values: Mapping[str, Any]) -> Any:
        return self._transformer.dump_sequence([values[name] for name in prepared.order], prepared.formats)

    def _must_be_done(self, result: PGresult) -> None:
        if result.status in DONE:
            return
        if result.error_field(DiagnosticField.SEVERITY_NONLOCALIZED) != b"ERROR":
            raise psycopg.OperationalError(result.get_error_message(self._encoding))  # FATAL, or libpq's own
        error = error_from_result(result, encoding=self._encoding)
        if isinstance(error, OUT_OF_STEP):
            raise psycopg.OperationalError(str(error)) from error
        raise error


class PipelinedConnection(psycopg.Connection[Any]):
    """A connection whose `statements` go in a pipeline; psycopg's own cursors, which may be used between, wait for them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.statements = Pipeline(self)

    @classmethod
    def connect(cls, *arguments: Any, **options: Any) -> Self:
        """Connects. psycopg prepares nothing of its own: it would have the server forget that after a rollback, and with it
        whatever is prepared."""
        return super().connect(*arguments, **{**options, "prepare_threshold": None})

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """psycopg's own."""
        self.statements.catch_up()
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        """Commits; or rolls back, and raises what failed of all that was sent."""
        try:
            self.statements.commit()
        except psycopg.Error:
            # SQLAlchemy takes the transaction for ended.
            with suppress(psycopg.Error):
                self.rollback()
            raise
        super().commit()

    def rollback(self) -> None:
        """Rolls back, whatever was sent."""
        self.statements.give_up()
        super().rollback()
