"""What a list says of a frame without reading its Regions: labels, proposals, the lowest score."""

from collections import Counter
from dataclasses import dataclass
from functools import partial

from engine.project import listing
from engine.project.store import Store
from engine.values import FrameId, Sample

_OF_FRAME = """
SELECT label, is_proposal, count(*), min(score) FROM annotations
WHERE frame = (SELECT id FROM frames WHERE path = ? AND number = ?)
GROUP BY label, is_proposal ORDER BY count(*) DESC, label
"""
_LOWEST = """
SELECT f.path, f.number, a.lowest FROM (
    SELECT frame, min(coalesce(score, 1.0)) AS lowest FROM annotations
    WHERE is_proposal = 1 GROUP BY frame) a
JOIN frames f ON f.id = a.frame
"""


@dataclass(frozen=True, slots=True)
class Badge:
    """`labels` are ids of annotations, the most frequent first; `lowest` is the least sure
    proposal's score, None without one."""

    labels: tuple[tuple[int, int], ...] = ()
    proposals: int = 0
    lowest: float | None = None


def read(store: Store, frame_id: FrameId) -> Badge:
    """The badge of a frame; an empty one where nothing is stored."""
    key = (store.place.stored(frame_id.path), frame_id.index)
    rows = store.query(_OF_FRAME, key)
    drawn = tuple((label, count) for label, is_proposal, count, _ in rows if not is_proposal)
    waiting = [row for row in rows if row[1]]
    scores = [score for *_, score in waiting if isinstance(score, float)]
    return Badge(drawn, sum(row[2] for row in waiting), min(scores, default=None))


def of_sample(sample: Sample) -> Badge:
    """The same of a Sample, wherever that was read."""
    counts = Counter(a.label_id for a in sample.annotations)
    drawn = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    scores = [a.score for a in sample.proposals if a.score is not None]
    return Badge(drawn, len(sample.proposals), min(scores, default=None))


def lowest_scores(store: Store) -> dict[FrameId, float]:
    """Every frame with proposals, and the score of the least sure one."""
    return dict(store.odd.made("frames", store.query(_LOWEST), partial(_scored, store)))


def _scored(store: Store, path: str, number: int, lowest: float) -> tuple[FrameId, float]:
    return listing.frame_id_of(store, path, number), float(lowest)
