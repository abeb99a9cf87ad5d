"""The actions and tools of one window: made from their tables, called, and enabled."""

from collections.abc import Callable
from operator import attrgetter

from PySide6.QtCore import QCoreApplication, QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from engine.annotations.emptiness import is_marked_empty
from engine.values import SampleState
from gui import actions, icons, side_panels, taking
from gui.desk import Desk
from gui.keyboard.keyboard import tool_id
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.sides import Sides
from gui.theme import ThemeColors
from gui.tools import load_all as load_tools
from gui.tools import registry as tools
from gui.tools.registry import Ability


class Bars(QObject):
    """What the menus and the tool bar show."""

    def __init__(self, session: Session, window: MainWindow, desk: Desk, sides: Sides) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._desk, self._sides = desk, sides
        self._rows = side_panels.all_actions()
        panels = side_panels.registered()
        self._panels = {row.id: panel.name for panel in panels for row in panel.actions}
        self.actions = actions.make_actions(window, self._rows, self._callback_of)
        self.tools = self._make_tools()
        window.build_bars(self._rows, self.actions, (self.tools, side_panels.with_buttons()))
        desk.keyboard.changed.connect(self._show_keys)
        # Queued: the tool that has just drawn is still in the middle of it.
        done = Qt.ConnectionType.QueuedConnection
        desk.drawing.object_done.connect(self._put_tool_down, done)
        window.canvas.space_tapped.connect(self._on_space)
        self._show_keys()
        session.annotations.history.changed.connect(self.update)
        session.weights.loaded_changed.connect(self.update)
        session.weights.unloaded.connect(self.update)
        session.annotations.sample_changed.connect(self.update)
        session.mode_changed.connect(self.update)
        session.live.playing_changed.connect(self.update)
        session.recording.changed.connect(self.update)
        session.compare.changed.connect(self.update)
        session.store.changed.connect(self.update)
        for side in window.sides:
            window.docks[side].visibilityChanged.connect(self.update)

    def dress(self, colors: ThemeColors) -> None:
        """Give everything its icon."""
        icons.apply(self._rows, self.actions, self.tools, colors)

    def _callback_of(self, spec: actions.ActionSpec) -> Callable[[], None]:
        """Of the desk, unless the action came with a side panel."""
        panel = self._panels.get(spec.id)

        def call() -> None:
            owner = self._sides.link(panel) if panel is not None else self._desk
            attrgetter(spec.call)(owner)(*spec.arguments)
            self.update()

        return call

    def _make_tools(self) -> list[QAction]:
        load_tools()
        group = QActionGroup(self._window)
        made = []
        for name in tools.names():
            spec = tools.get(name)
            action = QAction(_tr(spec.text), group)
            action.setObjectName(tool_id(name))
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(self._on_tool)
            self._window.addAction(action)
            made.append(action)
        last = [a for a in made if a.data() == self._session.store.now.last_tool]
        for action in (*last, *made)[:1]:
            action.setChecked(True)
            self._window.canvas.set_tool(str(action.data()))
        return made

    @Slot()
    def _show_keys(self) -> None:
        """The keys as the person has them."""
        keys = self._desk.keyboard.keys
        for spec in self._rows:
            actions.show_keys(self.actions[spec.id], actions.text_of(spec), keys[spec.id])
        for action in self.tools:
            hint = _tr(tools.get(str(action.data())).hint)
            actions.show_keys(action, action.text(), keys[action.objectName()], hint)
        first = {id_: actions.written(had[:1]) for id_, had in keys.items()}
        self._window.labels.model.set_keys([first[f"label_{number}"] for number in range(1, 10)])
        self._window.timeline.set_keys(first["freeze"], first["record"])

    @Slot()
    def _on_space(self) -> None:
        """The canvas waits whether Space is only held to pan, so it is told of when let go."""
        for action in (*self.actions.values(), *self.tools):
            if QKeySequence(Qt.Key.Key_Space) in action.shortcuts():
                action.trigger()

    @Slot()
    def _put_tool_down(self) -> None:
        """Take up the tool that selects."""
        for action in self.tools:
            if Ability.SELECTS in tools.get(str(action.data())).abilities:
                action.trigger()

    @Slot()
    def _on_tool(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            if self._session.compare.is_on:  # Esc, or wanting to draw, ends it.
                self._session.compare.set_on(False)
            self._window.canvas.set_tool(str(action.data()))
            self._window.tool_chosen.emit(str(action.data()))
            self._session.store.change(last_tool=str(action.data()))
            self._window.canvas.setFocus()

    @Slot()
    def update(self) -> None:
        """Enable what can be done now; say what undo and redo would do."""
        annotations, session = self._session.annotations, self._session
        for key, step in (("undo", annotations.history.undo), ("redo", annotations.history.redo)):
            self.actions[key].setEnabled(step is not None)
            self.actions[key].setText(taking.menu_text(step, is_redo=key == "redo"))
        self._check_state()
        for key in ("play", "freeze", "record"):
            self.actions[key].setEnabled(session.live.is_open)
        self.actions["record"].setChecked(session.recording.is_on)
        self.actions["live"].setChecked(self._session.store.now.live)
        compare = session.compare
        self.actions["side_by_side"].setChecked(compare.is_on and not compare.is_over)
        self.actions["over"].setChecked(compare.is_on and compare.is_over)
        self.actions["hide_all"].setChecked(annotations.visibility.is_all_hidden)
        for spec in self._rows:
            if spec.call == "coloring.choose":
                self.actions[spec.id].setChecked(spec.arguments == (session.colored_by,))
            if spec.call == "toggle_setting":
                self.actions[spec.id].setChecked(getattr(session.store.now, *spec.arguments))
        for side in self._window.sides:
            self.actions[side].setChecked(self._window.docks[side].isVisible())

    def _check_state(self) -> None:
        """Tick what the person has said of the picture."""
        sample = self._session.annotations.stored_sample
        state = sample.state if sample is not None else SampleState.NEW
        self.actions["verify"].setChecked(state is SampleState.VERIFIED)
        self.actions["skip"].setChecked(state is SampleState.SKIPPED)
        self.actions["empty"].setChecked(sample is not None and is_marked_empty(sample))


def _tr(text: str) -> str:
    return QCoreApplication.translate("tools", text)
