"""After each gesture the screen shows what a canvas drawn anew would show, to the pixel."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from engine.annotations import edits
from engine.values import Annotation, FrameId, Mask, Polygon, Sample
from gui.canvas.canvas import Canvas
from tests.gui.canvas.conftest import LABELS, SAMPLE, Desk


def blob() -> Mask:
    """A round mask with a hole, which no box describes."""
    pixels = np.zeros((80, 100), np.uint8)
    cv2.ellipse(pixels, (50, 40), (46, 37), 0, 0, 360, 1, -1)
    cv2.circle(pixels, (50, 40), 12, 0, -1)
    return Mask(40, 40, pixels.astype(np.bool_))


MASKS = replace(
    SAMPLE,
    annotations=(replace(SAMPLE.annotations[0], region=blob()), SAMPLE.annotations[2]),
    proposals=(Annotation(Mask(150, 100, np.ones((60, 70), np.bool_)), 2, "m", 0.8, id="waits"),),
)


def on_screen(canvas: Canvas) -> NDArray[np.uint8]:
    """What was painted up to now, (H, W, 4): nothing is painted for the picture."""
    QApplication.processEvents()
    shot = canvas.screen().grabWindow(canvas.winId()).toImage()
    shot = shot.convertToFormat(QImage.Format.Format_RGB32)
    return np.array(shot.constBits()).reshape(shot.height(), shot.width(), 4)[..., :3]


class Masked(Desk):
    """A Desk that can be compared with a canvas that has never shown anything else."""

    def assert_healed(self) -> None:
        QApplication.sendEvent(self.canvas, QEvent(QEvent.Type.Leave))
        shown, wanted = on_screen(self.canvas), self.drawn_anew()
        differs = np.argwhere((shown != wanted).any(-1))
        assert not len(differs), f"{len(differs)} pixels, {differs.min(0)} to {differs.max(0)}"

    def drawn_anew(self) -> NDArray[np.uint8]:
        scene, canvas = self.canvas.scene, Canvas()
        canvas.resize(self.canvas.size())
        canvas.show()
        canvas.set_frame(scene.pixels)
        canvas._set_view(self.canvas.view)
        canvas.set_tool(self.canvas.tool_name)
        canvas.set_sample(
            scene.sample, LABELS, scene.visible_ids, scene.selection, scene.hidden_ids
        )
        picture = on_screen(canvas)
        delete(canvas)
        return picture


@pytest.fixture(params=["fitted", "near", "far"])
def masked(desk: Desk, request: pytest.FixtureRequest) -> Masked:
    """Masks on a frame shown as a whole, in part, and smaller than it is."""
    desk.canvas.resize(400, 300)
    if request.param == "near":
        desk.canvas.zoom_at(1.7, QPointF(50, 151))
    elif request.param == "far":
        desk.canvas.zoom_at(0.67, QPointF(100.5, 151.25))
    masked = Masked(desk.canvas)
    desk.canvas.edit_made.disconnect(desk.apply)
    masked.sample = MASKS
    masked.show()
    on_screen(desk.canvas)
    return masked


def test_a_moved_mask_leaves_nothing_behind(masked: Masked) -> None:
    masked.drag((60, 80))
    for places in (((60, 80), (70, 83)), ((70, 83), (110, 100), (101, 95))):
        masked.drag(*places)
        masked.assert_healed()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(masked.canvas, key)
        masked.assert_healed()
    assert [edit.text for edit in masked.edits] == ["Move"] * 4


def test_while_a_mask_is_dragged_its_line_goes_along(masked: Masked) -> None:
    masked.drag((60, 80))
    places = [masked.at(*place).toPoint() for place in ((60, 80), (75, 90), (95, 110))]
    QTest.mousePress(masked.canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places:
        QTest.mouseMove(masked.canvas, place)
    x, y = masked.at(40 + 35 + 1, 80 + 30).toPoint().toTuple()
    around = on_screen(masked.canvas)[y, x - 6 : x + 7].astype(int)
    QTest.mouseRelease(masked.canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    assert (around.max(1) - around.min(1)).max() > 100  # the colour of the line
    masked.assert_healed()


def test_what_was_selected_or_under_the_mouse_leaves_no_shreds(masked: Masked) -> None:
    for place in ((60, 80), (220, 130), (60, 230)):
        masked.drag(place)
        assert masked.canvas.scene.selection
        masked.assert_healed()
        masked.drag((200, 20))
        assert not masked.canvas.scene.selection
        masked.assert_healed()
        QTest.mouseMove(masked.canvas, masked.at(*place).toPoint())
        masked.assert_healed()


def test_what_is_deleted_hidden_or_undone_is_gone(masked: Masked) -> None:
    masked.drag((60, 80))
    masked.drag((60, 80), (75, 90))
    moved, masked.sample = masked.sample, MASKS
    masked.show()  # undone
    masked.assert_healed()
    masked.sample = moved
    masked.show()  # done again
    masked.assert_healed()
    for ids in ({"mask"}, {"waits"}, {"mask", "polygon", "box"}):
        masked.canvas.set_sample(MASKS, LABELS, None, ("mask",), ids)
        masked.assert_healed()
        masked.canvas.set_sample(MASKS, LABELS, {2, 3}, ("mask",))
        masked.assert_healed()
        masked.sample = edits.delete(MASKS, ids)
        masked.show()
        masked.assert_healed()
        masked.sample = edits.accept(MASKS, {"waits"})
        masked.show()
        masked.assert_healed()


def test_what_was_painted_or_erased_is_drawn_as_it_is_stored(masked: Masked) -> None:
    for tool in ("brush", "eraser"):
        masked.drag((60, 80))
        masked.canvas.set_tool(tool)
        masked.drag((120, 60), (160, 110), (210, 120))
        masked.assert_healed()
        masked.sample = MASKS
        masked.show()
        masked.assert_healed()
        masked.canvas.set_tool("select")
    assert len(masked.edits) == 2


def test_paging_away_and_back_shows_it_as_it_is(masked: Masked) -> None:
    masked.drag((60, 80))
    masked.drag((60, 80), (75, 90))
    moved = masked.sample
    for sample in (Sample(FrameId("b.png"), (300, 400)), moved, MASKS, moved):
        masked.canvas.set_frame(np.full((300, 400, 3), 90, np.uint8))
        masked.sample = sample
        masked.show()
        masked.assert_healed()


def crowd() -> Sample:
    """More small polygons than are drawn anew while the view moves."""
    corners = np.array([[0, 0], [9, 1], [8, 9], [1, 8]], np.float32) * 0.8
    annotations = tuple(
        Annotation(
            Polygon(corners + np.array([7 * column, 7 * row])), 1 + (row + column) % 3, id=f"{n}"
        )
        for n, (row, column) in enumerate((n // 50, n % 50) for n in range(2000))
    )
    return replace(SAMPLE, annotations=annotations, proposals=())


def test_a_crowd_is_stretched_while_the_view_moves_and_exact_once_it_rests(qtbot, desk) -> None:
    desk.canvas.set_sample(crowd(), LABELS)
    on_screen(desk.canvas)
    desk.canvas.zoom_at(1.1, QPointF(300, 200))
    moving = on_screen(desk.canvas)
    fresh = Canvas()
    qtbot.addWidget(fresh)
    fresh.resize(desk.canvas.size())
    fresh.show()
    fresh.set_frame(np.full((300, 400, 3), 128, np.uint8))
    fresh.aids.navigator.set_on(False)
    desk.canvas.aids.navigator.set_on(False)
    fresh.set_sample(crowd(), LABELS)
    fresh.look(desk.canvas.view)
    exact = on_screen(fresh)
    assert not np.array_equal(moving, exact)
    assert np.abs(moving[..., :3].astype(int) - exact[..., :3]).mean() < 40
    qtbot.waitUntil(lambda: np.array_equal(on_screen(desk.canvas), exact))


def test_an_edit_while_a_crowd_moves_is_seen(qtbot, desk) -> None:
    desk.canvas.set_sample(crowd(), LABELS)
    on_screen(desk.canvas)
    desk.canvas.zoom_at(1.1, QPointF(300, 200))
    on_screen(desk.canvas)
    left = replace(crowd(), annotations=crowd().annotations[:1000])
    desk.canvas.set_sample(left, LABELS)
    assert desk.color_at(100, 200) == (128, 128, 128)
