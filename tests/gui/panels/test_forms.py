"""Model, rates, timeline and notice: what they show and ask for."""

import pytest
from PySide6.QtCore import QPoint, Qt

from engine.errors import AppError
from engine.values import FrameId, Label, Prediction
from gui.controllers.weights import WeightsChoice
from gui.panels import fields
from gui.panels.model import ModelPanel
from gui.panels.notice import NoticeBar
from gui.panels.ranking import RankingPanel
from gui.panels.rates import RatesPanel
from gui.panels.timeline import Timeline, clock
from gui.settings import Settings
from gui.theme import DARK


def test_the_sliders_show_and_ask_for_hundredths(qtbot, make):
    panel = make(ModelPanel)
    panel.set_settings(Settings(conf=0.31))
    slider, value = panel._sliders["conf"]
    assert value.text() == "0.31"
    with qtbot.waitSignal(panel.settings_requested) as asked:
        slider.setValue(70)
    assert asked.args == [{"conf": 0.7}]


def test_the_picker_marks_what_is_loaded(qtbot, make):
    panel = make(ModelPanel)
    panel.set_choices(
        [WeightsChoice("a", "a", "", True), WeightsChoice("b", "b (3 MB)", "", False)], "b"
    )
    assert panel._weights.currentText() == "b (3 MB)"
    with qtbot.waitSignal(panel.weights_chosen) as chosen:
        panel._weights.activated.emit(1)
    assert chosen.args == ["a"]


def test_the_device_in_use_is_on_screen(make):
    panel = make(ModelPanel)
    empty = panel._about.text()
    panel.set_loaded("cells", "openvino · CPU", "yolo: RBC")
    assert panel._about.text() == "yolo: RBC\nopenvino · CPU"
    panel.set_loaded("", "", "")
    assert panel._about.text() == empty


def test_refinements_are_for_models_that_label_every_pixel(make):
    panel = make(ModelPanel)
    assert panel.refine.isHidden()
    panel.set_refinements([("none", "Nothing."), ("crf", "A field.")], "crf")
    assert not panel.refine.isHidden()
    assert panel.refine.currentText() == "Dense CRF"
    panel.set_refinements((), "crf")
    assert panel.refine.isHidden()


def test_a_slider_that_means_nothing_to_the_task_is_not_shown(make):
    panel = make(ModelPanel)
    shown = {
        "detection": ["conf", "iou", "opacity"],
        "semantic": ["conf", "opacity"],
        "classification": [],
    }
    for task, names in shown.items():
        panel.set_task(task)
        assert [n for n, (slider, _) in panel._sliders.items() if not slider.isHidden()] == names
    assert not panel.ranking.isHidden()


def test_a_classifiers_answer_is_its_five_likeliest_labels(make):
    labels = tuple(Label(i, f"label {i}", (0, 0, 0)) for i in range(1, 8))
    ranking = tuple((label.id, 0.5 / label.id) for label in labels)
    panel = make(RankingPanel)
    panel.set_prediction(Prediction(FrameId("a"), (4, 4), labels, ranking=ranking))
    assert len(panel.lines) == 5
    assert panel.lines[:2] == [("label 1", "50 %"), ("label 2", "25 %")]
    panel.set_prediction(None)
    assert panel.lines == []


def test_rates_are_shown_as_measured(make):
    panel = make(RatesPanel)
    panel.set_colors(DARK)
    for fps in (10.0, 20.0, 12.5):
        panel.set_live(fps, 25.0, 12.4, 40.0)
    panel.set_stages({"preprocess": 1.0, "network": 30.25}, 7)
    assert panel._fps.text() == "12.5 fps"
    assert "network 30.2" in panel._stages.text()
    assert "dropped 7" in panel._stages.text()
    panel.set_single({"network": 30.0, "decode": 2.0})
    assert panel._fps.text() == "32 ms"
    panel.clear()
    assert "fps" in panel._fps.text()


def test_the_timeline_shows_a_position_without_asking_for_it(qtbot, make):
    timeline = make(Timeline)
    timeline.set_source(250, 25.0)
    asked = []
    timeline.index_requested.connect(asked.append)
    timeline.set_index(50)
    assert not asked
    assert timeline._position.text().startswith("50 / 249")
    assert "0:02.0" in timeline._position.text()
    timeline._slider.setValue(60)
    assert asked == [60]


