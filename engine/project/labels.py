"""The labels of a project, and their Edits: each is one step of the history."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from engine.attributes import AttributeSpec, Specs, checked_specs, specs_of, specs_text
from engine.errors import ProjectError
from engine.formats.labels_file import default_color
from engine.labels import BACKGROUND, with_background
from engine.project import label_rows
from engine.project.history import StepKind
from engine.project.label_rows import LabelChange, LabelRow, in_use
from engine.project.rows import COLUMNS
from engine.project.schema import COUNT_OBJECTS
from engine.project.steps import Recording
from engine.project.store import Store
from engine.values import Label

Color = tuple[int, int, int]


def read(store: Store) -> tuple[Label, ...]:
    """All labels in order."""
    return label_rows.labels(store)


def begin(store: Store, wanted: Sequence[Label]) -> None:
    """The labels of a new project; they are no step of its history."""
    with store.writing():
        for position, label in enumerate(_checked(wanted)):
            label_rows.put(store, label.id, label_rows.row_of(label, position))


def write(store: Store, wanted: Sequence[Label]) -> None:
    """Make these the labels, in this order. Background is added where id 0 has no name.

    A new label whose id another one had before gets a free id.
    """
    with store.writing():
        known, taken = label_rows.read(store), [x.id for x in wanted]
        given = {number for (number,) in store.query("SELECT id FROM given_labels")}
        labels = []
        for label in _checked(wanted):
            if label.id in given and label.id not in known:
                label = replace(label, id=label_rows.free_id(store, taken))
                taken.append(label.id)
            labels.append(label)
        kept = {number: row[3] for number, row in known.items()}
        after = {x.id: label_rows.row_of(x, i, kept.get(x.id, "")) for i, x in enumerate(labels)}
        for number, count in label_rows.count_uses(store, [*known]).items():
            if number not in after:
                raise in_use(known[number][1], count)
        _commit(store, "Change labels", after)


def add(store: Store, name: str, color: Color | None = None) -> Label:
    """A label of this name: the one there is, one that proposals were lent, or a new one under
    the lowest free id."""
    with store.writing():
        known = label_rows.read(store)
        for number, row in known.items():
            if row[1] == name:
                return label_rows.label_of(number, row)
        lent = [x.id for x in label_rows.lent(store, in_use=True) if x.name == name]
        free = lent[0] if lent else label_rows.free_id(store)
        label = _label(free, name, color or default_color(free))
        new = label_rows.row_of(label, label_rows.behind(known))
        _commit(store, f"Add label {name}", {**known, free: new})
    return label


def rename(store: Store, number: int, name: str) -> None:
    """Give a label another name."""
    with store.writing():
        known = label_rows.read(store)
        old = _find(known, number)
        if name in {row[1] for other, row in known.items() if other != number}:
            hint = "Choose another name, or merge the two."
            raise ProjectError(f"There is a label {name} already.", hint=hint)
        _label(number, name, BACKGROUND.color)
        text = f"Rename label {old[1]} to {name}"
        _commit(store, text, {**known, number: (old[0], name, *old[2:])})


def recolor(store: Store, number: int, color: Color) -> None:
    """Give a label another colour."""
    with store.writing():
        known = label_rows.read(store)
        position, name, _, attributes = _find(known, number)
        new = label_rows.row_of(_label(number, name, color), position, attributes)
        _commit(store, f"Change color of label {name}", {**known, number: new})


def attributes(store: Store) -> dict[int, Specs]:
    """What the objects of each label may say of themselves, where that is defined."""
    return {i: specs_of(row[3]) for i, row in label_rows.read(store).items() if row[3]}


def define(store: Store, number: int, specs: Sequence[AttributeSpec]) -> None:
    """Define what the objects of a label may say of themselves; values that there are stay."""
    text = specs_text(checked_specs(specs))
    with store.writing():
        known = label_rows.read(store)
        old = _find(known, number)
        _commit(store, f"Change attributes of label {old[1]}", {**known, number: (*old[:3], text)})


def reorder(store: Store, numbers: Sequence[int]) -> None:
    """Bring the labels into this order; a background that is not named stays first."""
    with store.writing():
        known = label_rows.read(store)
        for number in numbers:
            _find(known, number)
        rest = [i for i in known if i not in numbers]
        first = [i for i in rest if i == BACKGROUND.id]
        order = [*first, *dict.fromkeys(numbers), *(i for i in rest if i not in first)]
        after = {i: (position, *known[i][1:]) for position, i in enumerate(order)}
        _commit(store, "Reorder labels", after)


def merge(store: Store, numbers: Collection[int], into: int) -> int:
    """Give all objects of these labels another label, and delete theirs; gives how many.

    Inside `Store.writing`, as what lies in files has to be stored before.
    """
    known = label_rows.read(store)
    gone = [i for i in dict.fromkeys(numbers) if i != into]
    names = ", ".join(_find(known, i)[1] for i in gone)
    text = f"Merge label {names} into {_find(known, into)[1]}"
    return _remove(store, text, gone, into)


def delete(store: Store, numbers: Collection[int], *, with_objects: bool = False) -> int:
    """Delete labels, refused while in use unless their objects go with them; gives how many.

    Inside `Store.writing`, as what lies in files has to be stored before.
    """
    known, gone = label_rows.read(store), list(dict.fromkeys(numbers))
    names = ", ".join(_find(known, i)[1] for i in gone)
    if not with_objects:
        for number, count in label_rows.count_uses(store, gone).items():
            raise in_use(known[number][1], count)
    return _remove(store, f"Delete label {names}", gone, None)


def _checked(wanted: Sequence[Label]) -> tuple[Label, ...]:
    wanted = with_background(wanted)
    ids, names = [x.id for x in wanted], [x.name for x in wanted]
    if len(set(ids)) < len(ids) or len(set(names)) < len(names):
        hint = "Give each label its own name and id."
        raise ProjectError("Two labels have the same name or id.", hint=hint)
    return wanted


def _label(number: int, name: str, color: Color) -> Label:
    try:
        return Label(number, name, color)
    except ValueError as error:
        raise ProjectError(str(error), hint="Choose another one.") from error


def _find(known: dict[int, LabelRow], number: int) -> LabelRow:
    if number not in known:
        hint = "Another window has deleted it."
        raise ProjectError(f"There is no label with the id {number}.", hint=hint)
    return known[number]


def _commit(store: Store, text: str, after: dict[int, LabelRow]) -> None:
    """One step from the labels that there are to these."""
    before = label_rows.read(store)
    changes = [
        LabelChange(i, before.get(i), after.get(i))
        for i in (*before, *(i for i in after if i not in before))
        if before.get(i) != after.get(i)
    ]
    for change in changes:  # names may change places
        label_rows.put(store, change.id, None)
    recording = Recording(store, text, StepKind.LABELS)
    for change in changes:
        recording.add_label(change)
    recording.end()


def _remove(store: Store, text: str, gone: Sequence[int], into: int | None) -> int:
    """One step without these labels; their objects get another label, or go too."""
    if BACKGROUND.id in gone:
        raise ProjectError("The label with the id 0 cannot be deleted.", hint="Rename it instead.")
    known, count = label_rows.read(store), sum(label_rows.count_uses(store, gone).values())
    ending = "" if not count else f" ({count} object{'s' if count > 1 else ''})"
    recording = Recording(store, text + ending, StepKind.LABELS)
    if count:
        _move_objects(store, recording, gone, into)
    for number in gone:
        recording.add_label(LabelChange(number, known[number], None))
    recording.end()
    return count


def _move_objects(
    store: Store, recording: Recording, gone: Sequence[int], into: int | None
) -> None:
    """Every object of these labels at once; without `into` they are deleted."""
    marks = ", ".join("?" * len(gone))
    of_labels = f"FROM annotations WHERE is_proposal IN (0, 1) AND label IN ({marks})"
    step, columns = recording.begin(), f"step, is_after, frame, {COLUMNS}"
    after = COLUMNS.replace("label", "?")
    store.run(
        f"INSERT INTO changes ({columns}) SELECT ?, 0, frame, {COLUMNS} {of_labels}", (step, *gone)
    )
    if into is None:
        store.run(f"DELETE {of_labels}", gone)
        changed = "SELECT frame FROM changes WHERE step = ?"
        store.run(f"{COUNT_OBJECTS} WHERE id IN ({changed})", (step,))
    else:
        values = (step, into, *gone)
        store.run(
            f"INSERT INTO changes ({columns}) SELECT ?, 1, frame, {after} {of_labels}", values
        )
        sql = of_labels.replace("FROM annotations", "UPDATE annotations SET label = ?")
        store.run(sql, (into, *gone))
    recording.add_frames_of_changes()
    store.forget_cached()
