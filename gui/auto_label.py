"""What the actions call that lets the model run over many pictures, and says what came of it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from engine.words import counted
from gui.controllers.picture_range import BatchTally, PictureRange
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.panels.notice import PROPOSALS
from gui.session.session import Session


class AutoLabel(QObject):
    """Asks over which pictures; what is found is stored as it comes, and stays when cancelled."""

    def __init__(
        self, session: Session, window: MainWindow, say_what_is_missing: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._say_what_is_missing = say_what_is_missing
        self._before: PictureRange | None = None
        session.predictions.batch_ended.connect(self._on_ended)

    def start(self) -> None:
        """Ask which pictures, and run the model on them."""
        session = self._session
        if not session.asking.can_predict_many:
            self._say_what_is_missing()
            return
        if session.predictions.is_busy_with_all:
            self._window.say(self.tr("The model is running already: cancel it below."))
            return
        ids, here = session.frames.ids, max(session.frames.index, 0) + 1
        chosen = ask.picture_range(self._window, (len(ids), here), self._count, self._before)
        if chosen is not None:
            self._before = chosen
            session.asking.predict_many(chosen)

    def _count(self, chosen: PictureRange) -> int:
        return len(chosen.pick(self._session.frames.ids, self._session.project.state_of))

    @Slot(object)
    def _on_ended(self, tally: BatchTally) -> None:
        """What was done: it may have taken long, so it stays until somebody has read it."""
        objects = counted(tally.objects, "proposal")
        text = self.tr("The model ran on {0} and found {1}.")
        if not tally.is_whole:
            text = self.tr("Stopped: the model ran on {0} and found {1}.")
        text = text.format(counted(tally.answered, "picture"), objects)
        notes = []
        if tally.kept:
            kept = counted(tally.kept, "picture")
            notes.append(self.tr("Left as they are for their proposals: {0}.").format(kept))
        if tally.unreadable:
            unreadable = counted(tally.unreadable, "picture")
            notes.append(self.tr("Could not be read: {0}.").format(unreadable))
        root = self._session.predictions.batch_root
        is_here = root == self._session.project.root
        if tally.objects and is_here:
            notes.append(
                self.tr("U accepts those of a picture and goes on to the next, M rejects.")
            )
        if not is_here and root is not None:
            text = f"{root.name}: {text}"
        about = PROPOSALS if is_here else None
        self._window.notice.show_note(text, " ".join(notes), about=about)