@pytest.mark.parametrize("count", [250, 100_000, None])
def test_a_new_position_never_asks_for_another_layout(qtbot, make, count):
    timeline = make(Timeline)
    timeline.set_source(count, 25.0 if count else None)
    label = timeline._position
    room = label.size()
    for index in (0, 7, (count or 5_000_000) - 1):
        timeline.set_index(index)
        assert label.sizeHint().width() <= room.width()
    assert label.minimumSize() == label.maximumSize()


def test_a_press_in_the_groove_goes_there(qtbot, make):
    timeline = make(Timeline)
    timeline.resize(800, 80)
    timeline.set_source(200, 25.0)
    timeline.show()
    qtbot.waitExposed(timeline)
    asked = []
    timeline.index_requested.connect(asked.append)
    groove = timeline._slider
    for index in (150, 20, 199, 0):
        at = QPoint(groove.x_of(index), groove.height() // 2)
        qtbot.mouseClick(groove, Qt.MouseButton.LeftButton, pos=at)
        assert abs(groove.value() - index) <= 1
    assert len(asked) == 4


def test_marks_speed_and_loop_are_asked_for(qtbot, make):
    timeline = make(Timeline)
    timeline.set_source(200, 25.0)
    marks, speeds = [], []
    timeline.marks_requested.connect(lambda first, last: marks.append((first, last)))
    timeline.speed_requested.connect(speeds.append)
    timeline.set_index(50)
    timeline._first.click()
    timeline.set_index(90)
    timeline._last.click()
    timeline.set_index(20)
    timeline._last.click()
    timeline._last.click()
    assert marks == [(50, None), (50, 90), (50, None), (None, 20)], "In before Out, always"
    timeline._speed.setCurrentIndex(4)
    timeline._speed.activated.emit(4)
    assert speeds == [4.0]
    with qtbot.waitSignal(timeline.loop_requested) as looped:
        timeline._loop.click()
    assert looped.args == [True]
    timeline.set_source(10, 25.0)
    assert not timeline._loop.isChecked(), "the next video begins as it is"
    assert not timeline._last.isChecked()


def test_a_narrow_timeline_keeps_what_everybody_needs(qtbot, make):
    timeline = make(Timeline)
    timeline.set_source(200, 25.0)
    timeline.show()
    timeline.resize(900, 80)
    assert not timeline._loop.isHidden()
    timeline.resize(300, 80)
    assert timeline._loop.isHidden()
    assert not timeline._play.isHidden()


def test_a_paused_frame_shows_its_own_time(make):
    panel = make(RatesPanel)
    panel.set_live(18.1, 25.0, 18.0, 60.0)
    panel.set_paused({"network": 30.0, "decode": 2.0})
    assert panel._fps.text() == "32 ms"
    assert "Paused" in panel._rates.text()
    panel.set_paused({})
    assert "fps" not in panel._fps.text()


def test_a_camera_has_no_slider(make):
    timeline = make(Timeline)
    timeline.set_source(None, None)
    assert timeline._slider.isHidden()
    timeline.set_index(3)
    assert "3" in timeline._position.text()


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00.0"), (62.5, "1:02.5"), (59.96, "1:00.0")])
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_a_notice_offers_what_can_be_done(make):
    bar, done = make(NoticeBar), []
    assert bar.text == ""
    bar.show_error(AppError("Full.", hint="Free some."))
    assert bar.text == "Full. Free some."
    assert all(button.isHidden() for button in bar._buttons)
    bar.show_note("Done.", button="Use it", act=lambda: done.append("used"))
    bar._buttons[0].click()
    assert done == ["used"]
    assert bar.text == ""


def test_a_long_choice_is_cut_with_dots_and_whole_in_its_tooltip(qtbot, make):
    field = make(fields.ChoiceField)
    field.addItem("None: as the network says, and no word less than that")
    field.addItem("Short")
    field.resize(160, 28)
    field.show()
    assert field.shown_text.endswith("…")
    assert field.tip == field.currentText()
    field.setCurrentIndex(1)
    assert field.shown_text == "Short"
    assert field.tip == ""


def test_a_choice_keeps_its_own_tooltip_below_the_whole_text(qtbot, make):
    field = make(fields.ChoiceField)
    field.setToolTip("What it does")
    field.addItem("None: as the network says, and no word less than that")
    field.resize(160, 28)
    field.show()
    assert field.tip == f"{field.currentText()}\nWhat it does"
