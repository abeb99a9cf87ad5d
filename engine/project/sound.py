"""Which rows of a database make sense together. Those that do not are set aside, and said."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.attributes import specs_of
from engine.errors import AppError
from engine.formats.labels_file import default_color
from engine.project import regions
from engine.project.odd import ODD
from engine.project.pages import Values
from engine.values import IGNORE, Annotation, Box, Label, SampleState

Rows = list[Values]
Tables = dict[str, Rows]
_HISTORY = ("steps", "step_frames", "changes", "changed", "step_labels")
_STATES = {state.value for state in SampleState}
_UNIT = Box(0, 0, 1, 1)
_BACKGROUND = Label(0, "background", (0, 0, 0))


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that was set aside, of which table, and why."""

    table: str
    why: str
    row: Values

    def as_json(self) -> dict[str, object]:
        """The row as JSON; bytes as hexadecimal text."""
        values = [v.hex() if isinstance(v, bytes) else v for v in self.row]
        return {"table": self.table, "why": self.why, "row": values}


@dataclass
class Sound:
    """Tables that make sense, what was set aside, and whether the history is whole."""

    tables: Tables
    aside: tuple[Aside, ...] = ()
    has_history: bool = True


@dataclass
class _Sieve:
    tables: Tables
    aside: list[Aside] = field(default_factory=list)

    def keep(self, name: str, why: Callable[[Values], str]) -> None:
        """Keep the rows of a table that nothing speaks against."""
        kept = []
        for row in self.tables.get(name, []):
            reason = why(row)
            if reason:
                self.aside.append(Aside(name, reason, row))
            else:
                kept.append(row)
        if name in self.tables:
            self.tables[name] = kept


class _Once:
    """Nothing may be there twice: what the columns `first` up to `end` say of the first row."""

    def __init__(self, first: int, why: str, end: int = 0) -> None:
        self._part, self._why = slice(first, end or first + 1), why
        self._seen: set[Values] = set()

    def __call__(self, row: Values) -> str:
        part = row[self._part]
        if part in self._seen:
            return self._why
        self._seen.add(part)
        return ""


def sound_tables(tables: Tables, *, has_gaps: bool) -> Sound:
    """Check every row. With gaps, or where the history lost a row, it is left out as a whole: half
    a step would undo something else.
    """
    sieve = _Sieve(dict(tables))
    sieve.keep("notes", _note)
    sieve.keep("labels", _label)
    sieve.keep("labels", _Once(2, "another label has its name"))
    _mend_labels(sieve)
    sieve.keep("frames", _frame)
    sieve.keep("frames", _Once(1, "it is there twice", 3))
    _mend_frames(sieve)
    sieve.keep("regions", _region)
    frames = {row[0] for row in sieve.tables["frames"]}
    known = {row[0] for row in sieve.tables["regions"]}

    def annotation(row: Values) -> str:
        return _links(row[0], row[10], frames, known) or _annotation(row)

    sieve.keep("annotations", annotation)
    has_history = not has_gaps and not sieve.aside and _is_whole(sieve.tables, frames, known)
    if not has_history:
        sieve.tables |= {name: [] for name in _HISTORY if name in sieve.tables}
        used = {row[10] for row in sieve.tables["annotations"]}
        sieve.tables["regions"] = [row for row in sieve.tables["regions"] if row[0] in used]
    _name_labels(sieve.tables)
    return Sound(sieve.tables, tuple(sieve.aside), has_history)


def _note(row: Values) -> str:
    try:
        json.loads(str(row[1]))
    except (ValueError, RecursionError):
        return "" if row[0] == "identity" else "its value is no JSON"
    return ""


def _label(row: Values) -> str:
    number, _, name, color, *_ = row
    try:
        red, green, blue = bytes.fromhex(str(color))
        Label(int(str(number)), str(name), (red, green, blue))
    except ValueError as error:
        return f"no label: {error}"
    return ""


