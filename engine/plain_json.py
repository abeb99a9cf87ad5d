"""JSON that every reader takes: it knows no NaN and no infinity, so null stands for them.

What comes from elsewhere is read here too, and taken for hostile: of a bounded size and depth,
numbers finite and whole ones of at most 64 bits, text that can be written as UTF-8.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import AppError, DatasetError
from engine.regular_files import read_regular

MEGABYTE = 1 << 20
MOST_BYTES = 64 * MEGABYTE
"""What is read of a file unless its reader says otherwise."""
MOST_LEVELS = 64
"""Lists and tables inside one another. Python itself gives up below a thousand."""

_HINT = "Save it again with the program that made it."
# Checking each number takes as long as reading the text, so these look whether one may be wrong.
_LONG = re.compile(r"(?:^|[^0-9.])[0-9]{19}")
_HUGE = re.compile(r"[eE]\+?[0-9]{3}")
_ODD_LETTER = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[^\s,:\[\]{}"]++')


class _Refused(Exception):  # noqa: N818 - becomes an AppError that names the place
    """A number that valid JSON may hold, and that no reader wants: as it is written, and why."""


def dumps(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """One JSON text; numbers that are not finite become null, other objects their text."""
    return json.dumps(_plain(value), indent=indent, ensure_ascii=ascii_only, default=str)


def number(value: float) -> float | None:
    """A measured number, six digits behind the point; None for one that could not be measured."""
    return round(float(value), 6) if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def read_json(
    path: Path, *, most: int = MOST_BYTES, error: type[AppError] = DatasetError, hint: str = _HINT
) -> Any:
    """What a JSON file of at most `most` bytes holds. `error` says file and place otherwise."""
    try:
        text = read_regular(path, most, error).decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise error(f"{path.name} is not UTF-8 text.", hint=hint) from trouble
    except (OSError, ValueError) as trouble:  # A name with a zero byte in it is a ValueError.
        raise error(f"Cannot read {path}.", hint="Check the path.") from trouble
    return parse_json(text, path.name, error=error, hint=hint)


def parse_json(
    text: str, name: str, *, error: type[AppError] = DatasetError, hint: str = _HINT
) -> Any:
    """What a JSON text holds; `name` is that of the text in what an `error` says."""
    is_suspect = _LONG.search(text) or _HUGE.search(text)
    whole, finite = (_whole, _finite) if is_suspect else (None, None)
    try:
        value = json.loads(text, parse_int=whole, parse_float=finite, parse_constant=_refuse)
    except _Refused as refused:
        where = _place(text, _position(text, refused.args[0]))
        message = f"{name}, {where}: {_short(refused.args[0])} {refused.args[1]}."
        raise error(message, hint=hint) from refused
    except json.JSONDecodeError as trouble:
        where = f"line {trouble.lineno}, column {trouble.colno}"
        raise error(f"{name} is no valid JSON: {where}: {trouble.msg}.", hint=hint) from trouble
    except RecursionError:
        raise _too_deep(name, error, hint) from None
    if _is_deep(value):
        raise _too_deep(name, error, hint)
    odd = _odd_text(text) if _ODD_LETTER.search(text) else None
    if odd is not None:
        message = f"{name}, {_place(text, odd)}: this text holds characters that are none."
        raise error(message, hint=hint)
    return value


def _refuse(text: str) -> Any:
    raise _Refused(text, "is not finite")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _Refused(text, "is too large")
    return value


def _whole(text: str) -> int:
    # Python refuses to read thousands of digits.
    if len(text) > 20 or not -(2**63) <= int(text) < 2**63:
        raise _Refused(text, "is too large")
    return int(text)


def _too_deep(name: str, error: type[AppError], hint: str) -> AppError:
    return error(f"{name} nests lists more than {MOST_LEVELS} levels deep.", hint=hint)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _position(text: str, token: str) -> int:
    """Where this number is; what comes before it is known to be valid JSON."""
    return next((found.start() for found in _TOKEN.finditer(text) if found[0] == token), 0)


def _odd_text(text: str) -> int | None:
    """Where valid JSON holds a string that is no UTF-8, or that has a zero in it."""
    for found in _TOKEN.finditer(text):
        if _ODD_LETTER.search(found[0]):
            content = json.loads(found[0])
            if "\0" in content or any("\ud800" <= letter <= "\udfff" for letter in content):
                return found.start()
    return None


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"line {line}, column {position - text.rfind(chr(10), 0, position)}"


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:20]}..."
