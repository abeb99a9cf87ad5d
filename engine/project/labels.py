"""The labels of a project: read, write, and never lose one that is in use."""

from collections.abc import Sequence

from engine.errors import ProjectError
from engine.formats.labels_file import default_color
from engine.labels import with_background
from engine.project.store import Store
from engine.values import IGNORE, Label


def read(store: Store) -> tuple[Label, ...]:
    """All labels in order."""
    rows = store.query("SELECT id, name, color FROM labels ORDER BY position, id")
    return tuple(Label(i, name, _color(color)) for i, name, color in rows)


def write(store: Store, wanted: Sequence[Label]) -> None:
    """Make these the labels, in this order. Background is added where id 0 has no name."""
    wanted = with_background(wanted)
    ids, names = [x.id for x in wanted], [x.name for x in wanted]
    if len(set(ids)) < len(ids) or len(set(names)) < len(names):
        hint = "Give each label its own name and id."
        raise ProjectError("Two labels have the same name or id.", hint=hint)
    with store.writing() as connection:
        _refuse_lost(store, set(ids))
        connection.execute("DELETE FROM labels")
        connection.executemany(
            "INSERT INTO labels VALUES (?, ?, ?, ?)",
            [(x.id, place, x.name, bytes(x.color).hex()) for place, x in enumerate(wanted)],
        )


def add(store: Store, name: str, color: tuple[int, int, int] | None = None) -> Label:
    """A label of this name: the one there is, or a new one under the lowest free id."""
    known = read(store)
    for label in known:
        if label.name == name:
            return label
    taken = {label.id for label in known}
    free = next((i for i in range(1, IGNORE) if i not in taken), None)
    if free is None:
        hint = "Delete a label that is not in use."
        raise ProjectError("A project has at most 254 labels.", hint=hint)
    label = Label(free, name, color or default_color(free))
    write(store, (*known, label))
    return label


def _refuse_lost(store: Store, ids: set[int]) -> None:
    names: dict[int, str] = dict(store.query("SELECT id, name FROM labels"))
    for label_id, count in store.query("SELECT label, count(*) FROM annotations GROUP BY label"):
        if label_id not in ids and label_id in names:
            regions = "1 region" if count == 1 else f"{count} regions"
            message = f"The label {names[label_id]} is in use by {regions}."
            raise ProjectError(message, hint="Relabel or delete them first.")


def _color(text: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(text)
    return red, green, blue
