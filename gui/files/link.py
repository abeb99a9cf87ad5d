"""Between the session and the Pictures panel."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import FrameId, Sample, SampleState
from gui.files.beside import BadgesBeside
from gui.files.panel import FilesPanel
from gui.files.review import Review
from gui.main_window import MainWindow
from gui.panels.filmstrip import state_text
from gui.panels.notice import PROPOSALS
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.badges import Badge


class FilesLink(QObject):
    """Shows the pictures that are gone through; filters go through the search above the strip."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        panel = self.panel = FilesPanel(window.filmstrip.thumbnails)
        self.review = Review(session, self)
        self._beside = BadgesBeside(session, self)
        self._beside.arrived.connect(self._on_stored)
        panel.rows.set_sources(session.project.state_of, self._badge)
        panel.cells.state_text = self._state_text
        panel.set_states([(str(state), state_text(state)) for state in SampleState])
        panel.index_requested.connect(session.frames.go)
        panel.filter_requested.connect(self._on_filter)
        panel.search_requested.connect(window.search.begin)
        panel.review_requested.connect(self.begin_review)
        session.frames.list_changed.connect(self._on_list)
        session.frames.index_changed.connect(panel.set_current)
        session.project.states_changed.connect(self._on_stored)
        session.project.labels_changed.connect(self._on_labels)
        session.annotations.stored.connect(self._on_stored)
        window.search.asked.connect(panel.set_question)
        self.review.ended.connect(self._on_end)
        self.review.failed.connect(window.notice.show_error)
        window.dress(panel.set_colors)
        self._on_labels()
        self._on_list()

    def _state_text(self, state: object) -> str:
        return state_text(SampleState(str(state))).split(":")[0]

    def _badge(self, frame_id: FrameId) -> "Badge | None":
        """Of a row in sight; none from a damaged project, of which whoever edits is told."""
        project = self._session.project.project
        try:
            badge = project.badge(frame_id) if project is not None else None
        except AppError:
            return None
        if badge is None or badge.labels or badge.proposals:
            return badge
        return self._beside.of(frame_id) or badge

    @Slot()
    def _on_list(self) -> None:
        ids: Sequence[FrameId] = self._session.frames.ids
        self.panel.set_ids(ids, self.tr("of {0}").format(f"{len(ids):,}"))
        self.panel.set_current(self._session.frames.index)

    @Slot()
    def _on_labels(self) -> None:
        self.panel.rows.forget_badges()
        self.panel.set_labels(self._session.annotations.labels)

    @Slot()
    @Slot(object)
    def _on_stored(self, sample: Sample | None = None) -> None:
        self.panel.rows.forget_badges()
        self.panel.repaint_rows()

    @Slot(str)
    def _on_filter(self, question: str) -> None:
        """The field above the filmstrip asks it: there the person sees it, and may go on."""
        search = self._window.search
        if question:
            search.show()
            search.field.setText(question)
            search.field.returnPressed.emit()
        else:
            search.give_up()

    # What the actions call

    def ask_number(self) -> None:
        """Open the panel, and let the person type the number of a picture."""
        self._window.show_side("files")
        self.panel.ask_number()

    def begin_review(self) -> None:
        """Go to the picture with the least sure proposal."""
        self.review.begin()

    def decide(self, is_accepted: bool) -> None:
        """Accept or reject all proposals of the picture, and go on to the least sure one."""
        self.review.decide(is_accepted)

    @Slot()
    def _on_end(self) -> None:
        self._window.notice.settle(PROPOSALS)
        self._window.say(self.tr("No picture with proposals is left among these."))
