"""The bar over the canvas, alone and in the window."""

import pytest
from PySide6.QtCore import QPointF, Qt

from gui import tools
from gui.panels.tool_options import ToolOptions
from gui.tools import registry
from gui.tools.registry import Ability
from tests.make_labels import add_label

tools.load_all()


@pytest.fixture
def options(qtbot):
    options = ToolOptions()
    qtbot.addWidget(options)
    return options


@pytest.mark.parametrize("name", registry.names())
def test_the_options_are_what_the_tool_can_do(options, name):
    height, spec = options.height(), registry.get(name)
    options.set_tool(spec.abilities, spec.hint)
    assert options._size.isHidden() == (Ability.SIZE not in spec.abilities)
    assert options._slider.isHidden() == options._size.isHidden()
    assert options._spare.isHidden() == (Ability.SPARES_OTHERS not in spec.abilities)
    assert options.brush.tip.isHidden() == (Ability.SIZE not in spec.abilities)
    assert options.brush.inside.isHidden() == (Ability.PAINTS_INSIDE not in spec.abilities)
    assert options._tolerance.isHidden() == (Ability.TOLERANCE not in spec.abilities)
    assert options._hint.whole == spec.hint
    assert options.height() == height, "the picture below must not move"


def test_showing_a_brush_reports_nothing(options, qtbot):
    with qtbot.assertNotEmitted(options.brush_requested):
        options.set_brush(20.0, keeps_others=True)
    assert options._size.value() == 40
    assert options._spare.isChecked()


def test_the_bar_and_the_canvas_have_one_brush(qtbot, opened):
    window = opened.window
    tool = next(action for action in opened.tools if action.data() == "brush")
    tool.trigger()
    options, canvas = window.tool_options, window.canvas
    assert options.isVisible()
    options._size.setValue(60)
    assert canvas.scene.radius == 30.0
    options._spare.setChecked(True)
    assert canvas.scene.keeps_others
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.scene.radius > 30.0
    assert options._size.value() == round(2 * canvas.scene.radius)
    options._slider.setValue(0)
    assert canvas.scene.radius == 0.5
    options.brush.tip.setCurrentIndex(1)
    options.brush.tip.activated.emit(1)
    options.brush.inside.setChecked(True)
    assert (canvas.scene.is_square, canvas.scene.paints_inside) == (True, True)
    assert canvas.scene.keeps_others


def test_the_tolerance_takes_in_more_or_less(qtbot, opened):
    canvas, options = opened.window.canvas, opened.window.tool_options
    add_label(opened.session.project, "cat")
    canvas.set_tool("fill")
    sizes = []
    for tolerance in (0, 128):
        options._tolerance.setValue(tolerance)
        x, y = canvas.view.to_screen(64.5, 48.5)
        place = QPointF(x, y).toPoint()
        with qtbot.waitSignal(opened.session.annotations.stored):
            qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
        drawn = opened.session.annotations.sample.annotations[-1]
        sizes.append(int(drawn.region.pixels.sum()))
        opened.actions["undo"].trigger()
    assert sizes[0] < sizes[1]


def test_there_are_no_options_without_a_picture(app):
    assert not app.window.tool_options.isVisible()
