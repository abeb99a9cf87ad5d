"""Between the Smart click tool, what is shown, and whom it asks."""

from PySide6.QtCore import QObject, Slot

from engine.click.question import Question
from engine.values import Frame
from gui.click.answering import ClickAnswer, Part
from gui.click.askers import Askers
from gui.click.controller import ClickController
from gui.click.part import holds, part_in_sight
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.session.shown import Shown
from gui.tools import registry
from gui.tools.registry import Ability


class ClickLink(QObject):
    """Asks only while a tool that asks is in use; nothing is loaded before."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._canvas, self._options = window.canvas, window.tool_options
        self._asked: tuple[object, ...] = ()
        self._part: Part | None = None
        self._is_begun = False
        self.controller, self.askers = ClickController(session.jobs, self), Askers(session, self)
        self.controller.answered.connect(self._on_answered)
        self.controller.seen.connect(self._look_ahead)
        self.controller.busy_changed.connect(self._options.set_asker_state)
        self.controller.failed.connect(self._on_failed)
        self.askers.changed.connect(self._on_asker)
        self.askers.failed.connect(self._on_failed)
        self._canvas.tool_changed.connect(self._on_tool)
        self._canvas.question_changed.connect(self._ask)
        self._options.asker_chosen.connect(self.askers.choose)
        session.shown.changed.connect(self._on_shown)
        session.frames.decoded.connect(self._look_ahead)
        session.weights.listed.connect(self._list)
        if self._canvas.tool_name:
            self._on_tool(self._canvas.tool_name)

    @property
    def is_wanted(self) -> bool:
        """Whether the tool in use asks."""
        name = self._canvas.tool_name
        return bool(name) and Ability.ASKS in registry.get(name).abilities

    # Whom to ask

    @Slot(str)
    def _on_tool(self, name: str) -> None:
        self._list()
        self._on_asker()

    @Slot()
    def _list(self) -> None:
        """Look which weights answer clicks, once somebody wants to know."""
        if self.is_wanted:
            self.askers.look()

    @Slot()
    def _on_asker(self) -> None:
        choices = [(each.key, each.text) for each in self.askers.choices]
        self._options.set_askers(choices, self.askers.key)
        if self.is_wanted and self._asked != self.askers.asked:
            self._asked = self.askers.asked
            self.controller.use(self.askers.maker())
            self._ask(self._canvas.hand.question)
        self._look()

    # What is shown

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        if now.frame is not before.frame or now.is_live != before.is_live:
            self._look()

    def _look(self) -> None:
        now = self._session.shown.now
        self.controller.look(now.frame if self.is_wanted and not now.is_live else None)

    @Slot(object)
    def _look_ahead(self, frame: Frame) -> None:
        following = self._session.frames.following
        if self.is_wanted and following is not None:
            self.controller.look_ahead(following)

    # Questions and answers

    @Slot(object)
    def _ask(self, question: Question) -> None:
        """About what was in sight when the question began, as long as that holds all of it."""
        if question.is_empty:
            self._part, self._is_begun = None, False
        elif not self._is_begun:
            canvas = self._canvas
            self._part = part_in_sight(canvas.view, canvas.screen_wh, canvas.scene.size_hw)
            self._is_begun = True
        if self._part is not None and not holds(self._part, question):
            self._part = None
        self.controller.ask(question, self._part)

    @Slot(object, object)
    def _on_answered(self, question: Question, answer: ClickAnswer) -> None:
        if answer.mask is not None and answer.score:
            self._options.set_asker_state(self.tr("{0:.0f} % sure").format(100 * answer.score))
        self._canvas.hand.answer(question, answer.mask)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._window.notice.show_error(error)  # type: ignore[arg-type]
