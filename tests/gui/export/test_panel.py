"""What the form says is what is exported; what is not possible cannot be asked for."""

import pytest
from PySide6.QtCore import Qt

from engine.errors import ConfigError
from engine.export.options import DONE, LabelChoice, Pictures, Tiles, Unheld
from engine.values import Label
from gui.export.choices import ExportChoices, FormatChoice
from gui.export.label_table import LabelTable
from gui.export.panel import ExportPanel

CHOICES = ExportChoices(
    (
        FormatChoice("txt_detection", "Boxes", ignored=False, is_layered=True),
        FormatChoice("txt_semantic", "Maps", ignored=True, is_layered=False),
        FormatChoice("coco", "COCO", ignored=False, is_layered=True),
    ),
    "txt_semantic",
)
LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "cat", (9, 0, 0)),
    Label(2, "dog", (0, 9, 0)),
    Label(3, "cow", (0, 0, 9)),
)


@pytest.fixture
def panel(make):
    panel = make(ExportPanel)
    panel.set_choices(CHOICES)
    panel.set_folder("out")
    return panel


def test_it_needs_formats_a_folder_and_shares_that_add_up(make):
    panel = make(ExportPanel)
    panel.set_folder("out")
    assert not panel._start.isEnabled()
    panel.set_choices(CHOICES)
    assert panel._start.isEnabled()
    panel.split._percent[0].setValue(50)
    assert not panel._start.isEnabled()
    assert "70" in panel._wrong.text()
    panel.split._percent[2].setValue(40)
    assert panel.request.options.split.fractions == (0.5, 0.1, 0.4)
    panel.set_folder(" ")
    assert not panel._start.isEnabled()


def test_the_usual_needs_no_choice(panel):
    options = panel.request.options
    assert (options.format, options.states) == ("txt_semantic", DONE)
    assert (options.pictures, options.unheld) == (Pictures.COPY, Unheld.LEAVE_OUT)
    assert (options.tiles, options.longest_side, options.split.folds) == (None, 0, 0)
    assert not options.unmarked_empty


def test_what_suits_the_project_is_chosen_until_the_person_chooses(panel):
    panel.set_choices(ExportChoices(CHOICES.formats, "coco"))
    assert panel.request.options.format == "coco"
    panel._format.setCurrentIndex(0)
    panel._format.activated.emit(0)
    panel.set_choices(CHOICES)
    assert panel.request.options.format == "txt_detection"
    panel.forget_choice()
    panel.set_choices(CHOICES)
    assert panel.request.options.format == "txt_semantic"


def test_a_format_offers_what_it_can_do_with_what_it_cannot_hold(panel):
    def offered():
        box = panel.pictures._unheld
        return {box.itemData(i) for i in range(box.count())}

    assert offered() == {Unheld.LEAVE_OUT, Unheld.IGNORE}
    panel.pictures._unheld.setCurrentIndex(1)
    assert panel.request.options.unheld is Unheld.IGNORE
    panel._format.setCurrentIndex(0)
    assert offered() == {Unheld.LEAVE_OUT, Unheld.WITHOUT}
    assert panel.request.options.unheld is Unheld.LEAVE_OUT


def test_seldom_wishes_are_folded_away_and_count(panel):
    panel.pictures._tile.setValue(256)
    panel.pictures._overlap.setValue(32)
    panel.pictures._side.setValue(1000)
    panel.pictures._empty.setChecked(True)
    panel.divide._pattern.setText(r"patient_(\d+)")
    panel.divide._folds.setValue(1)
    options = panel.request.options
    assert options.tiles == Tiles(256, 32)
    assert options.longest_side == 1000
    assert options.unmarked_empty
    assert (options.split.by_pattern, options.split.folds) == (r"patient_(\d+)", 2)
    panel.split._percent[0].setValue(0)
    assert panel._start.isEnabled(), "folds need no shares"


def test_what_is_not_possible_is_said(panel, qtbot):
    panel.divide._pattern.setText("(")
    with qtbot.waitSignal(panel.refused) as refused:
        panel._start.click()
    assert isinstance(refused.args[0], ConfigError)


def test_labels_are_left_out_renamed_and_ignored(make):
    table = make(LabelTable)
    table.set_labels(LABELS)
    assert table.rowCount() == 3
    assert table.choice == LabelChoice()
    table.item(0, 0).setCheckState(Qt.CheckState.Unchecked)
    table.item(1, 1).setText(" pet ")
    table.item(2, 2).setCheckState(Qt.CheckState.Checked)
    choice = LabelChoice({"dog": "pet"}, frozenset({"cat"}), frozenset({"cow"}))
    assert table.choice == choice
    table.set_labels((*LABELS[:3], Label(4, "bird", (1, 1, 1)), LABELS[3]))
    assert table.choice == choice
    table.item(1, 1).setText("")
    assert table.choice.names == {}


def test_all_well_is_green(panel):
    panel.set_report(["Wrote 3 pictures."], is_good=True)
    assert panel.report.property("kind") == "good"
    panel.set_report(["Left out: 1"])
    assert panel.report.property("kind") == ""
