"""Reads RESULTS.csv and PINS.csv. All that is wrong is found in one go, with its line and column."""

import re
from dataclasses import dataclass
from pathlib import Path

from db.register_files import BadFile, Fault, read_cells, read_lines
from flows.digits import is_digits

_COUNT = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """What RESULTS.csv says: its fields in order (`voters`, `blank` …), and each bureau's figures by code, in that order."""

    fields: tuple[str, ...]
    figures: dict[str, tuple[int, ...]]
    lines: dict[str, int]


def read_results(path: Path) -> ResultsFile:
    """Reads RESULTS.csv, plain or `.gz`. Raises `BadFile`."""
    text, faults = read_lines(path)
    header, rows = read_cells(text, faults)
    fields = tuple(header[1:])
    invalid = fields[1:2] if fields[1:2] == ("invalid",) else fields[1:3]
    named = fields[1 + len(invalid) :]
    expected = header[:1] == ["code"] and fields[:1] == ("voters",) and invalid in (("invalid",), ("blank", "null"))
    numbers = all(is_digits(name) for name in named) and len(set(named)) == len(named)
    if not expected or not named or not numbers:
        reason = "the columns must be code, voters, invalid (or blank, null), then each candidate's number"
        raise BadFile(path, [Fault(1, "", reason)])
    figures: dict[str, tuple[int, ...]] = {}
    lines: dict[str, int] = {}
    for line, cells in rows:
        wrong = [name for name, cell in zip(fields, cells[1:], strict=True) if not _COUNT.fullmatch(cell)]
        faults += [Fault(line, name, "is not a number") for name in wrong]
        if cells[0] in figures:
            faults.append(Fault(line, "code", f"{cells[0]} stands twice"))
        if not wrong:
            figures[cells[0]] = tuple(int(cell) for cell in cells[1:])
            lines[cells[0]] = line
    if faults:
        raise BadFile(path, faults)
    return ResultsFile(fields, figures, lines)


def read_pins(path: Path) -> dict[str, str]:
    """Reads PINS.csv: the clear PIN of each bureau, by code. Raises `BadFile`."""
    lines, faults = read_lines(path)
    header, rows = read_cells(lines, faults)
    if header != ["code", "pin"]:
        raise BadFile(path, [Fault(1, "", "the columns must be code, pin")])
    if faults:
        raise BadFile(path, faults)
    return {cells[0]: cells[1] for _, cells in rows}
