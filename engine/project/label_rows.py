"""The rows of labels: read, counted, put, and put back by undo and redo."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.attributes import specs_of
from engine.errors import ProjectError
from engine.formats.labels_file import default_color
from engine.labels import too_many_labels
from engine.project.odd import ODD
from engine.project.rows import Row
from engine.project.store import Store
from engine.values import IGNORE, Label

LabelRow = tuple[int, str, str, str]
"""Position, name, color as six hexadecimal digits, and the text of its attributes' definitions."""
_NUMBERS = "label_numbers"
"""A note: what a file calls labels."""
_COLUMNS = "position, name, color, attributes"
_CHANGED = ", ".join(f"{side}_{name}" for side in ("old", "new") for name in _COLUMNS.split(", "))
_CHANGED_MARKS = ", ".join("?" * 8)


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A label before and after a step; None where there is none."""

    id: int
    old: LabelRow | None
    new: LabelRow | None


@dataclass(frozen=True, slots=True)
class LabelUse:
    """How many annotations and proposals have a label, and on how many frames."""

    annotations: int = 0
    proposals: int = 0
    frames: int = 0

    @property
    def objects(self) -> int:
        """Annotations and proposals together."""
        return self.annotations + self.proposals


def read(store: Store) -> dict[int, LabelRow]:
    """All labels in order."""
    rows = store.query(f"SELECT id, {_COLUMNS} FROM labels ORDER BY position, id")
    return dict(store.odd.made("labels", rows, partial(_sound, store)))


def _sound(
    store: Store, number: int, position: Any, name: Any, color: str, attributes: Any
) -> tuple[int, LabelRow]:
    """A label that makes sense; where only its place or color does not, another is taken, and
    definitions that do not are left out."""
    row = (position, name, color, attributes)
    if not isinstance(name, str):
        raise TypeError("a name is a text")
    if not isinstance(position, int):
        store.odd.note("labels", row, "no position")
        position = 0
    try:
        specs_of(attributes)
    except ODD as error:
        store.odd.note("labels", row, error)
        attributes = ""
    try:
        label_of(number, (position, name, color, attributes))
    except (TypeError, ValueError) as error:
        store.odd.note("labels", row, error)
        color = bytes(default_color(number)).hex()
        label_of(number, (position, name, color, attributes))
    return number, (position, name, color, attributes)


def label_of(number: int, row: LabelRow) -> Label:
    """The Label of a row."""
    red, green, blue = bytes.fromhex(row[2])
    return Label(number, row[1], (red, green, blue))


def labels(store: Store) -> tuple[Label, ...]:
    """All labels in order."""
    return tuple(label_of(*item) for item in read(store).items())


def lent(store: Store, *, in_use: bool = False) -> tuple[Label, ...]:
    """What the labels of proposals are called that are not the project's, or not any more; with
    `in_use` only those that a proposal has now."""
    has_one = "EXISTS (SELECT 1 FROM annotations WHERE is_proposal = 1 AND label = given_labels.id)"
    rows = store.query(
        f"SELECT id, {_COLUMNS} FROM given_labels WHERE name IS NOT NULL"
        f" AND id NOT IN (SELECT id FROM labels) AND {has_one if in_use else 1} ORDER BY id"
    )
    return tuple(label_of(number, (*row,)) for number, *row in rows)


def lend(store: Store, label: Label) -> None:
    """Give a label's id away, for proposals that have it."""
    sql = f"INSERT INTO given_labels (id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
    store.run(sql, (label.id, *row_of(label, label.id)))


def row_of(label: Label, position: int, attributes: str = "") -> LabelRow:
    """The row of a Label, and the text of what its objects may say of themselves."""
    return position, label.name, bytes(label.color).hex(), attributes


def behind(rows: dict[int, LabelRow]) -> int:
    """The position behind all others."""
    return max((row[0] for row in rows.values()), default=-1) + 1


def uses(store: Store, labels: Collection[int] | None = None) -> dict[int, LabelUse]:
    """How much these labels are used, or all for None; one that is not used is in it too."""
    wanted = [*read(store)] if labels is None else [*labels]
    where = f"label IN ({', '.join('?' * len(wanted))})" if labels is not None else "1"
    values = wanted if labels is not None else []
    found = store.query(
        "SELECT is_proposal, label, count(*), count(DISTINCT frame) FROM annotations"
        f" WHERE is_proposal IN (0, 1) AND {where} GROUP BY is_proposal, label",
        values,
    )
    both = store.query(  # frames that have the label drawn and waiting
        "SELECT label, count(*) FROM (SELECT label, frame FROM annotations"
        f" WHERE is_proposal = 1 AND {where} GROUP BY is_proposal, label, frame) AS w"
        " WHERE EXISTS (SELECT 1 FROM annotations AS a WHERE a.is_proposal = 0"
        " AND a.label = w.label AND a.frame = w.frame) GROUP BY label",
        values,
    )
    counts = {label: [0, 0, -count] for label, count in both}
    for is_proposal, label, objects, frames in found:
        of_label = counts.setdefault(label, [0, 0, 0])
        of_label[is_proposal] = objects
        of_label[2] += frames
    return {number: LabelUse(*counts.get(number, ())) for number in (*wanted, *counts)}


def count_uses(store: Store, labels: Sequence[int], *, by_proposals: bool = True) -> dict[int, int]:
    """How many objects have each of these labels, for those that any has."""
    marks, kinds = ", ".join("?" * len(labels)), "(0, 1)" if by_proposals else "(0)"
    sql = f"SELECT label, count(*) FROM annotations WHERE is_proposal IN {kinds}"
    return dict(store.query(f"{sql} AND label IN ({marks}) GROUP BY label", labels))


