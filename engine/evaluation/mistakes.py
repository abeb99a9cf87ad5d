"""What goes wrong, object by object: missed, false alarm, wrong label, poor box, duplicate.

The kinds are those of Bolya, Foley, Hays, Hoffman: TIDE, ECCV 2020, among what people are shown:
scores of at least 0.25. A found object is in at most one mistake, and so is a true one, but for the
duplicates of what was found already.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.scene import MATCH_IOU, SHOWN_SCORE, ComparedObjects, in_crowd, own_hits
from engine.plain_json import number

POOR_IOU = 0.1
"""A box of the right label that overlaps at least so much is a poor one, not a false alarm."""


class MistakeKind(StrEnum):
    """What is wrong."""

    MISSED = "missed"
    FALSE_ALARM = "false_alarm"
    WRONG_LABEL = "wrong_label"
    POOR_BOX = "poor_box"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Mistake:
    """One of them. `label` is the truth's index and `said` the model's, None where there is none.

    `box` xyxy is what was found, or the true one that was not; `truth` is the true one beside a
    found one. `severity` in 0..1 puts the worst first.
    """

    image: str
    kind: MistakeKind
    label: int | None
    said: int | None
    score: float | None
    iou: float
    box: tuple[float, float, float, float]
    truth: tuple[float, float, float, float] | None
    severity: float

    def row(self, names: Sequence[str]) -> dict[str, Any]:
        """As a report holds it."""
        return {
            "image": self.image,
            "kind": str(self.kind),
            "label": None if self.label is None else names[self.label],
            "said": None if self.said is None else names[self.said],
            "score": None if self.score is None else number(self.score),
            "iou": number(self.iou),
            "box": [round(x, 2) for x in self.box],
            "truth": None if self.truth is None else [round(x, 2) for x in self.truth],
            "severity": number(self.severity),
        }


@dataclass(frozen=True)
class Judgement:
    """Of one picture: which found objects are right and which true ones they met; the mistakes."""

    hits: dict[int, int]
    mistakes: tuple[Mistake, ...]

    def count(self, *kinds: MistakeKind) -> int:
        """How many mistakes are of these kinds."""
        return sum(mistake.kind in kinds for mistake in self.mistakes)

    @property
    def missed(self) -> int:
        """True objects nobody found rightly."""
        return self.count(MistakeKind.MISSED, MistakeKind.WRONG_LABEL, MistakeKind.POOR_BOX)

    @property
    def false_alarms(self) -> int:
        """Found objects that are not rightly one."""
        return len(self.mistakes) - self.count(MistakeKind.MISSED)


def judge(scene: ComparedObjects) -> Judgement:
    """Say what is wrong in one picture, the worst first."""
    hits = own_hits(scene, score=SHOWN_SCORE)
    free = ~scene.ignored
    free[list(hits.values())] = False
    rest = [
        int(i)
        for i in scene.best_first
        if scene.scores[i] >= SHOWN_SCORE and i not in hits and not in_crowd(scene, int(i))
    ]
    mistakes = []
    for kind, least, wants_own in (
        (MistakeKind.WRONG_LABEL, MATCH_IOU, False),
        (MistakeKind.DUPLICATE, MATCH_IOU, None),
        (MistakeKind.POOR_BOX, POOR_IOU, True),
    ):
        for i in [i for i in rest if scene.nearest[i] >= least]:
            among = _candidates(scene, i, free, wants_own)
            overlaps = np.where(among, scene.overlaps[i], -1.0)
            if overlaps.max() >= least:
                place = int(overlaps.argmax())
                mistakes.append(_of_pair(scene, kind, i, place))
                rest.remove(i)
                free[place] = False
    mistakes += [_false_alarm(scene, i) for i in rest]
    mistakes += list(_missed(scene, np.flatnonzero(free)))
    return Judgement(hits, tuple(sorted(mistakes, key=lambda m: -m.severity)))


def _candidates(
    scene: ComparedObjects, found: int, free: NDArray[np.bool_], wants_own: bool | None
) -> NDArray[np.bool_]:
    """The true objects a found one may be about: free of its label or another, or taken ones."""
    if wants_own is None:
        return ~free & ~scene.ignored
    own = scene.known.indices == scene.found.indices[found]
    return free & (own if wants_own else ~own)


def _of_pair(scene: ComparedObjects, kind: MistakeKind, found: int, known: int) -> Mistake:
    score, iou = float(scene.scores[found]), float(scene.overlaps[found, known])
    severity = {MistakeKind.WRONG_LABEL: score, MistakeKind.DUPLICATE: score / 2}
    return Mistake(
        image=scene.image,
        kind=kind,
        label=int(scene.known.indices[known]),
        said=int(scene.found.indices[found]),
        score=score,
        iou=iou,
        box=_xyxy(scene.found.xyxy[found]),
        truth=_xyxy(scene.known.xyxy[known]),
        severity=severity.get(kind, score * (1 - iou)),
    )


def _false_alarm(scene: ComparedObjects, found: int) -> Mistake:
    score = float(scene.scores[found])
    return Mistake(
        image=scene.image,
        kind=MistakeKind.FALSE_ALARM,
        label=None,
        said=int(scene.found.indices[found]),
        score=score,
        iou=float(scene.overlaps[found].max(initial=0.0)),
        box=_xyxy(scene.found.xyxy[found]),
        truth=None,
        severity=score,
    )


def _missed(scene: ComparedObjects, places: NDArray[np.int64]) -> Iterator[Mistake]:
    """Missed objects; the less the model suspected one, the worse."""
    for place in places:
        overlaps = scene.overlaps[:, place]
        own = scene.found.indices == scene.known.indices[place]
        suspected = scene.scores[own & (overlaps >= MATCH_IOU) & (scene.scores < SHOWN_SCORE)]
        yield Mistake(
            image=scene.image,
            kind=MistakeKind.MISSED,
            label=int(scene.known.indices[place]),
            said=None,
            score=None,
            iou=float(overlaps[scene.scores >= SHOWN_SCORE].max(initial=0.0)),
            box=_xyxy(scene.known.xyxy[place]),
            truth=None,
            severity=1 - float(suspected.max(initial=0.0)),
        )


def _xyxy(row: NDArray[np.float32]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = row.astype(float).tolist()
    return x1, y1, x2, y2
