"""Which frames of a project a question finds: one walk over them, in their order."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import compress
from operator import not_
from typing import Any

from engine.annotations.emptiness import EMPTY
from engine.labels import matching_name
from engine.project import labels as labels_of_project
from engine.project import listing
from engine.project.found_beside import NO_FILES, FilesBeside, Finder
from engine.project.query import Query, Term
from engine.project.store import Store
from engine.values import FrameId

# The plus keeps SQLite from the index of the column: it would go through what is found by one term
# in that one's order, and sort it again.
_IN = "+f.id IN (SELECT frame FROM annotations WHERE {0})"
_QUICK = ("state", "name")
_Labels = Mapping[str, list[int]]


def search(store: Store, query: Query, files: FilesBeside = NO_FILES) -> tuple[FrameId, ...]:
    """The frames found, in the project's order; `files` are asked of those that lie in them."""
    ids: dict[str, list[int]] = {}
    for label in labels_of_project.read(store):
        ids.setdefault(matching_name(label), []).append(label.id)
    groups = query or ((),)
    if not files.states and len(groups) == 1:
        values: list[Any] = []
        paths, numbers = listing.walk(store, _where(groups[0], ids, values), values)
        for term in filter(_is_for_python, groups[0]):
            flags = _flags(term, paths.split("\0"))
            paths = "\0".join(compress(paths.split("\0"), flags))
            numbers = list(compress(numbers, flags))
        return listing.frame_ids_of(store, paths, numbers)
    return _search_each(store, groups, ids, Finder(query, files))


def _search_each(store: Store, groups: Query, ids: _Labels, beside: Finder) -> tuple[FrameId, ...]:
    """The same, where each frame is looked at."""
    values: list[Any] = []
    columns = ", ".join(_where(group, ids, values) for group in groups)
    sql = f"SELECT path, number, {columns} FROM frames f ORDER BY rank, number"
    rows = store.query(sql, values)
    paths = [row[0] for row in rows]
    holds = [[row[n] for row in rows] for n in range(2, 2 + len(groups))]
    for n, group in enumerate(groups):
        for term in filter(_is_for_python, group):
            flags = _flags(term, paths)
            holds[n] = [a and b for a, b in zip(holds[n], flags, strict=True)]
    found = []
    for (path, number, *_), *is_it in zip(rows, *holds, strict=True):
        frame_id = FrameId(store.place.full(path), number)
        if beside.is_found(frame_id, path) if frame_id in beside else any(is_it):
            found.append(frame_id)
    return tuple(found)


def _is_for_python(term: Term) -> bool:
    """Whether SQLite cannot say it as fast, or not at all: it folds the case of ASCII only."""
    return term.key == "name" and (term.is_regex or not term.value.isascii())


def _flags(term: Term, paths: list[str]) -> list[Any]:
    """What a term that is for Python says of each of these paths."""
    fits = re.compile(term.value).search if term.is_regex else _names(term.value.casefold())
    flags: list[Any] = list(map(fits, paths))
    return list(map(not_, flags)) if term.is_negated else flags


def _names(part: str) -> Callable[[str], bool]:
    def fits(path: str) -> bool:
        return part in path.casefold()

    return fits


def _where(group: Iterable[Term], ids: _Labels, values: list[Any]) -> str:
    """SQL for the terms that are not for Python, the quick ones first; their values are added."""
    terms = []
    for term in sorted(group, key=_is_slow):
        if not _is_for_python(term):
            condition = _condition(term, ids, values)
            terms.append(f"NOT ({condition})" if term.is_negated else f"({condition})")
    return " AND ".join(terms) or "1"


def _is_slow(term: Term) -> bool:
    return term.key not in _QUICK


def _condition(term: Term, ids: _Labels, values: list[Any]) -> str:
    """SQL for one term; its values are added."""
    if term.key == "name":
        values.append(term.value.casefold())
        return "instr(lower(f.path), ?) > 0"
    if term.key == "state" and term.value == EMPTY[0]:
        values.append(f'%"{EMPTY[0]}", "{EMPTY[1]}"%')
        return "f.attributes LIKE ?"
    if term.key == "state":
        values.append(term.value)
        return "+f.state = ?"
    if term.key == "label":
        return _IN.format(f"is_proposal = 0 AND label IN ({_ids(term.value, ids)})")
    if term.key == "count":
        return _count(term, ids, values)
    if term.key == "score":
        return _score(term, values)
    if term.key == "origin":
        values.append(term.value)
        return _IN.format("origin = ?")
    name, _, value = term.value.partition("=")
    end = '"' if value else ""
    pattern = f'%["{_escaped(name)}", "{_escaped(value)}{end}%'
    values += [pattern, pattern]
    has_it = "{0}attributes != '' AND {0}attributes LIKE ? ESCAPE '!'"
    return f"{has_it.format('f.')} OR {_IN.format(has_it.format(''))}"


def _escaped(text: str) -> str:
    return re.sub(r"([%_!])", r"!\1", text)


def _ids(name: str, ids: _Labels) -> str:
    found = ids.get(name.strip().casefold(), [])
    return ", ".join(map(str, found)) or "NULL"


def _count(term: Term, ids: _Labels, values: list[Any]) -> str:
    """Frames without any object of a label have no row to count: less than is not at least."""
    compare, number = term.compare, term.number
    if not term.value:
        values.append(number)
        return f"f.objects {compare} ?"
    is_turned = compare in ("<", "<=") or (compare == "=" and number == 0)
    if is_turned:
        compare, number = {"<": (">=", number), "<=": (">", number), "=": (">", 0.0)}[compare]
    if number == 0 and compare == ">=":
        return "0" if is_turned else "1"
    values.append(number)
    which = f"is_proposal = 0 AND label IN ({_ids(term.value, ids)})"
    found = _IN.format(f"{which} GROUP BY frame HAVING count(*) {compare} ?")
    return f"NOT ({found})" if is_turned else found


def _score(term: Term, values: list[Any]) -> str:
    values.append(term.number)
    if term.high is None:
        return _IN.format(f"score {term.compare} ?")
    values.append(term.high)
    return _IN.format("score BETWEEN ? AND ?")