def _mend_labels(sieve: _Sieve) -> None:
    """Definitions of attributes that make no sense are no reason to lose a label."""
    for name in ("labels", "given_labels"):
        mended = []
        for row in sieve.tables.get(name, []):
            if len(row) > 4 and not _is_specs(row[4]):
                sieve.aside.append(Aside(name, "odd definitions of attributes; left out", row))
                row = (*row[:4], "")
            mended.append(row)
        if name in sieve.tables:
            sieve.tables[name] = mended


def _is_specs(text: object) -> bool:
    try:
        specs_of(str(text))
    except ODD:
        return False
    return True


def _frame(row: Values) -> str:
    path, number = str(row[1]), int(str(row[2]))
    return "" if path and "\0" not in path and number >= 0 else "it names no frame"


def _mend_frames(sieve: _Sieve) -> None:
    """A state or size that cannot be is no reason to lose what was drawn on a picture."""
    mended = []
    for row in sieve.tables["frames"]:
        head, height, width, state, tail = row[:4], row[4], row[5], row[6], row[7:]
        if state not in _STATES:
            state = SampleState.PREDICTED.value  # so that a person looks at it again
            sieve.aside.append(Aside("frames", f"no such state; taken as {state}", row))
        if min(int(str(height)), int(str(width))) < 0:
            sieve.aside.append(Aside("frames", "a negative size; taken as unknown", row))
            height, width = 0, 0
        if len(tail) > 1 and not _is_attributes(tail[1]):
            sieve.aside.append(Aside("frames", "odd attributes; left out", row))
            tail = (tail[0], "", *tail[2:])
        mended.append((*head, height, width, state, *tail))
    sieve.tables["frames"] = mended


def _is_attributes(text: object) -> bool:
    try:
        regions.attributes_of(str(text))
    except (AppError, ValueError, TypeError, RecursionError):
        return False
    return True


def _region(row: Values) -> str:
    kind, data = row[1], row[2]
    assert isinstance(data, bytes)
    try:
        regions.decode(str(kind), data)
    except AppError as error:
        return error.message
    return ""


def _links(frame: object, region: object, frames: set[object], known: set[object]) -> str:
    if frame not in frames:
        return "its picture is lost"
    return "" if region in known else "its region is lost"


def _annotation(row: Values) -> str:
    _, identity, _position, is_proposal, label, origin, score, track, z, attributes, _ = row
    if is_proposal not in (0, 1):
        return "it is neither drawn nor proposed"
    try:
        extra = regions.attributes_of(str(attributes))
        Annotation(_UNIT, label, origin, score, track, z, extra, identity)  # type: ignore[arg-type]
    except (AppError, ValueError, TypeError, RecursionError) as error:
        return f"no annotation: {error}"
    return ""


def _is_whole(tables: Tables, frames: set[object], known: set[object]) -> bool:
    """Whether every row of the history has its step, frame and region, and makes sense."""
    steps = {row[0] for row in tables["steps"]}
    for row in tables["step_frames"]:
        if row[0] not in steps or row[1] not in frames or row[5] not in _STATES:
            return False
    for row in tables["changes"]:
        inner = (row[2], *row[3:])
        if row[0] not in steps or _links(row[2], row[12], frames, known) or _annotation(inner):
            return False
    return True


def _name_labels(tables: Tables) -> None:
    """Every object has a label with a name, also where that was lost."""
    labels = {row[0]: row for row in tables["labels"]}
    names = {row[2] for row in tables["labels"]}
    last = {row[0]: row for row in tables.get("given_labels", []) if row[2] and not _label(row)}
    wanted = {row[4] for row in tables["annotations"]} | {0}
    for number in sorted(int(str(n)) for n in wanted - set(labels) - {IGNORE}):
        given = last.get(number)
        if given is not None and given[2] not in names:
            labels[number] = given
            names.add(given[2])
            continue
        name = _BACKGROUND.name if not number else f"label_{number}"
        while name in names:
            name += "_"
        color = default_color(number) if number else _BACKGROUND.color
        labels[number] = (number, len(labels), name, bytes(color).hex())
        names.add(name)
    tables["labels"] = list(labels.values())
