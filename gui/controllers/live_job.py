"""The Job behind a video or camera: opens, reads and closes the Source, runs the model on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.jobs import CancelToken, Progress
from engine.thresholds import Thresholds
from gui.controllers.weights import LoadedWeights

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult
    from engine.pipeline.pipeline import Pipeline
    from engine.sources.source import Source


Opener = Callable[[str | int], "Source"]
"""Opens a video by path or address, or a camera by number."""


@dataclass(frozen=True)
class LiveInfo:
    """What was opened; `count` is None for a camera."""

    name: str
    count: int | None
    fps: float | None
    warning: str = ""


class Following:
    """What window and Job share: written by the window, read by the Job frame by frame."""

    def __init__(
        self,
        what: str | int,
        loaded: LoadedWeights | None,
        thresholds: Thresholds,
        opener: "Opener | None" = None,
    ) -> None:
        from engine.pipeline.meter import Meter
        from engine.pipeline.transport import Transport

        self.what = what
        self.opener = opener
        self.loaded = loaded
        self.beside: LoadedWeights | None = None
        self.thresholds = thresholds
        self.transport = Transport()
        self.meter = Meter()


def follow(
    following: Following,
    show: Callable[[Any], None],
    tell: Callable[[Any], None],
    progress: Progress,
    cancel: CancelToken,
) -> None:
    """Play until cancelled; frames go to `show`, newest first, and what was opened to `tell`."""
    from engine.open import open_source
    from engine.pipeline.live import LiveLink, run_live

    def open_it() -> "Source":
        source = (following.opener or open_source)(following.what)
        warning = str(getattr(source, "warning", ""))
        tell((following, LiveInfo(source.name, source.count, source.fps, warning)))
        return source

    def on_result(result: "LiveResult") -> None:
        show((following, result))

    def pipeline() -> "Pipeline | None":
        return following.loaded.pipeline if following.loaded is not None else None

    def beside() -> "Pipeline | None":
        return following.beside.pipeline if following.beside is not None else None

    def thresholds() -> Thresholds:
        return following.thresholds

    link = LiveLink(cancel, meter=following.meter, transport=following.transport)
    run_live(open_it, pipeline, on_result, link, thresholds, get_beside=beside)
    cancel.check()
