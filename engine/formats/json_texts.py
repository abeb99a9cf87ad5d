"""Any JSON value as the text of an attribute, and back: so keys that we do not know survive."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from engine.errors import DatasetError
from engine.plain_json import parse_json

_FIRST = tuple('"[{-0123456789tfn')


def text_of(value: Any) -> str:
    """A JSON value as a text; `value_of` gives exactly that value again."""
    if isinstance(value, str) and value_of(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def value_of(text: str) -> Any:
    """The JSON value that `text_of` made this text of; any other text stays as it is."""
    if not text.startswith(_FIRST):
        return text
    try:
        value = parse_json(text, "attribute")
    except DatasetError:
        return text
    if json.dumps(value, ensure_ascii=False) != text:
        return text
    # A text in quotes is one that would be taken for something else without them.
    return text if isinstance(value, str) and value_of(value) == value else value


def by_key(attributes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Attributes as a table; a key that is there several times has the list of its values."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, text in attributes:
        found[key].append(text)
    return {key: texts[0] if len(texts) == 1 else text_of(texts) for key, texts in found.items()}
