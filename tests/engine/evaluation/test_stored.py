import json
from contextlib import suppress

import pytest
from hypothesis import given

from engine.errors import AppError, DatasetError
from engine.evaluation.report import Confusion, Report
from engine.evaluation.report_files import write_report
from engine.evaluation.stored import read_report
from engine.values import Label
from tests.damage import damaged_json, seeds

ROW = {
    "image": "/a.png", "kind": "poor_box", "label": "cat", "said": "cat", "score": 0.5, "iou": 0.3,
    "box": [0, 0, 5, 5], "truth": [1, 1, 9, 9], "severity": 0.4,
}  # fmt: skip


def test_what_was_written_is_read(tmp_path):
    report = Report(
        metrics={"ap": 0.5, "images": 2, "per_label": {"cat": {"ap": 0.5, "ap50": 0.6}}},
        worst=(),
        task="detection",
        labels=(Label(1, "cat", (1, 2, 3)),),
        errors=(ROW, {**ROW, "box": None, "truth": None, "score": None}),
        confusion=Confusion(("cat",), ("cat",), ((3,),), "objects"),
        curves={"cat": {"50": [1.0, None], "75": [1.0, 0.5]}},
    )
    path, _ = write_report(tmp_path / "r.json", report, weights="w", data=str(tmp_path / "l.txt"))
    found = read_report(path)
    assert found.metrics == report.metrics
    assert found.colors == {"cat": (1, 2, 3)}
    assert found.errors[0].box == (0, 0, 5, 5)
    assert found.errors[1].truth is None
    assert found.curves["cat"]["50"] == [1.0, None]
    assert found.confusion["counts"] == [[3]]
    assert found.list_path is None
    (tmp_path / "l.txt").write_text("")
    assert found.list_path == tmp_path / "l.txt"


@pytest.mark.parametrize("text", ["[]", "{}", json.dumps({"weights": "w", "errors": 3})])
def test_what_is_no_report_is_said(tmp_path, text):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(DatasetError, match="no report"):
        read_report(tmp_path / "r.json")


GOOD = {
    "weights": "w", "data": "l.txt", "task": "detection", "metrics": {"ap": 0.5, "images": 2},
    "labels": [{"name": "cat", "color": [1, 2, 3]}], "errors": [ROW],
    "curves": {"cat": {"50": [1.0, None], "75": [0.5]}},
    "confusion": {"rows": ["cat"], "columns": ["cat", "dog"], "counts": [[3, 1]], "unit": "x"},
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"metrics": {"images": "<img src=x>"}},
        {"errors": [{**ROW, "score": "high"}]},
        {"errors": [{**ROW, "box": [1, 2]}]},
        {"labels": [{"name": "cat", "color": [1, 2, 300]}]},
        {"curves": {"cat": {"50": 3, "75": []}}},
        {"curves": {"cat": {"50": []}}},
        {"confusion": {**GOOD["confusion"], "counts": [[3]]}},
        {"confusion": {**GOOD["confusion"], "counts": [["many", 1]]}},
        {"confusion": 5},
    ],
)
def test_what_the_panel_could_not_show_is_refused(tmp_path, change):
    (tmp_path / "r.json").write_text(json.dumps(GOOD))
    assert read_report(tmp_path / "r.json").confusion["counts"] == [[3, 1]]
    (tmp_path / "r.json").write_text(json.dumps(GOOD | change))
    with pytest.raises(DatasetError, match="no report"):
        read_report(tmp_path / "r.json")


@given(seeds)
def test_a_damaged_report_is_read_or_refused(tmp_path_factory, seed):
    path = tmp_path_factory.getbasetemp() / "damaged-report.json"
    path.write_bytes(damaged_json(GOOD, seed))
    with suppress(AppError):
        assert read_report(path).task is not None
