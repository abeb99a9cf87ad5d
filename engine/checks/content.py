"""Do pictures and labels belong together? Told from what is in them, whatever they are called.

How well a label fits a picture is measured twice: how far its areas explain the picture's colours,
and how far its outlines follow the picture's edges. Every label is compared with its own picture
and with those some lines up and down. A label fits its own picture better than its neighbours do,
even in a video, so where many in a row fit those k lines away better, the list has moved there.
Nothing is trained, and a list whose pictures show nothing of their labels says nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from engine.checks.traits import COLOR_SIDE, Traits
from engine.values import IGNORE

REACH = 10
"""A list may have moved by so many lines."""
MOST = 2000
"""Of more samples, blocks spread over the list are compared."""
_BLOCK = 100
LEAST = 12
"""Fewer samples are not enough to say anything."""
SURE = 5.0
"""How many standard errors make it certain; correct lists of real data stay below 1.5."""
_CLIP = 2.5  # no single sample decides
_CHUNK = 64
_ROUNDS = 8
_SHORTEST = 8  # samples in a row
_PEAK = 2.5

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Labels of the samples from `start` to `end` fit the pictures `offset` lines on better.

    `score` is by how many standard errors.
    """

    start: int
    end: int
    offset: int
    score: float


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """How well labels fit pictures: (N, 2 REACH + 1), by label and by how many lines further on
    its picture would be; NaN where the list has none.
    """

    values: Doubles

    def gain(self, offset: int, over: int = 0) -> Doubles:
        """What each label gains with another picture, in deviations; 0 where there is none."""
        found = self.values[:, offset + REACH] - self.values[:, over + REACH]
        known = np.isfinite(found)
        if not known.any():
            return np.zeros(len(found))
        # From one to the next: where the list moves on its way, that is no spread.
        steps = np.diff(found[known], prepend=found[known].mean())
        spread = float(np.mean(steps**2) / 2 + 1e-12) ** 0.5
        return np.where(known, np.clip(np.nan_to_num(found) / spread, -_CLIP, _CLIP), 0)

    def score(self, offset: int, over: int = 0) -> float:
        """By how many standard errors all labels together fit better with one offset."""
        gain = self.gain(offset, over)
        return float(gain.sum()) / max(1, int(np.count_nonzero(gain))) ** 0.5


