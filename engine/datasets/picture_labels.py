"""Labels of whole pictures: a list's `image label` lines, by name or by id."""

from collections.abc import Iterable, Mapping

from engine.errors import DatasetError
from engine.formats.labels_file import LabelsFile, default_color, default_label
from engine.formats.txt_list import ListEntry
from engine.labels import is_background
from engine.values import IGNORE, Label


def labels_of_pictures(entries: Iterable[ListEntry], named: LabelsFile | None) -> tuple[Label, ...]:
    """As named beside the list, without a background; else what the lines say.

    Lines that hold nothing but numbers give ids, any others names, numbered in their order from 1.
    DatasetError for more labels than ids.
    """
    if named is not None:
        return tuple(label for label in named.labels if not is_background(label))
    texts = {entry.label_text for entry in entries}
    if len(texts) >= IGNORE or any(text.isdigit() and int(text) >= IGNORE for text in texts):
        raise DatasetError("A list's labels have the ids 0 to 254.", hint="Join some labels.")
    if all(text.isdigit() for text in texts):
        return tuple(default_label(i) for i in sorted(map(int, texts)))
    by_key = {key_of(text): text for text in sorted(texts, reverse=True)}
    names = sorted(by_key.values(), key=key_of)
    return tuple(Label(i, name, default_color(i)) for i, name in enumerate(names, start=1))


def key_of(text: str) -> str:
    """What two spellings of one label share."""
    return " ".join(text.split()).casefold()


def index_by_text(
    found: Iterable[Label], table: Mapping[int, int], ignored_ids: Iterable[int]
) -> dict[str, int]:
    """What a line may say, as `key_of` gives it -> the model's label index; ignored ids -> 255.

    `table` maps a label id of the list to the index. A name wins over an id that is written alike.
    """
    known = [label for label in found if label.id in table]
    by_id = {str(i): IGNORE for i in ignored_ids} | {str(x.id): table[x.id] for x in known}
    return by_id | {key_of(x.name): table[x.id] for x in known}
