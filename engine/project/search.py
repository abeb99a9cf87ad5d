"""Which frames of a project a question finds: one statement over its tables."""

import re
from collections.abc import Mapping
from typing import Any

from engine.annotations.emptiness import EMPTY
from engine.labels import matching_name
from engine.project import labels as labels_of_project
from engine.project.query import Query, Term
from engine.project.store import Store
from engine.values import FrameId, SampleState

_IN = "f.id IN (SELECT frame FROM annotations WHERE {0})"


def search(
    store: Store, query: Query, beside: Mapping[FrameId, SampleState]
) -> tuple[FrameId, ...]:
    """The frames found, in the project's order.

    Of frames whose labels lie in files `beside`, only name and state are known: other terms do not
    find them.
    """
    ids: dict[str, list[int]] = {}
    for label in labels_of_project.read(store):
        ids.setdefault(matching_name(label), []).append(label.id)
    values: list[Any] = []
    where = _where(query, ids, values)
    store.connection.create_function("regexp", 2, _regexp, deterministic=True)
    full = store.place.full
    if not beside:
        sql = f"SELECT path, number FROM frames f WHERE {where} ORDER BY rank, number"
        return tuple(FrameId(full(path), number) for path, number in store.query(sql, values))
    sql = f"SELECT path, number, {where} FROM frames f ORDER BY rank, number"
    found = []
    for path, number, is_it in store.query(sql, values):
        frame_id = FrameId(full(path), number)
        state = beside.get(frame_id)
        if is_it if state is None else is_found(query, path, state):
            found.append(frame_id)
    return tuple(found)


def is_found(query: Query, path: str, state: SampleState) -> bool:
    """Whether a frame is found of which only name and state are known."""

    def holds(term: Term) -> bool:
        if term.key == "name":
            is_it = _is_named(term, path)
        elif term.key == "state":
            is_it = term.value == state
        else:
            return False
        return is_it != term.is_negated

    return not query or any(all(map(holds, group)) for group in query)


def _is_named(term: Term, path: str) -> bool:
    if term.is_regex:
        return _regexp(term.value, path)
    return term.value.casefold() in path.casefold()


def _regexp(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def _where(query: Query, ids: Mapping[str, list[int]], values: list[Any]) -> str:
    if not query:
        return "1"
    groups = []
    for group in query:
        terms = []
        for term in group:
            condition = _condition(term, ids, values)
            terms.append(f"NOT ({condition})" if term.is_negated else f"({condition})")
        groups.append(" AND ".join(terms))
    return " OR ".join(f"({group})" for group in groups)


def _condition(term: Term, ids: Mapping[str, list[int]], values: list[Any]) -> str:
    """SQL for one term; its values are added."""
    if term.key == "name":
        values.append(term.value if term.is_regex else term.value.casefold())
        return "regexp(?, f.path)" if term.is_regex else "instr(lower(f.path), ?) > 0"
    if term.key == "state" and term.value == EMPTY[0]:
        values.append(f'%"{EMPTY[0]}", "{EMPTY[1]}"%')
        return "f.attributes LIKE ?"
    if term.key == "state":
        values.append(term.value)
        return "f.state = ?"
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
    like = "attributes LIKE ? ESCAPE '!'"
    return f"f.{like} OR {_IN.format(like)}"


def _escaped(text: str) -> str:
    return re.sub(r"([%_!])", r"!\1", text)


def _ids(name: str, ids: Mapping[str, list[int]]) -> str:
    found = ids.get(name.strip().casefold(), [])
    return ", ".join(map(str, found)) or "NULL"


def _count(term: Term, ids: Mapping[str, list[int]], values: list[Any]) -> str:
    """Frames without any object have no row to count: less than is not at least."""
    which = "is_proposal = 0"
    if term.value:
        which += f" AND label IN ({_ids(term.value, ids)})"
    compare, number = term.compare, term.number
    is_turned = compare in ("<", "<=") or (compare == "=" and number == 0)
    if is_turned:
        compare, number = {"<": (">=", number), "<=": (">", number), "=": (">", 0.0)}[compare]
    if number == 0 and compare == ">=":
        return "0" if is_turned else "1"
    values.append(number)
    found = _IN.format(f"{which} GROUP BY frame HAVING count(*) {compare} ?")
    return f"NOT ({found})" if is_turned else found


def _score(term: Term, values: list[Any]) -> str:
    values.append(term.number)
    if term.high is None:
        return _IN.format(f"score {term.compare} ?")
    values.append(term.high)
    return _IN.format("score BETWEEN ? AND ?")