def compared(count: int) -> NDArray[np.int64]:
    """Which of so many samples are compared: all, or blocks of neighbours."""
    if count <= MOST:
        return np.arange(count)
    starts = np.linspace(0, count - _BLOCK, MOST // _BLOCK).round().astype(np.int64)
    return np.unique(starts[:, None] + np.arange(_BLOCK))


def fit_of(traits: Sequence[Traits | None], places: Sequence[int]) -> Fit:
    """Compare samples that stand at these places of a list; None for one that cannot be read."""
    usable = [t if t is not None and t.is_telling else None for t in traits]
    valid = _valid(usable, np.asarray(places))
    total = np.zeros(valid.shape)
    for found in (_edges(usable), _areas(usable)):
        measure = _centred(np.where(valid, found, np.nan))
        total += _weight(measure) * measure
    return Fit(total)


def _weight(measure: Doubles) -> float:
    """A measure counts by how clearly it tells the best offset from the others."""
    known = np.isfinite(measure)
    counts = known.sum(axis=0)
    mean = np.nansum(measure, axis=0) / np.maximum(counts, 1)
    mean[counts < max(4, len(measure) // 3)] = 0
    best = int(np.argmax(mean))
    if mean[best] <= 0:
        return 0.0
    return float(mean[best] / (np.std(measure[known[:, best], best]) + 0.3))


def moved_stretches(fit: Fit, sure: float = SURE) -> list[Stretch]:
    """Where labels certainly fit pictures of other lines better, in order."""
    if len(fit.values) < LEAST:
        return []
    gains = {k: fit.gain(k) for k in range(-REACH, REACH + 1) if k}
    found: list[Stretch] = []
    for _ in range(_ROUNDS):
        best = max((_best_run(gain, k) for k, gain in gains.items()), key=lambda s: s.score)
        if best.score < sure:
            break
        if _is_peak(fit, best):
            found.append(best)
            for gain in gains.values():
                gain[best.start : best.end] = 0
        else:
            gains[best.offset][best.start : best.end] = 0
    return list(_joined(sorted(found, key=lambda s: s.start)))


def _joined(runs: Sequence[Stretch]) -> Iterator[Stretch]:
    """Neighbours that moved by the same are one: what lies between moved with them."""
    for offset, group in groupby(runs, key=lambda s: s.offset):
        same = list(group)
        yield Stretch(same[0].start, same[-1].end, offset, max(s.score for s in same))


def _is_peak(fit: Fit, run: Stretch) -> bool:
    """Whether labels fit the pictures there better than those of any other offset.

    Pictures full of contrast fit all labels: then those of the next lines do so as well.
    """
    here = slice(run.start, run.end)
    for other in range(-REACH, REACH + 1):
        if other == run.offset:
            continue
        gain = fit.gain(run.offset, over=other)[here]
        known = np.count_nonzero(gain)
        if 2 * known >= len(gain) and gain.sum() < _PEAK * known**0.5:
            return False
    return True


def _best_run(gain: Doubles, offset: int) -> Stretch:
    """The run of samples whose sum is largest for its length."""
    sums = np.concatenate([[0.0], np.cumsum(gain)])
    count = len(gain)
    best = Stretch(0, 0, offset, 0.0)
    if sums.max() - sums.min() < 1:
        return best
    for length in range(_SHORTEST, count + 1):
        runs = sums[length:] - sums[:-length]
        at = int(np.argmax(runs))
        score = float(runs[at]) / length**0.5
        if score > best.score:
            best = Stretch(at, at + length, offset, score)
    return best


def _valid(traits: Sequence[Traits | None], places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs of label and offset exist."""
    count = len(traits)
    known = np.array([t is not None for t in traits], bool)
    others = np.arange(count)[:, None] + np.arange(-REACH, REACH + 1)
    inside = (others >= 0) & (others < count)
    others = np.clip(others, 0, count - 1)
    near = places[others] - places[:, None] == np.arange(-REACH, REACH + 1)
    return np.asarray(inside & near & known[:, None] & known[others])


def _edges(traits: Sequence[Traits | None]) -> Doubles:
    """How far outlines follow edges: the correlation of both."""
    found = np.full((len(traits), 2 * REACH + 1), np.nan)
    for start in range(0, len(traits), _CHUNK):
        end = min(len(traits), start + _CHUNK)
        low, high = max(0, start - REACH), min(len(traits), end + REACH)
        outlines = _unit([t.outline if t else None for t in traits[start:end]])
        edges = _unit([t.edges if t else None for t in traits[low:high]])
        table = outlines @ edges.T
        for label in range(start, end):
            first, last = max(low, label - REACH), min(high, label + REACH + 1)
            row = table[label - start, first - low : last - low]
            found[label, first - label + REACH : last - label + REACH] = row
    return found


def _unit(rows: Sequence[NDArray[np.uint8] | None]) -> Floats:
    size = next((len(r) for r in rows if r is not None), 1)
    table = np.array([np.zeros(size) if r is None else r for r in rows], np.float32)
    table -= table.mean(axis=1, keepdims=True)
    table /= np.linalg.norm(table, axis=1, keepdims=True) + 1e-6
    return table


def _areas(traits: Sequence[Traits | None]) -> Doubles:
    """How far areas explain colours: the root of the share of their variance."""
    cells = COLOR_SIDE**2
    found = np.full((len(traits), 2 * REACH + 1), np.nan)
    colors = np.zeros((len(traits), 4, cells), np.float32)
    for i, one in enumerate(traits):
        if one is not None:
            colors[i] = one.colors.T
    for label, one in enumerate(traits):
        if one is None:
            continue
        low, high = max(0, label - REACH), min(len(traits), label + REACH + 1)
        sums = colors[low:high].reshape(-1, cells) @ _shares(one.areas).T
        explained = np.square(sums).reshape(high - low, -1).sum(axis=1) / cells
        found[label, low - label + REACH : high - label + REACH] = np.sqrt(explained)
    return found


def _shares(areas: NDArray[np.uint8]) -> Floats:
    """One row for each area (areas, cells): the mean over it, weighted by the root of its size."""
    numbers, which = np.unique(areas, return_inverse=True)
    table = np.zeros((len(numbers), areas.size), np.float32)
    table[which.ravel(), np.arange(areas.size)] = 1
    if len(numbers) > 2 and numbers[-1] == IGNORE:
        table = table[:-1]
    return np.asarray(table / np.sqrt(table.sum(axis=1, keepdims=True) + 2), np.float32)


def _centred(found: Doubles) -> Doubles:
    """Without what a picture has in common with every label, and a label with every picture."""
    count = len(found)
    known = np.isfinite(found)
    others = np.clip(np.arange(count)[:, None] + np.arange(-REACH, REACH + 1), 0, count - 1)
    flat = others[known]
    usual = np.bincount(flat, found[known], count) / np.maximum(
        np.bincount(flat, minlength=count), 1
    )
    found = found - usual[others]
    rows = np.nansum(found, axis=1) / np.maximum(known.sum(axis=1), 1)
    found = found - rows[:, None]
    spread = np.sqrt(np.nansum(found**2) / max(1, known.sum())) + 1e-9
    return np.asarray(np.clip(found / spread, -5, 5))
