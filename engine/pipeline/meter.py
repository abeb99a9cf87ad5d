"""Rates, delays and dropped frames of live work: every number shown was measured."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW = 2.0
"""Seconds that the shown rates look back; of what is slower, to the frame before."""
LONGEST = 60.0
"""Seconds that one frame alone is remembered, until there is another."""
PATIENCE = 3
"""After so many times the usual interval nothing more is expected."""
STAGES = (
    "capture", "preprocess", "proposals", "network", "refine", "decode", "track", "record",
    "display",
)  # fmt: skip
"""What a frame goes through, in this order."""


@dataclass(frozen=True)
class Rates:
    """Frames a second captured, inferred and displayed; mean delay from capture to display and
    mean time of each stage in ms; frames dropped and displayed so far, and how often the Source was
    lost."""

    capture_fps: float = 0.0
    infer_fps: float = 0.0
    display_fps: float = 0.0
    delay_ms: float = 0.0
    dropped: int = 0
    frames: int = 0
    lost: int = 0
    times_ms: dict[str, float] = field(default_factory=dict)


class Meter:
    """Collects marks from any thread."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._recent: defaultdict[str, deque[tuple[float, float]]] = defaultdict(deque)
        # Of the whole run: count, sum of seconds, first and last moment.
        self._whole: dict[str, tuple[int, float, float, float]] = {}
        self.dropped, self.lost = 0, 0

    def mark(self, stage: str, seconds: float = 0.0) -> None:
        """One frame has passed a stage, which took so long."""
        now = self._clock()
        with self._lock:
            recent = self._recent[stage]
            self._forget(recent, now)
            recent.append((now, seconds))
            count, total, first, _ = self._whole.get(stage, (0, 0.0, now, now))
            self._whole[stage] = count + 1, total + seconds, first, now

    def shown(self, captured_at: float, seconds: float = 0.0) -> None:
        """A frame is on the screen now; it was captured then, and painting took so long."""
        self.mark("display", seconds)
        self.mark("delay", self._clock() - captured_at)

    def snapshot(self) -> Rates:
        """The rates of the last seconds."""
        now = self._clock()
        with self._lock:
            for recent in self._recent.values():
                self._forget(recent, now)
            counted = {
                stage: (len(r), sum(s for _, s in r), r[0][0], r[-1][0])
                for stage, r in self._recent.items()
                if r
            }
            return self._rates(counted, now)

    def whole(self) -> Rates:
        """The rates over the whole run."""
        with self._lock:
            return self._rates(self._whole)

    def _forget(self, recent: deque[tuple[float, float]], now: float) -> None:
        while len(recent) > 2 and recent[0][0] < now - WINDOW:
            recent.popleft()
        if not recent:
            return
        (first, _), (last, _), intervals = recent[0], recent[-1], len(recent) - 1
        usual = (last - first) / intervals if intervals else LONGEST / PATIENCE
        if now - last > max(WINDOW, PATIENCE * usual):
            recent.clear()

    def _rates(
        self, counted: dict[str, tuple[int, float, float, float]], now: float | None = None
    ) -> Rates:
        """Of what was counted; `now` lets the time since the last frame count, too."""
        means = {stage: 1000 * total / n for stage, (n, total, _, _) in counted.items()}
        shown = self._whole.get("display")
        return Rates(
            capture_fps=_rate(counted.get("capture"), now),
            infer_fps=_rate(counted.get("network"), now),
            display_fps=_rate(counted.get("display"), now),
            delay_ms=means.pop("delay", 0.0),
            dropped=self.dropped,
            lost=self.lost,
            frames=shown[0] if shown else 0,
            times_ms={stage: means[stage] for stage in sorted(means, key=_place)},
        )


def _rate(counted: tuple[int, float, float, float] | None, now: float | None) -> float:
    """Intervals a second; one mark alone tells no rate. The interval that has not ended by `now`
    counts as soon as it makes the rate less."""
    if counted is None or counted[0] < 2 or counted[3] <= counted[2]:
        return 0.0
    count, _, first, last = counted
    ended = (count - 1) / (last - first)
    return ended if now is None else min(ended, count / (now - first))


def _place(stage: str) -> int:
    """Where it comes among the stages; what is none of them comes last."""
    return STAGES.index(stage) if stage in STAGES else len(STAGES)
