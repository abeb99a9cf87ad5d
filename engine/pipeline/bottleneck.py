"""Why live work is slower than it should be: the stage that holds it up, and what to try."""

from dataclasses import dataclass, field
from enum import StrEnum

from engine.pipeline.meter import Rates
from engine.pipeline.usage import Usage

SMOOTH = 15.0
"""Pictures a second that look like a film; asked of a camera that does not say its own rate."""
PLENTY = 30.0
"""Nobody misses more than these."""
ENOUGH = 0.8
"""Of the wanted rate this is near enough."""
LATE_MS = 300.0
"""What is shown later than this is felt."""
WARM_SECONDS = 3.0
"""Compilers and caches are at work until then."""
CROWDED = 0.4
"""Of the processor others take so much that it is they."""
EXPLAINS = 0.5
"""A stage that takes less of a frame's time than this is not what holds it up."""
STEADY = 3
"""So many times in a row the same is found before it is said."""


class Cause(StrEnum):
    """What holds live work up."""

    WARMING = "warming"
    BUSY = "busy"
    SOURCE = "source"
    PREPROCESS = "preprocess"
    PROPOSALS = "proposals"
    NETWORK = "network"
    REFINE = "refine"
    DECODE = "decode"
    TRACK = "track"
    RECORD = "record"
    DISPLAY = "display"


class Given(StrEnum):
    """Where frames come from; those of a folder that is watched come when they come."""

    FILE = "file"
    CAMERA = "camera"
    ADDRESS = "address"
    SCREEN = "screen"
    FOLDER = "folder"


@dataclass(frozen=True)
class Hint:
    """What holds it up, and what a person can try."""

    cause: Cause
    text: str
    advice: str


@dataclass(frozen=True)
class Situation:
    """What was measured, and what there was to do.

    `wanted_fps` is the rate of the Source as it says itself, at the speed that is played; `seconds`
    is how long the same model has been at work.
    """

    rates: Rates
    usage: Usage = field(default_factory=Usage)
    wanted_fps: float | None = None
    given: Given = Given.CAMERA
    is_on_gpu: bool = False
    frame_hw: tuple[int, int] = (0, 0)
    seconds: float = 60.0


_MORE = {
    Given.CAMERA: "Give it more light, or choose a smaller picture size.",
    Given.ADDRESS: "Let the camera send smaller pictures, or use a faster connection.",
    Given.SCREEN: "Choose a smaller part of the screen.",
}
# Stages that wait for each other, a row for each thread.
_THREADS = (
    (Cause.PREPROCESS, Cause.PROPOSALS, Cause.NETWORK),
    (Cause.REFINE, Cause.DECODE, Cause.TRACK, Cause.RECORD),
    (Cause.DISPLAY,),
)
_BY_ITSELF = {
    Cause.PROPOSALS: (
        "Looking for regions takes {ms:.0f} ms a frame.",
        "Choose its fast proposals, or a detector that needs none.",
    ),
    Cause.REFINE: ("Refining takes {ms:.0f} ms a frame.", "Choose a faster refinement, or none."),
    Cause.DECODE: (
        "Making objects of what the network says takes {ms:.0f} ms a frame.",
        "Raise the confidence, or let the source give smaller pictures.",
    ),
    Cause.TRACK: ("Tracking takes {ms:.0f} ms a frame.", "Raise the confidence: fewer objects."),
    Cause.RECORD: (
        "Recording takes {ms:.0f} ms a frame.",
        "Record fewer things at once, or smaller pictures.",
    ),
    Cause.DISPLAY: (
        "Painting takes {ms:.0f} ms a frame.",
        "Show outlines only, hide what you do not need, or make the window smaller.",
    ),
}


def why_slow(now: Situation) -> Hint | None:
    """The stage that holds it up; None while all is well, or where nothing measured explains it."""
    goal = min(now.wanted_fps or SMOOTH, PLENTY)
    rates = now.rates
    if now.given is Given.FOLDER or "display" not in rates.times_ms or _is_well(rates, goal):
        return None
    if now.seconds < WARM_SECONDS:
        return Hint(Cause.WARMING, "The first frames take longer.", "Wait a few seconds.")
    hint = _slow_source(now, goal) or _slow_stage(now, goal)
    if (
        now.usage.others is not None
        and now.usage.others >= CROWDED
        and not _is_elsewhere(now, hint)
    ):
        text = f"Other programs take {100 * now.usage.others:.0f} % of the processor."
        return Hint(Cause.BUSY, text, "Close some, or wait until a training is over.")
    return hint


def _is_elsewhere(now: Situation, hint: Hint | None) -> bool:
    """Whether it is not the processor that holds it up."""
    if hint is None:
        return False
    is_sent = hint.cause is Cause.SOURCE and now.given in (Given.CAMERA, Given.ADDRESS)
    return is_sent or (hint.cause is Cause.NETWORK and now.is_on_gpu)


def _is_well(rates: Rates, goal: float) -> bool:
    return rates.display_fps >= ENOUGH * goal and rates.delay_ms <= LATE_MS


def _slow_source(now: Situation, goal: float) -> Hint | None:
    rates, ms = now.rates, now.rates.times_ms.get("capture", 0.0)
    if now.given in _MORE:
        if not 0 < rates.capture_fps < ENOUGH * goal or rates.delay_ms > LATE_MS:
            return None
        text = f"The source gives only {rates.capture_fps:.0f} pictures a second."
        return Hint(Cause.SOURCE, text, _MORE[now.given])
    if ms * ENOUGH * goal < 1000 or ms < max(_of_threads(rates).values()):
        return None
    text = f"Reading a frame takes {ms:.0f} ms."
    return Hint(Cause.SOURCE, text, "Play it slower, or encode it anew, smaller.")


def _of_threads(rates: Rates) -> dict[tuple[Cause, ...], float]:
    """Milliseconds that each thread works on a frame."""
    return {row: sum(rates.times_ms.get(cause, 0.0) for cause in row) for row in _THREADS}


def _slow_stage(now: Situation, goal: float) -> Hint | None:
    times = _of_threads(now.rates)
    row = max(times, key=lambda each: times[each])
    if times[row] < EXPLAINS * 1000 / goal:
        return None
    cause = max(row, key=lambda each: now.rates.times_ms.get(each, 0.0))
    ms = now.rates.times_ms[cause]
    if cause is Cause.NETWORK:
        return Hint(cause, f"The network takes {ms:.0f} ms a frame.", _lighter(now))
    if cause is Cause.PREPROCESS:
        height, width = now.frame_hw
        text = f"Making frames of {width} x {height} ready for the network takes {ms:.0f} ms."
        return Hint(cause, text, "Let the source give smaller pictures.")
    text, advice = _BY_ITSELF[cause]
    return Hint(cause, text.format(ms=ms), advice)


def _lighter(now: Situation) -> str:
    if now.is_on_gpu:
        return "Choose a lighter model or a smaller input."
    return "Choose a lighter model, a smaller input or, where there is one, a GPU."


class Steady:
    """Says what has been found several times in a row: nothing flickers."""

    def __init__(self, times: int = STEADY) -> None:
        self._times = times
        self._count = 0
        self._found: Hint | None = None
        self._said: Hint | None = None

    def settle(self, found: Hint | None) -> Hint | None:
        """What to say now that this was found; its numbers are the newest."""
        is_same = _cause(found) == _cause(self._found)
        self._count, self._found = (self._count + 1 if is_same else 1), found
        if self._count >= self._times or _cause(found) == _cause(self._said):
            self._said = found
        return self._said


def _cause(hint: Hint | None) -> Cause | None:
    return hint.cause if hint is not None else None
