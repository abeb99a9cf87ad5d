"""Between the order of the filmstrip, the model that judges and the pictures."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import FrameId
from engine.words import counted
from gui.controllers.doubts import DoubtsController, Judge
from gui.controllers.listing import Listing
from gui.controllers.picture_range import UNLABELLED
from gui.main_window import MainWindow
from gui.panels.order import AS_OPENED
from gui.session.session import Session


class OrderLink(QObject):
    """Puts the pictures that the model is least sure of first, once they are judged."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._listed: dict[FrameId, int] = {}
        self._judge: Judge | None = None
        self._controller = DoubtsController(session.jobs, self)
        self._controller.progressed.connect(self._on_progressed)
        self._controller.ended.connect(self._on_ended)
        self._controller.failed.connect(window.notice.show_error)
        session.project.listed.connect(self._on_listed)
        window.order.chosen.connect(self._on_chosen)
        window.order.again_requested.connect(self._on_again)

    def arranged(self, ids: Sequence[FrameId]) -> tuple[FrameId, ...]:
        """These pictures in the order that was chosen."""
        places = {frame_id: place for place, frame_id in enumerate(ids)}
        known = sorted(ids, key=lambda each: (self._listed.get(each, len(ids)), places[each]))
        judge = self._judge
        if judge is None:
            return tuple(known)
        from engine.insight.uncertainty import least_sure_first

        doubts = [self._controller.of(judge, each) for each in known]
        is_open = [self._is_unlabelled(each) for each in known]
        return tuple(known[index] for index in least_sure_first(doubts, is_open))

    def _is_unlabelled(self, frame_id: FrameId) -> bool:
        return self._session.project.state_of(frame_id) in UNLABELLED

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        """Other pictures are open: they stand as they were opened."""
        self._listed = {frame_id: place for place, frame_id in enumerate(listing.ids)}
        self._judge = None
        self._controller.forget()
        self._window.order.set_order(AS_OPENED)
        self._window.order.hide()

    @Slot()
    def _on_again(self) -> None:
        self._on_chosen(self._window.order.field.key)

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        field, loaded = self._window.order, self._session.weights.loaded
        if key == AS_OPENED:
            self._controller.forget()
            self._judge = None
            field.set_order(AS_OPENED)
            self._arrange()
            return
        if loaded is None:
            field.set_order(self._judge.measure if self._judge is not None else AS_OPENED)
            hint = self.tr("Choose weights in the Model panel.")
            self._window.notice.show_error(AppError(self.tr("No model is loaded."), hint=hint))
            return
        self._judge = Judge.of(loaded, key)
        field.set_order(key)
        ids = self._session.frames.ids
        waiting = [each for each in ids if self._is_unlabelled(each)]
        if not self._controller.judge(loaded, self._judge, waiting):
            self._on_ended()

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        text = self.tr("Judging: {0} of {1}")
        self._window.order.say(text.format(f"{done:,}", counted(total, "picture")))

    @Slot()
    def _on_ended(self) -> None:
        judge = self._judge
        if judge is None:
            return
        self._arrange()
        ids = self._session.frames.ids
        judged = sum(self._controller.of(judge, each) is not None for each in ids)
        total = counted(len(ids), "picture")
        text = self.tr("{0} of {1} judged").format(f"{judged:,}", total)
        if not judged and not any(self._is_unlabelled(each) for each in ids):
            text = self.tr("None judged: only pictures without labels are")
        self._window.order.say(text)

    def _arrange(self) -> None:
        frames = self._session.frames
        here, ids = frames.frame_id, self.arranged(frames.ids)
        if ids != tuple(frames.ids):
            frames.set_ids(ids, ids.index(here) if here in ids else 0)
