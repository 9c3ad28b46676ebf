"""Reads ELECTION.toml and BUREAUX.csv. All that is wrong is found in one go, with its line and column."""

import csv
import gzip
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from db.phone_numbers import to_e164
from db.refusals import Refusal
from flows.ballot import Candidate, CheckDigit, Invalid
from flows.catalogue import LOCALES
from flows.digits import is_digits

COLUMNS = ("code", "department", "commune", "name", "electorate", "president", "phone")
MAX_ELECTORATE = 999_999
"""More is a slip. The largest bureau of 2017, abroad, had 105,891 electors."""
MAX_CODE_DIGITS = 20
MAX_ROUND = 99


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file. `line` counts from 1; `column` is the column's name, "" for the whole line."""

    line: int
    column: str
    reason: str


class BadFile(Refusal):
    """A file cannot be loaded. `faults` are all that is wrong with it."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        super().__init__("\n".join(self.lines()))

    def lines(self) -> Iterator[str]:
        """The faults, a line each, naming file, line, column and reason."""
        for fault in self.faults:
            column = f", column {fault.column}" if fault.column else ""
            line = f", line {fault.line}" if fault.line else ""
            yield f"{self.path}{line}{column}: {fault.reason}"


@dataclass(frozen=True, slots=True)
class ElectionFile:
    """What ELECTION.toml says."""

    name: str
    round: int
    polls_close: datetime
    locale: str
    invalid: Invalid
    check_digit: CheckDigit
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class BureauRow:
    """One row of BUREAUX.csv. `electorate` and `phone` (E.164) are None where the file has none."""

    code: str
    department: str
    commune: str
    name: str
    electorate: int | None
    president: str
    phone: str | None


def read_election(path: Path) -> ElectionFile:
    """Reads ELECTION.toml. Raises `BadFile`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFile(path, [Fault(0, "", error.strerror or "cannot be read")]) from error
    except UnicodeDecodeError as error:
        raise BadFile(path, [Fault(0, "", "is not UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        raise BadFile(path, [Fault(0, "", f"is not TOML: {error}")]) from error
    faults: list[Fault] = []
    read = _Keys(content, faults)
    closes = read.value("election", "polls_close", datetime)
    if closes is not None and closes.tzinfo is None:
        faults.append(Fault(0, "election.polls_close", "has no offset (write 2011-10-09T19:00:00+02:00)"))
    number = read.value("election", "round", int)
    if number is not None and not 1 <= number <= MAX_ROUND:
        faults.append(Fault(0, "election.round", f"must be from 1 to {MAX_ROUND}"))
    election = ElectionFile(
        name=read.value("election", "name", str) or "",
        round=number or 1,
        polls_close=closes or datetime.min,
        locale=read.choice("election", "locale", LOCALES),
        invalid=Invalid(read.choice("ballot", "invalid", tuple(Invalid))),
        check_digit=CheckDigit(read.choice("register", "check_digit", tuple(CheckDigit))),
        candidates=tuple(_candidates(content.get("candidates"), faults)),
    )
    if faults:
        raise BadFile(path, faults)
    return election


class _Keys:
    """Reads keys of a TOML document, noting each that is missing or of the wrong kind."""

    def __init__(self, content: Mapping[str, Any], faults: list[Fault]) -> None:
        self._content = content
        self._faults = faults

    def value(self, table: str, key: str, kind: type) -> Any:
        """The key's value, or None with a fault noted."""
        section = self._content.get(table)
        found = section.get(key) if isinstance(section, dict) else None
        unprintable = isinstance(found, str) and not found.isprintable()
        if not isinstance(found, kind) or isinstance(found, bool) or found == "" or unprintable:
            reason = "is missing" if found is None else f"{found!r} is not of the right kind"
            self._faults.append(Fault(0, f"{table}.{key}", reason))
            return None
        return found

    def choice(self, table: str, key: str, options: tuple[str, ...]) -> str:
        """The key's value if it is one of `options`, or the first of them with a fault noted."""
        found = self.value(table, key, str)
        if found is not None and found not in options:
            self._faults.append(Fault(0, f"{table}.{key}", f"{found!r} is not one of {', '.join(options)}"))
        return found if found in options else options[0]


def _candidates(content: Any, faults: list[Fault]) -> Iterator[Candidate]:
    if not isinstance(content, list) or not content:
        faults.append(Fault(0, "candidates", "the ballot names nobody"))
        return
    seen: set[int] = set()
    for place, entry in enumerate(content, 1):
        number, name = (entry.get("number"), entry.get("name")) if isinstance(entry, dict) else (None, None)
        if type(number) is not int or not 0 < number < 1000 or number in seen:
            faults.append(Fault(0, f"candidates[{place}].number", "must be a number from 1 to 999, once each"))
            continue
        seen.add(number)
        spoken = entry.get("spoken") or name
        if not (isinstance(name, str) and isinstance(spoken, str) and name and (name + spoken).isprintable()):
            faults.append(Fault(0, f"candidates[{place}].name", "is missing, or cannot be printed"))
            continue
        yield Candidate(number, name, spoken)


def read_lines(path: Path) -> tuple[list[str], list[Fault]]:
    """The lines of a text file, plain or `.gz`, and a fault for each that is not UTF-8. Raises `BadFile`."""
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except OSError as error:
        raise BadFile(path, [Fault(0, "", error.strerror or "is not a gzip file")]) from error
    except (EOFError, zlib.error) as error:
        raise BadFile(path, [Fault(0, "", "the gzip file is damaged")]) from error
    lines: list[str] = []
    faults: list[Fault] = []
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True), 1):
        try:
            lines.append(raw.decode())
        except UnicodeDecodeError:
            lines.append(raw.decode(errors="replace"))
            faults.append(Fault(number, "", "is not UTF-8"))
    return lines, faults


def read_cells(lines: list[str], faults: list[Fault]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header and the rows of a CSV, trimmed, with their line numbers; what has not its form goes to the faults."""
    reader = csv.reader(lines, strict=True)
    rows = []
    header: list[str] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        for cells in reader:
            if cells and len(cells) != len(header):
                faults.append(Fault(reader.line_num, "", f"{len(cells)} columns instead of {len(header)}"))
            elif cells:
                trimmed = [cell.strip() for cell in cells]
                unprintable = [name for name, cell in zip(header, trimmed, strict=True) if not cell.isprintable()]
                faults += [
                    Fault(reader.line_num, name, "has a character that nobody can print") for name in unprintable
                ]
                rows.append((reader.line_num, trimmed))
    except csv.Error as error:
        faults.append(Fault(reader.line_num, "", f"is not CSV: {error}"))
    return header, rows


def read_bureaux(path: Path, check_digit: CheckDigit) -> list[BureauRow]:
    """Reads BUREAUX.csv, plain or `.gz`. Raises `BadFile` with every fault of every row."""
    lines, faults = read_lines(path)
    header, cells_by_line = read_cells(lines, faults)
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        reason = f"missing (the file has {', '.join(header) or 'no header'})"
        raise BadFile(path, [Fault(1, column, reason) for column in missing] + faults)
    rows: list[BureauRow] = []
    first_line: dict[str, int] = {}
    for line, cells in cells_by_line:
        row = _Row(line, dict(zip(header, cells, strict=True)), faults)
        rows.append(row.bureau(check_digit, first_line))
    if not rows and not faults:
        faults.append(Fault(1, "", "the file has no bureau"))
    if faults:
        raise BadFile(path, sorted(faults, key=lambda fault: fault.line))
    return rows


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def bureau(self, check_digit: CheckDigit, first_line: dict[str, int]) -> BureauRow:
        """The row as a bureau; what is wrong with it goes to the faults."""
        return BureauRow(
            code=self._code(check_digit, first_line),
            department=self._text("department"),
            commune=self._text("commune"),
            name=self._text("name"),
            electorate=self._electorate(),
            president=self.cells["president"],
            phone=self._phone(),
        )

    def _fault(self, column: str, reason: str) -> None:
        self.faults.append(Fault(self.line, column, reason))

    def _text(self, column: str) -> str:
        if not self.cells[column]:
            self._fault(column, "is empty")
        return self.cells[column]

    def _code(self, check_digit: CheckDigit, first_line: dict[str, int]) -> str:
        code = self.cells["code"]
        if not is_digits(code):
            self._fault("code", f"{code!r} is not digits only")
        elif len(code) > MAX_CODE_DIGITS:
            self._fault("code", f"{code} is longer than {MAX_CODE_DIGITS} digits")
        elif not check_digit.accepts(code):
            self._fault("code", f"{code} fails its check digit")
        elif code in first_line:
            self._fault("code", f"{code} stands on line {first_line[code]} already")
        first_line.setdefault(code, self.line)
        return code

    def _electorate(self) -> int | None:
        text = self.cells["electorate"]
        if not text:
            return None
        digits = text.removeprefix("-")
        if not is_digits(digits):
            self._fault("electorate", f"{text!r} is not a number")
        elif text.startswith("-"):
            self._fault("electorate", f"{text} is negative")
        elif len(digits) > len(str(MAX_ELECTORATE)):
            self._fault("electorate", f"{text} is absurd: more than {MAX_ELECTORATE}")
        else:
            return int(text)
        return None

    def _phone(self) -> str | None:
        text = self.cells["phone"]
        if not text:
            return None
        number = to_e164(text)
        if number is None:
            self._fault("phone", f"{text!r} is no telephone number in international or national form")
        return number
