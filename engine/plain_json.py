"""JSON that every reader takes: it knows no NaN and no infinity, so null stands for them."""

import json
import math
from collections.abc import Mapping
from typing import Any


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
