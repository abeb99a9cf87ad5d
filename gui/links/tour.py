"""Shows a person around: five steps over the window itself, once, or when asked for."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gui.main_window import MainWindow
from gui.panels.bubble import Bubble
from gui.settings import SettingsStore


class TourLink(QObject):
    """From opening to training: what each is for, beside where it is done."""

    def __init__(
        self,
        store: SettingsStore,
        window: MainWindow,
        actions: Mapping[str, QAction],
        tools: Sequence[QAction],
    ) -> None:
        super().__init__(window)
        self._store, self._window = store, window
        self._actions, self._tools = actions, tools
        self._step = 0
        self.bubble = Bubble(window)
        self.bubble.next_requested.connect(self._on_next)
        self.bubble.back_requested.connect(self._on_back)
        self.bubble.end_requested.connect(self.end)

    def begin_once(self) -> None:
        """Begin for somebody who has not seen it."""
        if not self._store.now.has_toured:
            self.begin()

    @Slot()
    def begin(self) -> None:
        """Begin at the first step."""
        self._store.change(has_toured=True)
        self._step = 0
        self._show()

    @Slot()
    def end(self) -> None:
        """Enough: the keys go back to the picture."""
        self.bubble.close_up()
        self._window.canvas.setFocus()

    @Slot()
    def _on_next(self) -> None:
        self._step += 1
        if self._step < len(self._texts()):
            self._show()
        else:
            self.end()

    @Slot()
    def _on_back(self) -> None:
        self._step = max(0, self._step - 1)
        self._show()

    def _show(self) -> None:
        texts = self._texts()
        title, text = texts[self._step]
        self.bubble.show_step(self._step, len(texts), title, text, self._places()[self._step])

    def _places(self) -> Sequence[QWidget]:
        """What each step is about."""
        return (
            self._button(self._actions["open_folder"]),
            self._window.model,
            self._button(self._tools[0]),
            self._button(self._actions["export"]),
            self._button(self._actions["train"]),
        )

    def _button(self, action: QAction) -> QWidget:
        """Its button in the tool bar."""
        return self._window.tool_bar.widgetForAction(action) or self._window.tool_bar

    def _texts(self) -> Sequence[tuple[str, str]]:
        return (
            (
                self.tr("Open"),
                self.tr("A folder, pictures, a video or a camera. Or drop them on the window."),
            ),
            (
                self.tr("Run a model"),
                self.tr(
                    "Choose weights here. What the model finds lies over the picture at once, and"
                    " the sliders say how sure it must be."
                ),
            ),
            (
                self.tr("Correct"),
                self.tr(
                    "Accept or reject what was found, click an object to reshape it, or take a"
                    " tool and draw. Every edit is saved when it is made, and can be undone."
                ),
            ),
            (
                self.tr("Export"),
                self.tr(
                    "What you corrected becomes a dataset: txt lists, COCO, YOLO, masks and more."
                ),
            ),
            (
                self.tr("Train"),
                self.tr(
                    "Train a network on it without leaving the window. Its weights go live:"
                    " see again. The menu Help shows you around once more."
                ),
            ),
        )
