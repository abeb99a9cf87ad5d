"""The page of a detector's steps offers what fits each kind of step."""

import numpy as np
import pytest

from engine.inside.cells import CellGrid
from engine.inside.draw_steps import CellBox, StepStyle, draw_step
from engine.inside.steps import BoxStep
from gui.inside.panel.steps import StepsPage
from models.about import Text

COUNT = 3000
BOXES = np.tile(np.array([[0, 0, 5, 5]], np.float32), (COUNT, 1))
SCORES = np.linspace(1, 0, COUNT).astype(np.float32)
PROPOSALS = BoxStep(Text("Proposals", "제안"), BOXES, SCORES)
CELLS = BoxStep(
    Text("Cells", "칸"),
    BOXES[:4],
    SCORES[:4],
    np.ones(4, np.int64),
    np.arange(4),
    CellGrid(2, 2, (5.0, 5.0), (10, 10)),
)


@pytest.fixture
def page(qtbot):
    page = StepsPage()
    qtbot.addWidget(page)
    page.resize(344, 700)
    page.show()
    page.set_steps((PROPOSALS, CELLS), ("Proposals", "Cells"))
    return page


def test_proposals_have_an_order_and_no_cells(page):
    assert page._first.isVisible()
    assert page._order.isVisible()
    assert not page._shade.isVisible()
    assert not page.cell.isVisible()
    by_label = page._color.model().item(page._color.findData("label"))
    assert not by_label.isEnabled(), "it knows no labels yet"


def test_a_grid_has_cells_and_a_least_confidence(qtbot, page):
    page._step.setCurrentIndex(1)
    with qtbot.waitSignal(page.changed):
        page._step.activated.emit(1)
    page.set_steps((PROPOSALS, CELLS), ("Proposals", "Cells"))
    assert page.step == 1
    assert page._least.isVisible()
    assert page._shade.isVisible()
    assert not page._first.isVisible()


def test_it_says_how_many_are_drawn_and_that_no_more_can_be(page):
    style = page.step_style
    page.set_drawn(PROPOSALS, draw_step(PROPOSALS, style, ()))
    assert page._status.text() == "100 of 3,000 boxes drawn"
    page._first.set_value(COUNT)
    page.set_drawn(PROPOSALS, draw_step(PROPOSALS, page.step_style, ()))
    assert page._status.text() == "2,000 of 3,000 boxes drawn: no more at once"


def test_the_fields_say_how_to_draw(qtbot, page):
    page._order.setCurrentIndex(page._order.findData("own"))
    page._color.setCurrentIndex(page._color.findData("order"))
    with qtbot.waitSignal(page.changed):
        page._first._slider.setValue(0)
    expected = StepStyle(first=1, order="own", color_by="order", least=page._least.value)
    assert page.step_style == expected


def test_a_cell_reads_out_its_boxes(page):
    page.set_steps((CELLS,), ("Cells",))
    boxes = (CellBox(3, 0.5, (("cat", 0.9), ("dog", 0.08), ("cow", 0.02))), CellBox(4, 0.1))
    page.set_cell(2, boxes, is_kept=True)
    table = page.cell._table
    texts = [table.item(0, column).text() for column in range(3)]
    assert texts == ["0.500", "cat 0.90, dog 0.08", "0.450"]
    assert "cow 0.02" in table.item(0, 1).toolTip()
    assert "kept" in page.cell._title.text()
    page.set_cell(-1, (), is_kept=False)
    assert not table.isVisible()


def test_without_steps_only_the_hint_shows(page):
    page.set_steps((), ())
    page.set_hint("This model has no steps to show.")
    assert not page._body.isVisible()
    assert page._hint.isVisible()
