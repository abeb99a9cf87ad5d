from dataclasses import replace

import pytest

from engine.training.events import EpochEnded, Started, Stepped
from engine.training.run_record import EpochLine
from gui.theme import DARK, LIGHT
from gui.train.panel.curves import POINTS, SERIES, Curve, Curves

START = Started("runs/mine", "m", "cpu", "CPU", 1, "float32", 3, 2, 4, 4, 9, steps=6)
STEP = Stepped(1, 1, 2.0, {"dice": 2.0}, 0.1, 9.0, 8.0, 60.0)
EPOCH = EpochEnded(3, 1, 1.5, 1.0, val_loss=1.75, metric="miou", value=0.5)


@pytest.fixture
def curves(make):
    curves = make(Curves)
    curves.set_colors(DARK)
    curves.clear()
    curves.begin("mine", START)
    return curves


def drawn(curves, name):
    x, y = curves._own[name].getData()
    return [] if x is None else list(zip(x.tolist(), y.tolist(), strict=True))


def test_the_loss_of_a_single_step_is_a_point(curves):
    curves.add_step(STEP)
    assert curves._own["train"].opts["symbol"] == "o"
    curves.add_step(replace(STEP, step=2, loss=1.0))
    assert curves._own["train"].opts["symbol"] is None
    assert drawn(curves, "train") == [(0.5, 2.0), (1.0, 1.0)]


def test_every_axis_says_what_it_counts(curves):
    curves.add_epoch(EPOCH, "mIoU")
    texts = {
        name: [plot.getAxis(side).labelText for side in ("left", "bottom")]
        for name, plot in curves._plots.items()
    }
    assert texts == {
        "loss": ["loss", "epoch"],
        "metric": ["mIoU, 0 to 1", "epoch"],
        "rate": ["learning rate", "epoch"],
    }
    curves.set_colors(LIGHT)
    axis = curves._plots["metric"].getAxis("left")
    assert axis.labelText == "mIoU, 0 to 1"
    assert axis.labelStyle["color"] == LIGHT.text


def test_axes_without_a_curve_are_not_shown(curves):
    assert [name for name, plot in curves._plots.items() if not plot.isHidden()] == []
    curves.add_step(STEP)
    assert [name for name, plot in curves._plots.items() if not plot.isHidden()] == ["loss", "rate"]
    curves.add_epoch(EPOCH, "mIoU")
    assert not curves._plots["metric"].isHidden()
    curves.clear()
    assert curves._plots["loss"].isHidden()


def test_validations_are_drawn_where_there_was_one(curves):
    curves.add_epoch(replace(EPOCH, val_loss=None, metric=None, value=None), "")
    curves.add_epoch(replace(EPOCH, epoch=2), "mIoU")
    assert drawn(curves, "val") == [(2, 1.75)]
    assert drawn(curves, "metric") == [(2, 0.5)]
    assert drawn(curves, "rate") == []


@pytest.mark.parametrize("is_known_before", [True, False])
def test_a_resumed_run_goes_on_where_it_stopped(curves, is_known_before):
    lines = [EpochLine(1, 3.0, 3.5, 0.25), EpochLine(2, 9.0, 9.0, 0.9)]
    resumed = replace(START, epochs_done=1, steps_done=2)
    if is_known_before:
        curves.set_before(lines)
        curves.begin("mine", resumed)
    else:
        curves.begin("mine", resumed)
        curves.set_before(lines)
    curves.add_step(replace(STEP, epoch=2, step=3, loss=2.5))
    curves.add_epoch(replace(EPOCH, epoch=2), "mIoU")
    assert drawn(curves, "train") == [(1.0, 3.0), (1.5, 2.5)]
    assert drawn(curves, "val") == [(1, 3.5), (2, 1.75)]
    assert drawn(curves, "metric") == [(1, 0.25), (2, 0.5)]


def test_a_long_run_keeps_its_course_in_few_points(curves):
    for number in range(POINTS + 10):
        curves.add_step(replace(STEP, step=number + 1))
    points = drawn(curves, "train")
    assert POINTS / 2 < len(points) < POINTS
    assert points[-1][0] == (POINTS + 10) / 2


def test_other_runs_lie_over_it_in_colors_of_their_own_with_their_names(curves):
    assert "mine" in curves.legend.text()
    lines = (EpochLine(1, 2.0, 2.5, None), EpochLine(2, 1.0, None, 0.75))
    curves.set_others([Curve("first <b>", lines), Curve("second", lines)])
    assert len(curves._overlays) == 6
    assert curves._overlays[3][1].opts["pen"].color().name() == SERIES[1]
    assert "first &lt;b&gt;" in curves.legend.text()
    assert all(color in curves.legend.text() for color in (DARK.accent, *SERIES[:2]))
    curves.set_others([])
    assert curves._overlays == []
    assert "second" not in curves.legend.text()


def test_runs_that_were_chosen_before_there_are_plots_are_drawn_later(make):
    curves = make(Curves)
    curves.set_others([Curve("early", (EpochLine(1, 2.0, 2.5, 0.5),))])
    assert not curves.legend.isHidden()
    curves.prepare()
    assert len(curves._overlays) == 3


def test_a_single_epochs_metric_lies_between_0_and_1(curves):
    curves.add_epoch(replace(EPOCH, value=0.0), "AP50")
    low, high = curves._plots["metric"].viewRange()[1]
    assert -0.1 < low <= 0
    assert 1 <= high < 1.1


def test_the_epochs_of_all_plots_stand_in_line(curves):
    curves.set_before([EpochLine(1, 3.0, 3.5, 0.25), EpochLine(9, 1.0, 1.5, 0.75)])
    curves.begin("mine", replace(START, epochs=20, epochs_done=9, steps_done=18))
    curves.add_step(replace(STEP, step=19))
    ranges = {name: plot.viewRange()[0] for name, plot in curves._plots.items()}
    assert ranges["metric"] == ranges["rate"] == ranges["loss"]


def test_another_run_starts_over(curves):
    curves.add_step(STEP)
    curves.add_epoch(EPOCH, "mIoU")
    curves.clear()
    assert [drawn(curves, name) for name in ("train", "val", "metric", "rate")] == [[]] * 4
    assert curves.legend.isHidden()
