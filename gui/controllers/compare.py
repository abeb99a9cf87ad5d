"""Two models on the same frame, side by side or over one another: which two, what both say."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.thresholds import Thresholds
from engine.values import Frame
from gui.controllers.compare_job import Compared, compare
from gui.controllers.weights import LoadedWeights, WeightsController
from gui.controllers.weights_jobs import load_weights
from gui.jobs import Job, Jobs
from gui.questions import NewestJob, OneJob

LEFT, RIGHT = 0, 1
Pair = tuple[LoadedWeights, LoadedWeights]
Asked = tuple[Pair, Frame, Thresholds]


class CompareController(QObject):
    """Who is compared, on pictures also the comparing; a video or camera runs the pair itself.

    Unless others are chosen, the weights loaded before stand left of those loaded now. With
    `is_over` nothing divides the frame: both are seen on all of it. `shown` gives what both say of
    a picture, or None when comparing ends.
    """

    shown = Signal(object)
    changed = Signal(bool)
    pair_changed = Signal()
    failed = Signal(object)

    def __init__(
        self, jobs: Jobs, weights: WeightsController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.is_on = self.is_over = False
        self.both: Compared | None = None
        """What both say of the shown picture, while that is compared."""
        self._jobs = jobs
        self._weights = weights
        self._chosen: list[str] = ["", ""]
        self._own: list[LoadedWeights | None] = [None, None]
        self._loading = OneJob(jobs, self), OneJob(jobs, self)
        for loading in self._loading:
            loading.finished.connect(self._on_loaded)
            loading.failed.connect(self._on_load_failed)
            loading.ended.connect(self.again)
        self._frame: Frame | None = None
        self._is_live = False
        self._thresholds = Thresholds()
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_both)
        self._newest.failed.connect(self.failed)

    # Which two

    @property
    def sides(self) -> tuple[LoadedWeights | None, LoadedWeights | None]:
        """Who stands left and right, as far as they are loaded."""
        return self._side(LEFT), self._side(RIGHT)

    @property
    def pair(self) -> Pair | None:
        """Both, once both are loaded."""
        left, right = self.sides
        return (left, right) if left is not None and right is not None else None

    @property
    def is_loading(self) -> bool:
        """Whether one of the two is on its way."""
        return any(loading.is_running for loading in self._loading)

    @property
    def chosen(self) -> tuple[str, str]:
        """The keys of the weights chosen, empty for those that stand there by themselves."""
        return self._chosen[LEFT], self._chosen[RIGHT]

    def choose(self, side: int, key: str, device: str, backend: str) -> None:
        """Put these weights on that side; an empty key takes back the choice."""
        self._loading[side].forget()
        self._chosen[side], self._own[side] = key, self._known(key, side)
        if key and self._own[side] is None:
            text = self.tr("Loading {0}").format(key.rpartition("/")[2])
            self._loading[side].start(partial(load_weights, key, device, backend), text=text)
        self.again()

    def _side(self, side: int) -> LoadedWeights | None:
        if not self._chosen[side]:
            return self._weights.loaded if side == RIGHT else self._weights.previous
        return self._own[side]

    def _known(self, key: str, side: int) -> LoadedWeights | None:
        """These weights, where they are loaded already."""
        for known in (self._weights.loaded, self._weights.previous, self._own[1 - side]):
            if known is not None and known.key == key:
                return known
        return None

    def _loading_side(self) -> int:
        """The side whose loading a slot hears of."""
        return LEFT if self.sender() is self._loading[LEFT] else RIGHT

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        self._own[self._loading_side()] = loaded
        self.again()

    @Slot(object)
    def _on_load_failed(self, error: AppError) -> None:
        self._chosen[self._loading_side()] = ""
        self.failed.emit(error)

    # Comparing

    def set_on(self, is_on: bool) -> None:
        """Begin or end comparing; beginning while weights are on their way waits for them."""
        error = self._what_is_missing() if is_on else None
        if error is not None:
            self.changed.emit(self.is_on)
            self.failed.emit(error)
            return
        if is_on == self.is_on:
            self.changed.emit(is_on)
            return
        self.is_on, self.both = is_on, None
        self._newest.forget()
        self.changed.emit(is_on)
        if is_on:
            self._ask()
        else:
            self.shown.emit(None)

    def set_over(self, is_over: bool) -> None:
        """Show both on the whole frame, or a part of it for each."""
        if is_over != self.is_over:
            self.is_over = is_over
            self.changed.emit(self.is_on)

    def _what_is_missing(self) -> AppError | None:
        if self.pair is None and not self.is_loading:
            text = self.tr("There are no older weights to compare with.")
            hint = self.tr("Choose two in the panel Compare models.")
            return AppError(text, hint=hint)
        if self._frame is None and not self._is_live:
            hint = self.tr("Open one, a video or a camera.")
            return AppError(self.tr("There is no picture to compare on."), hint=hint)
        return None

    def set_frame(self, frame: Frame | None, thresholds: Thresholds) -> None:
        """Compare on this picture, by these thresholds."""
        self._frame, self._thresholds, self._is_live = frame, thresholds, False
        self._renew()

    def set_live(self) -> None:
        """A video or camera has the canvas: it asks the pair itself."""
        self._frame, self._is_live = None, True
        self._renew()

    @Slot()
    def again(self) -> None:
        """Others stand there now."""
        self.pair_changed.emit()
        self._renew()

    def set_thresholds(self, thresholds: Thresholds) -> None:
        """Decide by these."""
        self._thresholds = thresholds
        self._renew()

    def _renew(self) -> None:
        """Answers on their way are for something else."""
        self.both = None
        self._newest.forget()
        if self.is_on:
            self._ask()

    def _ask(self) -> None:
        pair = self.pair
        if self._frame is not None and pair is not None:
            self._newest.ask((pair, self._frame, self._thresholds), self._job_for)

    def _job_for(self, asked: Asked) -> Job:
        return self._jobs.create(partial(compare, *asked))

    @Slot(object, object)
    def _on_both(self, asked: Asked, both: Compared) -> None:
        self.both = both
        self.shown.emit(both)
