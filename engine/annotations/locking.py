"""What a person has locked stays as it is, whatever an Edit does to the others."""

from collections.abc import Collection
from dataclasses import replace

from engine.values import Annotation, Sample

Annotations = tuple[Annotation, ...]


def keep(before: Sample, after: Sample, locked: Collection[str]) -> tuple[Sample, int]:
    """`after` with the locked objects as they were before, and how many of them the Edit had
    changed. Where it changed nothing else, that is the very same Sample as before."""
    if after is before or not locked:
        return after, 0
    held = _changed(before.annotations, after.annotations, locked)
    held |= _changed(before.proposals, after.proposals, locked)
    if not held:
        return after, 0
    kept = replace(
        after,
        annotations=_put_back(before.annotations, after.annotations, held),
        proposals=_put_back(before.proposals, after.proposals, held),
    )
    is_same = (kept.annotations, kept.proposals) == (before.annotations, before.proposals)
    return before if is_same else kept, len(held)


def _changed(before: Annotations, after: Annotations, locked: Collection[str]) -> set[str]:
    now = {a.id: a for a in after if a.id in locked}
    return {a.id for a in before if a.id in locked and now.get(a.id) != a}


def _put_back(before: Annotations, after: Annotations, held: Collection[str]) -> Annotations:
    """Each behind what it stood behind, as far as that is still there."""
    rest = [a for a in after if a.id not in held]
    places = {a.id: place for place, a in enumerate(rest)}
    result: list[Annotation] = []
    done = 0
    for annotation in before:
        if annotation.id in held:
            result.append(annotation)
        elif places.get(annotation.id, -1) >= done:
            end = places[annotation.id] + 1
            result += rest[done:end]
            done = end
    return (*result, *rest[done:])
