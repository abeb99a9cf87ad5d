"""The keys of a config's sections, and which of them a wrong one was meant to be."""

from collections.abc import Collection, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, get_args

from pydantic import BaseModel

from engine.words import closest


def keys_at(config: type[BaseModel], path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys of the section at a path such as ("augment",); none where there is no section."""
    section: Any = config
    for part in path:
        section = _section(_types(section).get(str(part)))
    return tuple(_types(section))


def nearest(key: str, known: Collection[str]) -> str:
    """A sentence on a wrong key: the right one that looks most like it, or all there are."""
    found = closest(key.lower(), known)
    if found:
        return f"did you mean {found}?"
    return f"there is no such setting. Known: {', '.join(known) or 'none'}."


def _types(section: Any) -> dict[str, Any]:
    if isinstance(section, type) and issubclass(section, BaseModel):
        return {name: field.annotation for name, field in section.model_fields.items()}
    if isinstance(section, type) and is_dataclass(section):
        return {field.name: field.type for field in fields(section)}
    return {}


def _section(annotation: Any) -> Any:
    """The section itself, of one that may be left out."""
    return next((each for each in get_args(annotation) if _types(each)), annotation)
