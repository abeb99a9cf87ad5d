"""Weights that answer clicks, evaluated: from the command, too."""

import json

import pytest

from engine.click.asking import Asker
from engine.commands.app import main
from engine.evaluation.click_report import POOR_IOU, _errors, _worst
from engine.evaluation.clicks import ClickScores
from engine.evaluation.evaluate import evaluate, judged
from engine.evaluation.stored import read_report
from engine.values import Box
from engine.weights.load import load
from tests.make_click import write_click_list, write_click_weights

CLICKS = {"noc80", "noc85", "noc90", "iou_1", "iou_3", "iou_5", "iou_box"}


@pytest.fixture(scope="module")
def weights_path(tmp_path_factory):
    return write_click_weights(tmp_path_factory.mktemp("weights") / "click_tiny.safetensors")


def test_the_report_holds_the_measures_of_clicks(weights_path, tmp_path):
    asker = judged(load(weights_path), "cpu")
    assert isinstance(asker, Asker)
    report = evaluate(asker, write_click_list(tmp_path))
    assert set(report.metrics) == {*CLICKS, "objects", "images"}
    assert (report.metrics["objects"], report.metrics["images"]) == (2, 2)
    assert report.task == "click"
    assert len(report.worst) == 2


def test_the_command_prints_them_and_writes_a_report(weights_path, tmp_path, capsys):
    data = write_click_list(tmp_path)
    given = ["evaluate", "--weights", str(weights_path), "--data", str(data), "--device", "cpu"]
    assert main([*given, "--json", "--out", str(tmp_path / "out")]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {*CLICKS, "objects", "images"}
    stored = read_report(tmp_path / "out" / "report.json")
    assert (stored.task, stored.metrics["images"]) == ("click", 2)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "IoU after 1 click" in page
    assert "clicks to IoU 0.85" in page


def test_there_is_nothing_to_refine(weights_path, tmp_path, capsys):
    data = write_click_list(tmp_path)
    given = ["evaluate", "--weights", str(weights_path), "--data", str(data), "--device", "cpu"]
    assert main([*given, "--refine", "crf"]) == 1
    assert "no label scores" in capsys.readouterr().err


def test_the_worst_come_first(tmp_path):
    places = [(tmp_path / name, Box(1, 2, 3, 4)) for name in ("a.png", "b.png", "b.png")]
    scores = ClickScores([[0.2, 0.3, 0.9, 0.1], [0.4], [0.1, 0.2, 0.3]], where=places)
    assert [(row["image"][-5:], round(row["iou_3"], 6)) for row in _worst(scores)] == [
        ("b.png", 0.35),
        ("a.png", 0.9),
    ]
    errors = _errors(scores, "object")
    assert [row["iou"] for row in errors] == [0.4, 0.3]
    assert all(row["iou"] < POOR_IOU and row["box"] == [1, 2, 3, 4] for row in errors)


def test_a_list_without_objects_gives_no_numbers(weights_path, tmp_path):
    path = write_click_list(tmp_path, pictures=1)
    label = tmp_path / "0.json"
    content = json.loads(label.read_text(encoding="utf-8"))
    label.write_text(json.dumps(content | {"objects": []}), encoding="utf-8")
    report = evaluate(judged(load(weights_path), "cpu"), path)
    assert report.metrics["iou_1"] is None
    assert report.metrics["objects"] == 0
    assert report.worst == ()
