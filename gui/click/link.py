"""Between the Smart click tool, what is shown, and whom it asks."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.click.question import Question
from engine.values import Frame
from gui.click.answering import AskerChoice, list_askers, make_asker, nobody
from gui.click.controller import ClickController
from gui.main_window import MainWindow
from gui.questions import OneJob
from gui.session.session import Session
from gui.session.shown import Shown
from gui.settings import Settings
from gui.tools import registry
from gui.tools.registry import Ability

if TYPE_CHECKING:
    from engine.click.contract import AnyAnswer


class ClickLink(QObject):
    """Asks only while a tool that asks is in use; nothing is loaded before."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._canvas, self._options = window.canvas, window.tool_options
        self.controller = ClickController(session.jobs, self)
        self._choices: tuple[AskerChoice, ...] = ()
        self._key, self._device = "", session.store.now.device
        self._listing = OneJob(session.jobs, self)
        self._listing.finished.connect(self._on_listed)
        self._listing.failed.connect(self._on_failed)
        self.controller.answered.connect(self._on_answered)
        self.controller.seen.connect(self._look_ahead)
        self.controller.busy_changed.connect(self._options.set_asker_state)
        self.controller.failed.connect(self._on_failed)
        self._canvas.tool_changed.connect(self._on_tool)
        self._canvas.question_changed.connect(self._on_question)
        self._options.asker_chosen.connect(self._on_wish)
        session.shown.changed.connect(self._on_shown)
        session.frames.decoded.connect(self._look_ahead)
        session.weights.listed.connect(self._list)
        session.store.changed.connect(self._on_settings)
        if self._canvas.tool_name:
            self._on_tool(self._canvas.tool_name)

    @property
    def is_wanted(self) -> bool:
        """Whether the tool in use asks."""
        name = self._canvas.tool_name
        return bool(name) and Ability.ASKS in registry.get(name).abilities

    @Slot(str)
    def _on_tool(self, name: str) -> None:
        if self.is_wanted and not self._key:
            self._list()
        self._look()

    @Slot()
    def _list(self) -> None:
        """Look which weights answer clicks, once somebody wants to know."""
        if self.is_wanted:
            self._listing.start(partial(list_askers, self._session.project.folder))

    @Slot(object)
    def _on_listed(self, choices: tuple[AskerChoice, ...]) -> None:
        self._choices = choices
        wish, keys = self._session.store.now.asker, [choice.key for choice in choices]
        self._use(wish if wish in keys else next(iter(keys), ""))

    def _use(self, key: str) -> None:
        self._options.set_askers([(each.key, each.text) for each in self._choices], key)
        if key != self._key:
            self._key = key
            self._make()
        elif not key and not self._canvas.hand.question.is_empty:
            self._on_failed(nobody())

    def _make(self) -> None:
        self.controller.use(partial(make_asker, self._key, self._device))
        self._look()
        self._on_question(self._canvas.hand.question)

    @Slot(str)
    def _on_wish(self, key: str) -> None:
        self._session.store.change(asker=key)
        self._use(key)

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        if settings.device != self._device:
            self._device = settings.device
            self._make()

    # What is shown

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        if now.frame is not before.frame or now.is_live != before.is_live:
            self._look()

    def _look(self) -> None:
        now = self._session.shown.now
        is_asked = self.is_wanted and bool(self._key) and not now.is_live
        self.controller.look(now.frame if is_asked else None)

    @Slot(object)
    def _look_ahead(self, frame: Frame) -> None:
        following = self._session.frames.following
        if self.is_wanted and following is not None:
            self.controller.look_ahead(following)

    # Questions and answers

    @Slot(object)
    def _on_question(self, question: Question) -> None:
        if question.is_empty or self._key:
            self.controller.ask(question)
        elif not self._listing.is_running:
            self._on_failed(nobody())

    @Slot(object, object)
    def _on_answered(self, question: Question, answer: "AnyAnswer") -> None:
        if answer.mask is not None and answer.score:
            self._options.set_asker_state(self.tr("{0:.0f} % sure").format(100 * answer.score))
        self._canvas.hand.answer(question, answer.mask)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._window.notice.show_error(error)  # type: ignore[arg-type]
