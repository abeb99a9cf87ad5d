"""Damaged copies of a file, as a reader may meet them; the same seed damages in the same way."""

import json
from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import strategies as st

seeds = st.integers(0, 2**32 - 1)

ODD_WORDS = (
    b"-1", b"0", b"1e308", b"-1e999", b"1e39", b"nan", b"inf", b"NaN", b"Infinity", b"9" * 20,
    b"9" * 5000, b"1.5", b"4294967296", b"9223372036854775807", b"null", b"true", b"[]", b"{}",
    b'""', b'"\\ud800"', b"[" * 500, b"\n", b"\0", b"\xff", "한".encode(), b"#", b"=", b"..", b"/",
)  # fmt: skip
ODD_VALUES = (
    None, True, False, -1, 0, 1, 7, 1.5, -0.5, 1e308, -1e39, 2**31, 2**63 - 1, -(2**63), "", "a",
    "0", "-1", "nan", "\\u0000", "..", "/", [], [[]], [None], [1], ["a"], [1, 2, 3, 4],
    [[1, 2, 3, 4, 5, 6]], {}, {"a": 1}, {"size": [-1, 9], "counts": [1]},
)  # fmt: skip


def damaged_bytes(data: bytes, seed: int, words: Sequence[bytes] = ODD_WORDS) -> bytes:
    """The data after a few accidents: bytes changed, cut or doubled, words put in their place."""
    random = Random(seed)
    for _ in range(random.randint(1, 3)):
        at = random.randint(0, len(data))
        end = min(len(data), at + random.choice((0, 1, 2, 5, 12, 100)))
        kind = random.randrange(4)
        if kind == 0:
            data = data[:at] + random.randbytes(random.randint(0, 4)) + data[end:]
        elif kind == 1:
            data = data[:at] + data[end:]
        elif kind == 2:
            data = data[:end] + data[at:]
        else:
            data = data[:at] + random.choice(words) + data[end:]
    return data


def damaged_json(value: Any, seed: int) -> bytes:
    """JSON in which some values are missing, doubled or others; now and then damaged as bytes."""
    random = Random(seed)
    value = deepcopy(value)
    for _ in range(random.randint(1, 3)):
        value = _damaged(value, random)
    data = json.dumps(value).encode()
    return damaged_bytes(data, seed) if random.random() < 0.3 else data


def _damaged(value: Any, random: Random) -> Any:
    places = list(_places(value))
    if not places:
        return random.choice(ODD_VALUES)
    where, key = random.choice(places)
    kind = random.randrange(6)
    if kind == 0:
        del where[key]
    elif kind == 1 and isinstance(where, list):
        where.insert(key, deepcopy(where[key]))
    else:
        where[key] = deepcopy(random.choice(ODD_VALUES))
    return value


def _places(value: Any) -> Any:
    """Every list or table in the value, with an index or key in it."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])
