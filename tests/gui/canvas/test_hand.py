"""Hand and Pointer over a Surface that is no widget: all they ask of it is in the Protocol."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from pytestqt.qtbot import QtBot

from engine.values import Box
from gui.canvas.foreground import Foreground
from gui.canvas.hand import Hand
from gui.canvas.inside_layer import InsideLayer
from gui.canvas.painter import CanvasPainter
from gui.canvas.pointer import Pointer
from gui.canvas.sketch import Sketch
from gui.canvas.view import Area, View
from gui.canvas.viewport import Viewport
from gui.tools.scene import PointerEvent, Scene
from tests.gui.canvas.conftest import SAMPLE

NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


class TinySurface:
    """A frame of 400x300 at 100 %, and a list of what was asked."""

    def __init__(self) -> None:
        self.view = View()
        self.scene = Scene((300, 400), SAMPLE)
        self.is_editable = True
        self.is_live = self.is_comparing = False
        self.panned: list[tuple[float, float]] = []
        self.split = -1.0
        self.is_bare = False
        self.shape = Qt.CursorShape.ArrowCursor

    def is_on_split(self, position: QPointF) -> bool:
        return self.is_comparing and abs(position.x() - 200) < 5

    def move_split(self, position: QPointF) -> None:
        self.split = position.x()

    def to_frame(self, position: QPointF) -> tuple[float, float]:
        return self.view.to_frame(position.x(), position.y())

    def reach(self, distance: float) -> float:
        return distance

    def pan(self, by: QPointF) -> None:
        self.panned.append((by.x(), by.y()))

    def zoom_at(self, factor: float, position: QPointF) -> None:
        self.view = self.view.zoomed(factor, position.x(), position.y())

    def peek(self, is_bare: bool) -> None:
        self.is_bare = is_bare

    def set_selection(self, selection: tuple[str, ...]) -> None:
        self.scene = self.scene.changed(selection=selection)

    def set_brush(self, radius: float, **ways: bool) -> None:
        self.scene = self.scene.changed(radius=radius, **ways)

    def update_area(self, area: Area | None) -> None:
        """There is nothing to paint."""

    def underMouse(self) -> bool:  # noqa: N802  Qt names it
        return True

    def setCursor(self, shape: Qt.CursorShape, /) -> None:  # noqa: N802
        self.shape = shape


class Both:
    """A Hand and a Pointer over one TinySurface."""

    def __init__(self, viewport: Viewport) -> None:
        stage = CanvasPainter()
        self.surface = TinySurface()
        self.inside = InsideLayer(viewport, stage)
        self.hand = Hand(self.surface, Foreground(stage.overlay), self.inside, Sketch(viewport))
        self.pointer = Pointer(self.surface, self.hand)

    def drag(
        self,
        *points: tuple[float, float],
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NO_KEYS,
    ) -> None:
        """Press at the first of these places, move through all, release at the last."""
        self.pointer.press(_event(QEvent.Type.MouseButtonPress, points[0], button, keys))
        for point in points:
            self.pointer.move(_event(QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton))
        self.pointer.release(_event(QEvent.Type.MouseButtonRelease, points[-1], button))


def _event(
    kind: QEvent.Type,
    point: tuple[float, float],
    button: Qt.MouseButton,
    keys: Qt.KeyboardModifier = NO_KEYS,
) -> QMouseEvent:
    place = QPointF(*point)
    return QMouseEvent(kind, place, place, button, button, keys)


@pytest.fixture
def both(qtbot: QtBot) -> Both:
    viewport = Viewport()
    qtbot.addWidget(viewport)
    both = Both(viewport)
    both.hand.take("box")
    return both


def test_what_is_drawn_is_reported_and_selected(both: Both, qtbot: QtBot) -> None:
    signals = [both.hand.edit_made, both.hand.selection_changed, both.pointer.cursor_moved]
    with qtbot.waitSignals(signals):
        both.drag((170, 20), (200, 40), (230, 60))
    assert len(both.surface.scene.selection) == 1
    assert both.hand.last.point == (230, 60)


@pytest.mark.parametrize(
    ("name", "text"), [("is_live", "live"), ("is_comparing", "comparison"), ("", "being read")]
)
def test_where_nothing_can_be_drawn_it_says_why(
    both: Both, qtbot: QtBot, name: str, text: str
) -> None:
    both.surface.is_editable = False
    if name:
        setattr(both.surface, name, True)
    with (
        qtbot.assertNotEmitted(both.hand.edit_made),
        qtbot.waitSignal(both.hand.message) as said,
    ):
        both.drag((20, 20), (60, 60))
    assert text in said.args[0]


def test_what_was_begun_on_the_picture_before_is_told_to_be_gone(both: Both, qtbot: QtBot) -> None:
    both.hand.take("polygon")
    both.hand.give_up()
    both.drag((20, 20))
    with qtbot.waitSignal(both.hand.message) as said:
        both.hand.give_up()
    assert "is gone" in said.args[0]
    with qtbot.assertNotEmitted(both.hand.message):
        both.hand.give_up()


def test_the_middle_button_moves_the_frame_and_draws_nothing(both: Both, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(both.hand.edit_made):
        both.drag((170, 20), (200, 40), button=MIDDLE)
    assert both.surface.panned == [(0, 0), (30, 20)]
    assert both.surface.shape == Qt.CursorShape.CrossCursor


def test_the_split_line_is_dragged_before_any_tool_gets_the_mouse(both: Both, qtbot: QtBot) -> None:
    both.surface.is_comparing = True
    with qtbot.assertNotEmitted(both.hand.edit_made):
        both.drag((201, 20), (250, 40))
    assert both.surface.split == 250


def test_the_brush_grows_by_at_least_half_a_pixel(both: Both) -> None:
    both.surface.set_brush(0.5, keeps_others=True)
    both.hand.scale_brush(1.15)
    assert both.surface.scene.radius == 1.0
    assert both.surface.scene.keeps_others


def test_with_alt_the_brush_grows_to_the_right_and_shrinks_to_the_left(
    both: Both, qtbot: QtBot
) -> None:
    both.hand.take("brush")
    both.surface.set_brush(10.0)
    with qtbot.assertNotEmitted(both.hand.edit_made):
        both.drag((200, 40), (215, 40), keys=Qt.KeyboardModifier.AltModifier)
        assert both.surface.scene.radius == 25.0
        both.drag((200, 40), (100, 40), keys=Qt.KeyboardModifier.AltModifier)
    assert both.surface.scene.radius == 0.5
    with qtbot.waitSignal(both.hand.edit_made):
        both.drag((200, 40), (215, 40))


def test_a_click_with_a_selecting_tool_takes_the_smallest(both: Both) -> None:
    both.hand.take("select")
    both.drag((100, 230))
    chosen = both.surface.scene.selected[0]
    assert chosen.region == Box(40, 180, 160, 280)
    assert both.hand.relabel_at(PointerEvent(100, 230))
