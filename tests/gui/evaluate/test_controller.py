"""The errors of a report one by one, and reports that cannot be had."""

import json

import pytest

from engine.evaluation.report import Report
from engine.evaluation.stored import ErrorRow, StoredReport
from engine.jobs import CancelToken, no_progress
from gui.evaluate import controller
from gui.evaluate.controller import (
    EvaluateController,
    Evaluated,
    EvaluateRequest,
    evaluate_list,
)
from tests.gui.conftest import PATIENCE_MS
from tests.make_click import write_click_list, write_click_weights

ERRORS = (
    ErrorRow("a", "missed", "cat", None),
    ErrorRow("b", "wrong_label", "cat", "dog"),
    ErrorRow("c", "false_alarm", None, "dog"),
)
REPORT = StoredReport("w", "d", "detection", {}, ERRORS)


@pytest.fixture
def evaluation(jobs):
    evaluation = EvaluateController(jobs)
    evaluation._on_evaluated(Evaluated(REPORT))
    return evaluation


def test_filters_keep_the_order(evaluation):
    evaluation.set_filter("", "dog")
    assert [row.image for row in evaluation.rows] == ["b", "c"]
    evaluation.set_filter("missed", "dog")
    assert evaluation.rows == ()
    assert not evaluation.step(1)
    evaluation.set_filter("", "")
    assert evaluation.rows == ERRORS


def test_stepping_begins_at_the_first_and_ends_at_the_last(evaluation):
    assert evaluation.current is None
    seen = [evaluation.current.image for _ in range(3) if evaluation.step(1)]
    assert seen == ["a", "b", "c"]
    assert not evaluation.step(1)
    assert evaluation.step(-1)
    assert evaluation.current.image == "b"


def test_another_filter_looks_at_nothing_yet(qtbot, evaluation):
    evaluation.step(1)
    with qtbot.waitSignal(evaluation.current_changed) as changed:
        evaluation.set_filter("missed", "")
    assert changed.args == [None]


def test_what_is_no_report_leaves_what_is_shown(qtbot, evaluation, tmp_path):
    (tmp_path / "r.json").write_text(json.dumps([1]))
    with qtbot.waitSignals([evaluation.failed, evaluation.running_changed], timeout=PATIENCE_MS):
        evaluation.open(str(tmp_path / "r.json"))
    qtbot.waitUntil(lambda: not evaluation.is_running, timeout=PATIENCE_MS)
    assert evaluation.report is REPORT
    assert not evaluation.can_save


def test_a_report_made_here_is_saved_and_can_be_saved_again(qtbot, evaluation, jobs, tmp_path):
    evaluation._on_evaluated(Evaluated(REPORT, Report({}, (), task="detection")))
    for name in ("first", "second"):
        assert evaluation.can_save
        with qtbot.waitSignal(evaluation.saved, timeout=PATIENCE_MS) as saved:
            evaluation.save(str(tmp_path / f"{name}.html"))
        assert saved.args == [str(tmp_path / f"{name}.html")]
        qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
        assert (tmp_path / f"{name}.json").is_file()


def test_a_report_is_saved_while_another_is_being_saved(qtbot, evaluation, jobs, tmp_path, hold):
    may_save = hold(controller, "save_report")
    for name in ("first", "second"):
        evaluation._on_evaluated(Evaluated(REPORT, Report({}, (), task="detection")))
        assert evaluation.can_save
        evaluation.save(str(tmp_path / f"{name}.html"))
    may_save.set()
    qtbot.waitUntil(lambda: not jobs.running)
    assert all((tmp_path / f"{name}.json").is_file() for name in ("first", "second"))


@pytest.mark.slow
def test_weights_that_are_not_there_are_said(qtbot, evaluation, tmp_path):
    with qtbot.waitSignal(evaluation.failed, timeout=PATIENCE_MS):
        evaluation.start(EvaluateRequest(str(tmp_path / "no.safetensors"), "list.txt"))
    qtbot.waitUntil(lambda: not evaluation.is_running, timeout=PATIENCE_MS)


def test_weights_that_answer_clicks_are_asked(tmp_path):
    weights = write_click_weights(tmp_path / "click_tiny.safetensors")
    request = EvaluateRequest(str(weights), str(write_click_list(tmp_path)), "cpu", "auto")
    found = evaluate_list(request, no_progress, CancelToken())
    assert found.stored.task == "click"
    assert found.stored.metrics["iou_1"] >= 0
