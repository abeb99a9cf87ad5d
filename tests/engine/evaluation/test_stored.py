import json

import pytest

from engine.errors import DatasetError
from engine.evaluation.report import Confusion, Report
from engine.evaluation.report_files import write_report
from engine.evaluation.stored import read_report
from engine.values import Label

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


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"weights": "w", "errors": 3})])
def test_what_is_no_report_is_said(tmp_path, text):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(DatasetError, match="no report"):
        read_report(tmp_path / "r.json")