def free_id(store: Store, taken: Collection[int] = ()) -> int:
    """The lowest id that no label has or had, so that the history never means another by it.

    When all were given once, one that is neither a label's nor any object's of the history.
    """
    given = {number for (number,) in store.query("SELECT id FROM given_labels")}
    for no_more in (given, None):
        if no_more is None:
            sql = "SELECT id FROM labels UNION SELECT label FROM changes"
            no_more = {number for (number,) in store.query(sql)}
        free = next((i for i in range(1, IGNORE) if i not in no_more and i not in taken), None)
        if free is not None:
            return free
    raise too_many_labels()


def numbers(store: Store) -> dict[int, int]:
    """What a file that was imported calls labels, by their ids."""
    found = store.query("SELECT value FROM notes WHERE key = ?", (_NUMBERS,))
    kept = store.odd.made("notes", found, _numbers_in)
    return kept[0] if kept else {}


def _numbers_in(text: str) -> dict[int, int]:
    return {int(label): int(number) for label, number in json.loads(text).items()}


def note_numbers(store: Store, found: dict[int, int]) -> None:
    """Keep that, inside `Store.writing`."""
    store.run("INSERT OR REPLACE INTO notes VALUES (?, ?)", (_NUMBERS, json.dumps(found)))


def put(store: Store, number: int, row: LabelRow | None) -> None:
    """Bring one label to this row; None deletes it."""
    if row is None:
        store.run("DELETE FROM labels WHERE id = ?", (number,))
        return
    for table in ("labels", "given_labels"):
        store.run(
            f"INSERT INTO {table} (id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET position = excluded.position, name = excluded.name,"
            " color = excluded.color, attributes = excluded.attributes",
            (number, *row),
        )


def note(store: Store, step: int, change: LabelChange) -> None:
    """Keep a change with its step."""
    nothing = (None, None, None, "")
    values = (step, change.id, *(change.old or nothing), *(change.new or nothing))
    sql = f"INSERT INTO step_labels (step, label, {_CHANGED}) VALUES (?, ?, {_CHANGED_MARKS})"
    store.run(sql, values)


def restore(store: Store, step: int, *, is_redo: bool) -> None:
    """The labels as they were before a step, or after it. None vanishes that is in use; one that
    was added, and only proposals have, is lent to them from now on."""
    sides = {change.id: _side(change, is_redo) for change in _changes(store, step)}
    known = read(store)
    gone = [number for number, row in sides.items() if row is None and number in known]
    for number, count in count_uses(store, gone, by_proposals=is_redo).items():
        raise in_use(known[number][1], count)
    taken = {row[1] for number, row in known.items() if number not in sides}
    for row in sides.values():
        if row is not None and row[1] in taken:
            hint = "Give one of them another name."
            raise ProjectError(f"There is another label {row[1]} by now.", hint=hint)
    for number in sides:
        put(store, number, None)
    for number, row in sides.items():
        put(store, number, row)


def restore_adopted(store: Store, step: int, *, is_redo: bool) -> None:
    """The labels that a step brought with its objects: they go where no other annotation has them,
    and are lent from then on to the proposals that do."""
    known = read(store)
    for change in _changes(store, step):
        row, other = _side(change, is_redo), _side(change, not is_redo)
        now = known.get(change.id)
        if row is not None and now is None:
            _put_back(store, change.id, row)
        elif row is not None and now is not None and other is not None and now[3] == other[3]:
            put(store, change.id, (*now[:3], row[3]))  # Only what its objects may say was brought.
        is_as_brought = now is not None and other is not None and now[1:] == other[1:]
        drawn = "SELECT 1 FROM annotations WHERE is_proposal = 0 AND label = ? LIMIT 1"
        if row is None and is_as_brought and not store.query(drawn, (change.id,)):
            put(store, change.id, None)


def revive(store: Store, step: int, *, is_after: bool) -> None:
    """Labels that objects of a step have and that are gone: what they were last."""
    missing = store.query(
        f"SELECT id, {_COLUMNS} FROM given_labels WHERE name IS NOT NULL"
        " AND id NOT IN (SELECT id FROM labels) AND id IN"
        " (SELECT label FROM changes WHERE step = ? AND is_after = ? AND is_proposal = 0)",
        (step, is_after),
    )
    for number, *row in missing:
        _put_back(store, number, (*row,))


def in_use(name: str, count: int) -> ProjectError:
    """A label that cannot go."""
    objects = "1 object" if count == 1 else f"{count} objects"
    hint = "Relabel or delete them first."
    return ProjectError(f"The label {name} is in use by {objects}.", hint=hint)


def _changes(store: Store, step: int) -> list[LabelChange]:
    found = store.query(f"SELECT label, {_CHANGED} FROM step_labels WHERE step = ?", (step,))
    return [LabelChange(row[0], _row(row[1:5]), _row(row[5:])) for row in found]


def _row(values: Row) -> LabelRow | None:
    position, name, color, attributes = values
    return None if name is None else (position, name, color, attributes)


def _side(change: LabelChange, is_after: bool) -> LabelRow | None:
    return change.new if is_after else change.old


def _put_back(store: Store, number: int, row: LabelRow) -> None:
    """A label under its own name, or with a number behind it where that is another's by now."""
    position, name, color, attributes = row
    taken = {other[1] for other in read(store).values()}
    names = (name, *(f"{name} {i}" for i in range(2, IGNORE + 2)))
    put(store, number, (position, next(n for n in names if n not in taken), color, attributes))
