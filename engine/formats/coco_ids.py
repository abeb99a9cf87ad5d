"""The ids that a COCO file gives: kept with pictures and objects, so that they are given again.

A picture has its own in an attribute. An Annotation has it in its id, which stays whatever becomes
of the object, and which no copy of it has.
"""

from collections.abc import Iterable

IMAGE = "coco_id"
"""The attribute of a picture with the id that its file gave it."""
_OBJECT = "coco-"
_DIGITS = 18
"""So many always fit into 64 bits."""


def id_with(number: int) -> str:
    """The id of an Annotation whose file calls it by this number."""
    return f"{_OBJECT}{number}"


def number_in(annotation_id: str) -> int | None:
    """What a file calls the Annotation with this id; None where no file named it."""
    is_named = annotation_id.startswith(_OBJECT)
    return number_of(annotation_id.removeprefix(_OBJECT)) if is_named else None


def number_of(value: object) -> int | None:
    """An id of a file as a number, also from a text; None for any other."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


class Numbers:
    """Ids for what has one or none: those that are known stay, others go on behind the largest."""

    def __init__(self, known: Iterable[int | None]) -> None:
        self._last = max((number for number in known if number is not None), default=0)

    def of_file(self, known: Iterable[int | None]) -> list[int]:
        """An id for each thing of a file; of two that have the same one, the first keeps it."""
        found: dict[int, None] = {}
        for number in known:
            if number is None or number in found:
                self._last += 1
                number = self._last
            found[number] = None
        return list(found)
