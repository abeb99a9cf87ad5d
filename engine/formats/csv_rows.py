"""Rows of a CSV file from elsewhere: bounded, UTF-8, comma, semicolon or TAB between the fields."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from engine.errors import DatasetError
from engine.regular_files import open_regular

MOST_BYTES = 256 << 20
_HINT = "Save it as CSV in UTF-8."
_LONGEST_FIELD = 10_000

Row = tuple[int, list[str]]


def delimiter_of(line: str) -> str:
    """What separates the fields, told from a line: that which is there most often."""
    return max(",;\t", key=line.count)


def read_rows(path: Path, most: int = MOST_BYTES) -> Iterator[Row]:
    """Line numbers and fields without blanks around them; empty lines are left out.

    DatasetError for anything that is no such file.
    """
    try:
        with open_regular(path, most, DatasetError) as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            first = text.readline(1 << 16)
            text.seek(0)
            csv.field_size_limit(_LONGEST_FIELD)
            rows = csv.reader(text, delimiter=delimiter_of(first))
            for fields in rows:
                if any(field.strip() for field in fields):
                    yield rows.line_num, [field.strip() for field in fields]
    except csv.Error as error:
        raise DatasetError(f"{path.name} is no CSV file: {error}.", hint=_HINT) from error
    except (OSError, ValueError) as error:  # a UnicodeDecodeError among them
        raise DatasetError(f"Cannot read {path.name} as UTF-8 text.", hint=_HINT) from error
