"""What a label's objects may say of themselves: the definitions of attributes, and their values.

An attribute is a name and a text, kept with an Annotation. A definition says which texts make
sense; values without one, from imports, are kept as they are.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import AppError, ConfigError

Attributes = tuple[tuple[str, str], ...]
YES, NO = "true", "false"
"""The values of a flag, as CVAT and others write them."""
LONGEST_NAME, LONGEST_VALUE, MOST = 80, 2000, 64
_YES, _NO = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off"})


class AttributeKind(StrEnum):
    """Which values an attribute may have."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """One attribute of a label's objects; a choice names what can be chosen."""

    name: str
    kind: AttributeKind = AttributeKind.TEXT
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            raise ValueError(f"An attribute needs a name of at most {LONGEST_NAME} letters.")
        if self.kind is AttributeKind.CHOICE and not self.choices:
            raise ValueError(f"{self.name} needs something to choose from.")
        if self.kind is not AttributeKind.CHOICE and self.choices:
            raise ValueError(f"{self.name} is no choice, so that it has none.")
        if len(set(self.choices)) < len(self.choices) or not all(map(str.strip, self.choices)):
            raise ValueError(f"The choices of {self.name} differ, and none is empty.")

    def checked(self, value: str) -> str:
        """The value as it is stored; "" for none. ConfigError where it makes no sense."""
        value = value.strip()
        if not value:
            return ""
        if len(value) > LONGEST_VALUE:
            hint = f"It has at most {LONGEST_VALUE} letters."
            raise ConfigError(f"The text of {self.name} is too long.", hint=hint)
        if self.kind is AttributeKind.NUMBER:
            return self._number(value)
        if self.kind is AttributeKind.FLAG:
            return self._flag(value)
        if self.kind is AttributeKind.CHOICE and value not in self.choices:
            hint = f"It is one of {', '.join(self.choices)}."
            raise ConfigError(f"{self.name} cannot be {_short(value)}.", hint=hint)
        return value

    def _number(self, value: str) -> str:
        text = value.replace(",", ".") if value.count(",") == 1 and "." not in value else value
        try:
            is_number = math.isfinite(float(text)) and "_" not in text
        except ValueError:
            is_number = False
        if not is_number:
            hint = "Write it in digits, such as 12 or 0.5."
            raise ConfigError(f"{self.name} is a number, not {_short(value)}.", hint=hint)
        return text

    def _flag(self, value: str) -> str:
        if value.casefold() in _YES:
            return YES
        if value.casefold() in _NO:
            return NO
        hint = f"It is {YES} or {NO}."
        raise ConfigError(f"{self.name} cannot be {_short(value)}.", hint=hint)


Specs = tuple[AttributeSpec, ...]


def checked_specs(specs: Sequence[AttributeSpec]) -> Specs:
    """The definitions of one label. ConfigError where two have one name, or they are too many."""
    names = [spec.name for spec in specs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ConfigError(f"Two attributes are called {twice}.", hint="Give each its own name.")
    if len(specs) > MOST:
        raise ConfigError(f"A label has at most {MOST} attributes.", hint="Delete some.")
    return tuple(specs)


def specs_text(specs: Iterable[AttributeSpec]) -> str:
    """Definitions as JSON; nothing for none."""
    rows = [[spec.name, spec.kind.value, list(spec.choices)] for spec in specs]
    return json.dumps(rows) if rows else ""


def specs_of(text: str) -> Specs:
    """Definitions from JSON; ValueError or TypeError where it is none."""
    if not text:
        return ()
    found = json.loads(text)
    if not isinstance(found, list):
        raise TypeError("definitions are a list")
    try:
        return checked_specs([_spec(*row) for row in found])
    except AppError as error:
        raise ValueError(error.message) from error


def _spec(name: object, kind: object, choices: object) -> AttributeSpec:
    if not isinstance(name, str) or not isinstance(choices, list):
        raise TypeError("a definition is a name, a kind and choices")
    if not all(isinstance(choice, str) for choice in choices):
        raise TypeError("choices are texts")
    return AttributeSpec(name, AttributeKind(str(kind)), tuple(choices))


def value_of(attributes: Attributes, name: str) -> str:
    """The value under this name; "" for none."""
    return next((value for known, value in attributes if known == name), "")


def with_value(attributes: Attributes, name: str, value: str) -> Attributes:
    """With this value in its old place, or behind the others; "" takes it away."""
    if any(known == name for known, _ in attributes):
        others = ((k, v) for k, v in attributes if value or k != name)
        return tuple((k, value if k == name else v) for k, v in others)
    return (*attributes, (name, value)) if value else attributes


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:36]}..."
