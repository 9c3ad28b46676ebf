"""Reads RESULTS.csv and PINS.csv. All that is wrong is found in one go, with its line and column."""

import csv
from dataclasses import dataclass
from pathlib import Path

from db.register_files import BadFile, Fault, read_lines


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """What RESULTS.csv says: its fields in order (`voters`, `blank` …), and each bureau's figures by code, in that order."""

    fields: tuple[str, ...]
    figures: dict[str, tuple[int, ...]]


def read_results(path: Path) -> ResultsFile:
    """Reads RESULTS.csv, plain or `.gz`. Raises `BadFile`."""
    header, rows, faults = _read(path)
    fields = tuple(header[1:])
    invalid = fields[1:2] if fields[1:2] == ("invalid",) else fields[1:3]
    named = fields[1 + len(invalid) :]
    expected = header[:1] == ["code"] and fields[:1] == ("voters",) and invalid in (("invalid",), ("blank", "null"))
    if not expected or not named or not all(name.isdigit() for name in named):
        reason = "the columns must be code, voters, invalid (or blank, null), then each candidate's number"
        raise BadFile(path, [Fault(1, "", reason)])
    figures: dict[str, tuple[int, ...]] = {}
    for line, cells in rows:
        wrong = [name for name, cell in zip(fields, cells[1:], strict=True) if not (cell.isascii() and cell.isdigit())]
        faults += [Fault(line, name, "is not a number") for name in wrong]
        if cells[0] in figures:
            faults.append(Fault(line, "code", f"{cells[0]} stands twice"))
        if not wrong:
            figures[cells[0]] = tuple(int(cell) for cell in cells[1:])
    if faults:
        raise BadFile(path, faults)
    return ResultsFile(fields, figures)


def read_pins(path: Path) -> dict[str, str]:
    """Reads PINS.csv: the clear PIN of each bureau, by code. Raises `BadFile`."""
    header, rows, faults = _read(path)
    if header != ["code", "pin"]:
        raise BadFile(path, [Fault(1, "", "the columns must be code, pin")])
    if faults:
        raise BadFile(path, faults)
    return {cells[0]: cells[1] for _, cells in rows}


def _read(path: Path) -> tuple[list[str], list[tuple[int, list[str]]], list[Fault]]:
    """Header, rows with their line numbers, and what is wrong with the form of either."""
    lines, faults = read_lines(path)
    reader = csv.reader(lines)
    header = [name.strip() for name in next(reader, [])]
    rows = []
    for cells in reader:
        if cells and len(cells) != len(header):
            faults.append(Fault(reader.line_num, "", f"{len(cells)} columns instead of {len(header)}"))
        elif cells:
            rows.append((reader.line_num, [cell.strip() for cell in cells]))
    return header, rows, faults
