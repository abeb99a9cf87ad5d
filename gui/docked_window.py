"""A window with docks at its right: the Model dock, below it tabs of what is worked on."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFrame,
    QMainWindow,
    QScrollArea,
    QTabWidget,
    QWidget,
)

from gui.panels.following import SLACK, FollowingArea

MODEL, WORK = "model", "work"
SIDE_WIDTH = 376
NARROWEST = {"middle": 256, "side": 336, "dock": 280}
"""Beside the tool bar these fit into the smallest window."""
DOCKS_WIDTH = 328
MODEL_SHARE, MODEL_SHARE_WITH_SIDE = 0.42, 0.26
"""Of the window's height the Model dock takes so much before it scrolls."""
LIVE_SHARE, LIVE_SHARE_WITH_SIDE = 0.62, 0.4
"""While frames go by, which have no objects to list but much that is measured."""
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
Feature = QDockWidget.DockWidgetFeature


class DockedWindow(QMainWindow):
    """One column, so that the picture keeps its width: a side panel is a tab beside the objects."""

    def __init__(self, sides: Mapping[str, str]) -> None:
        """`sides` are the tall panels: their names and titles."""
        super().__init__()
        self.docks: dict[str, QDockWidget] = {}
        self.sides = tuple(sides)
        self._side_areas: dict[str, QScrollArea] = {}
        self._model_area: FollowingArea | None = None
        self._docks_width, self._is_live = DOCKS_WIDTH, False
        self.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.setTabPosition(RIGHT, QTabWidget.TabPosition.North)

    def build_docks(self, model: QWidget, work: QWidget, titles: Mapping[str, str]) -> None:
        """Put `model` above, and below it `work` with a tab for each side panel that is open."""
        area = self._model_area = FollowingArea(model)
        area.wanted_changed.connect(self._follow_later)
        upper = self._make_dock(MODEL, self.tr("Model"), area)
        lower = self._make_dock(WORK, self.tr("Objects"), work)
        lower.setTitleBarWidget(QWidget())  # Its sections have titles.
        lower.setFeatures(Feature.NoDockWidgetFeatures)
        self.addDockWidget(RIGHT, upper)
        self.splitDockWidget(upper, lower, Qt.Orientation.Vertical)
        for key in self.sides:
            dock = self._make_dock(key, titles[key], self._side_area(key))
            dock.setMinimumWidth(NARROWEST["side"])
            self.tabifyDockWidget(lower, dock)
            dock.hide()
            dock.toggleViewAction().toggled.connect(self._on_side_toggled)

    def build_strip(self, widget: QWidget) -> None:
        """Put a strip below the middle, which stays there."""
        strip = self._strip = QDockWidget(self.tr("Filmstrip"), self)
        strip.setObjectName("filmstrip")
        strip.setTitleBarWidget(QWidget())
        strip.setFeatures(Feature.NoDockWidgetFeatures)
        strip.setWidget(widget)
        self.addDockWidget(BOTTOM, strip)

    def _make_dock(self, key: str, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock_{key}")
        dock.setFeatures(
            Feature.DockWidgetMovable | Feature.DockWidgetFloatable | Feature.DockWidgetClosable
        )
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        widget.setAccessibleName(title)
        dock.setWidget(widget)
        dock.setMinimumWidth(NARROWEST["dock"])
        self.docks[key] = dock
        return dock

    def _side_area(self, key: str) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        self._side_areas[key] = area
        return area

    def set_side_panel(self, key: str, panel: QWidget) -> None:
        """Fill one of the side panels, which are closed at first."""
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._side_areas[key].setWidget(panel)

    def bring_up(self, key: str, part: QWidget) -> None:
        """Scroll a side panel so that it begins with this part of it."""
        area = self._side_areas[key]
        if (panel := area.widget()) is not None:
            area.verticalScrollBar().setValue(part.mapTo(panel, QPoint()).y())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the Model dock may be higher or lower now."""
        super().resizeEvent(event)
        self._limit_model()
        self._follow_later()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: now there is a layout to measure."""
        super().showEvent(event)
        self._follow_later()

    def _limit_model(self) -> None:
        has_side = any(self.docks[side].isVisible() for side in self.sides)
        alone, beside = MODEL_SHARE, MODEL_SHARE_WITH_SIDE
        if self._is_live:
            alone, beside = LIVE_SHARE, LIVE_SHARE_WITH_SIDE
        share = beside if has_side else alone
        if self._model_area is not None:
            self._model_area.set_limit(round(share * self.height()))

    def make_room_for_rates(self, is_live: bool) -> None:
        """Let the Model dock be higher while frames go by."""
        if is_live != self._is_live:
            self._is_live = is_live
            self._limit_model()
            self._follow_later()

    @Slot()
    def _follow_later(self) -> None:
        QTimer.singleShot(0, self, self._follow_model)  # The layout comes first.

    @Slot()
    def _follow_model(self) -> None:
        """Make the Model dock as high as what is in it, so that what is below gets the rest."""
        dock, area = self.docks[MODEL], self._model_area
        if area is not None and not dock.isFloating():
            title = dock.height() - area.height()
            height = area.wanted + title + SLACK
            self.resizeDocks([dock], [height], Qt.Orientation.Vertical)

    def spread(self) -> None:
        """The layout of the first start."""
        self.resizeDocks([self.docks[WORK]], [DOCKS_WIDTH], Qt.Orientation.Horizontal)

    # Keys

    def go_to_part(self, step: int) -> None:
        """Give the keys to the middle, a dock or the strip: the next from where they are."""
        docks = [d for d in self.docks.values() if d.isVisible() and not self._is_behind(d)]
        middle = self.centralWidget()
        places: list[QWidget] = [*([middle] if middle else []), *docks, self._strip]
        now = QApplication.focusWidget()
        inside = [
            n for n, place in enumerate(places) if now is not None and place.isAncestorOf(now)
        ]
        first = inside[0] if inside else 0
        for number in range(1, len(places) + 1):
            place = places[(first + step * number) % len(places)]
            for widget in place.findChildren(QWidget):
                takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                if takes and widget.isEnabled() and not widget.visibleRegion().isEmpty():
                    widget.setFocus(Qt.FocusReason.TabFocusReason)
                    return

    # Side panels

    def toggle_side(self, key: str) -> None:
        """Open or close a side panel; one behind another tab comes to the front."""
        dock = self.docks[key]
        if self._is_behind(dock):
            dock.raise_()
        elif dock.isVisible():
            dock.hide()
        else:
            if not any(self.docks[side].isVisible() for side in self.sides):
                self._docks_width = self.docks[WORK].width()
            dock.show()
            dock.raise_()
            width = max(SIDE_WIDTH, self._docks_width)
            self.resizeDocks([dock], [width], Qt.Orientation.Horizontal)

    def show_side(self, key: str) -> None:
        """Bring a side panel into sight."""
        dock = self.docks[key]
        if not dock.isVisible() or self._is_behind(dock):
            self.toggle_side(key)

    def close_side(self, key: str) -> None:
        """Close a side panel, also one behind another tab."""
        self.docks[key].hide()

    def _is_behind(self, dock: QDockWidget) -> bool:
        return dock.isVisible() and dock.visibleRegion().isEmpty()

    @Slot(bool)
    def _on_side_toggled(self, is_open: bool) -> None:
        """However the last one was closed, its cross included, the canvas gets its room back."""
        self._limit_model()
        if not is_open and self.isVisible():
            QTimer.singleShot(0, self, self._give_room_back)

    @Slot()
    def _give_room_back(self) -> None:
        if not any(self.docks[side].isVisible() for side in self.sides):
            width = min(self._docks_width, self.docks[WORK].width())
            self.resizeDocks([self.docks[WORK]], [width], Qt.Orientation.Horizontal)
