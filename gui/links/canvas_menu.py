"""The menu under the right mouse button on the canvas."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui import icons
from gui.actions import ACTIONS
from gui.main_window import MainWindow
from gui.session.session import Session

OF_SEVERAL = ("unite", "subtract", "intersect")
"""What needs several selected objects."""


class CanvasMenu(QObject):
    """Offers what can be done with the selected objects, or else with the picture."""

    def __init__(
        self, session: Session, window: MainWindow, actions: Mapping[str, QAction]
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._actions = session, window, actions
        window.canvas.context_requested.connect(self._on_requested)

    @Slot(QPoint)
    def _on_requested(self, position: QPoint) -> None:
        if self._session.annotations.sample is not None:
            menu = self.build()
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(position)

    def build(self) -> QMenu:
        """The menu as it is now."""
        menu, annotations = QMenu(self._window), self._session.annotations
        menu.setObjectName("canvas_menu")
        sample = annotations.sample
        waiting = {a.id for a in sample.proposals} if sample is not None else set()
        if annotations.selection:
            has_waiting = bool(waiting & set(annotations.selection))
            self._add(menu, *(("accept", "reject") if has_waiting else ()))
            self._add_labels(menu)
            if set(annotations.selection) - waiting:
                self._add(menu, "to_front", "to_back")
            self._add_shapes(menu)
            self._add_tracks(menu)
            self._add(menu, "copy", "duplicate", "hide", "lock", "delete")
        else:
            self._add(menu, *(("accept_all", "reject_all") if waiting else ()))
            self._add(menu, "predict", "select_all", "paste", "take_previous", "copy_seen")
        menu.addSeparator()
        self._add(menu, "verify", "fit")
        return menu

    def _add(self, menu: QMenu, *ids: str) -> None:
        for id_ in ids:
            menu.addAction(self._actions[id_])

    def _add_shapes(self, menu: QMenu) -> None:
        """What makes one of two is offered for two or more."""
        is_one = len(self._session.annotations.selection) == 1
        shapes = menu.addMenu(self.tr("Shape"))
        for spec in ACTIONS:
            if spec.menu == "shape" and not (is_one and spec.id in OF_SEVERAL):
                shapes.addAction(self._actions[spec.id])

    def _add_tracks(self, menu: QMenu) -> None:
        """Of a video's frame: what leads its objects through the video."""
        from engine.sources.frame_reader import is_video_frame

        sample = self._session.annotations.sample
        if sample is None or not is_video_frame(sample.frame_id):
            return
        tracks = menu.addMenu(self.tr("Track"))
        for spec in ACTIONS:
            if spec.menu == "track":
                tracks.addAction(self._actions[spec.id])

    def _add_labels(self, menu: QMenu) -> None:
        """One row for each label; the one that all selected objects have is marked."""
        annotations = self._session.annotations
        if not annotations.labels or annotations.sample is None:
            return
        found = [annotations.sample.find(i) for i in annotations.selection]
        now = {a.label_id for a in found if a is not None}
        labels = menu.addMenu(self.tr("Change label"))
        for label in annotations.labels:
            row = labels.addAction(icons.swatch(label.color), label.name)
            row.setData(label.id)
            row.setEnabled(now != {label.id})
            row.triggered.connect(self._on_label)

    @Slot()
    def _on_label(self) -> None:
        row = self.sender()
        if isinstance(row, QAction):
            self._session.annotations.relabel(int(row.data()))
