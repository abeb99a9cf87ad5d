"""Between the session and the Collect panel."""

from PySide6.QtCore import QObject, Slot

from engine.collect.rules import Rules, rules_of, rules_text
from gui.collect.controller import CollectController, CollectedRow
from gui.collect.panel import CollectPanel
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session


class CollectLink(QObject):
    """The Collect panel. The rules are remembered; whether it is on never is."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.controller = CollectController(session, self)
        self.panel = CollectPanel()
        rules = rules_of(session.store.now.collect_rules)
        self.panel.set_rules(rules)
        self.controller.set_rules(rules)
        self.panel.on_requested.connect(self._on_wish)
        self.panel.rules_requested.connect(self._on_rules)
        self.panel.now_requested.connect(self.take_now)
        self.panel.picture_requested.connect(session.go_to)
        self.controller.changed.connect(self._show)
        self.controller.arrived.connect(self._on_arrived)
        self.controller.failed.connect(window.notice.show_error)
        session.mode_changed.connect(self._show)
        session.store.changed.connect(self._warn)
        session.compare.changed.connect(self._warn)
        session.project.closed.connect(self.panel.clear)
        self._show()
        self._warn()

    def take_now(self) -> None:
        """Collect the shown live frame, and go on."""
        if self._session.mode is not CanvasMode.LIVE:
            self._window.say(self.tr("Only a frame of a video or a camera can be collected."))
        elif not self.controller.take_now(self.tr("by hand")):
            self._window.say(self.tr("This frame is collected already, or another is on its way."))

    @Slot(bool)
    def _on_wish(self, is_on: bool) -> None:
        if is_on and not self.controller.rules.is_any:
            self._window.say(self.tr("Choose a rule first: when are frames collected?"))
            self._show()
            return
        self.controller.set_on(is_on)

    @Slot(object)
    def _on_rules(self, rules: Rules) -> None:
        self._session.store.change(collect_rules=rules_text(rules))
        self.controller.set_rules(rules)
        self._warn()

    @Slot()
    def _warn(self) -> None:
        """What a person set, but never happens."""
        rules, conf, text = self.controller.rules, self._session.store.now.conf, ""
        if rules.is_unsure and rules.high < conf:
            text = self.tr("No object has such a score: the confidence is {0:.2f}.").format(conf)
        elif rules.disagrees and not self._session.compare.is_on:
            text = self.tr("No two models are compared now.")
        self.panel.set_warning(text)

    @Slot()
    def _show(self) -> None:
        controller, is_live = self.controller, self._session.mode is CanvasMode.LIVE
        self.panel.set_state(
            controller.count, controller.rules.cap, is_on=controller.is_on, is_possible=is_live
        )

    @Slot(object)
    def _on_arrived(self, row: CollectedRow) -> None:
        self.panel.add(row.frame_id, row.why)
        self._window.filmstrip.show_last()
        self._window.say(self.tr("Collected: {0}").format(row.why))
