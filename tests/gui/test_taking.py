from dataclasses import replace

import pytest

from engine.project.history import StepKind, StepRow
from engine.values import FrameId
from gui import taking

ONE = StepRow(3, "Draw box", 0, "", StepKind.EDIT, False, 1, FrameId("/pictures/a.png"))
MANY = replace(ONE, text="Import R&D", frames=120)
LABELS = replace(ONE, text="Rename label", frames=0, frame_id=None)


def test_the_menu_says_exactly_what_will_be_done():
    assert taking.menu_text(None, is_redo=False) == "Undo"
    assert taking.menu_text(ONE, is_redo=False) == "Undo: Draw box"
    assert taking.menu_text(MANY, is_redo=True) == "Redo: Import R&&D (120 pictures)"


@pytest.mark.parametrize(
    ("step", "along", "wanted"),
    [
        (MANY, (), ["Undo: Import R&D (120 pictures)"]),
        (LABELS, (), ["Undo: Rename label (labels)"]),
        (ONE, (MANY,), ["One later step", "Import R&D (120 pictures)"]),
        (replace(ONE, is_undone=True), (LABELS, LABELS), ["Redo: Draw box", "2 earlier steps"]),
        (ONE, (MANY,) * 9, ["9 later steps", "and 4 more"]),
    ],
)
def test_a_question_counts_what_is_concerned(step, along, wanted):
    text = taking.question(step, along)
    assert all(each in text for each in wanted)
