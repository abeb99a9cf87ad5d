from pathlib import Path

from engine.export.report import ExportReport


def test_splits_come_in_their_usual_order_and_labels_in_a_table():
    report = ExportReport(Path("out"), "txt", "txt list", written=3)
    report.counts.update({"val": 1, "train": 2})
    report.balance.objects.update({("train", "cell"): 5, ("val", "cell"): 1})
    report.balance.pictures.update({("train", "cell"): 2, ("val", "cell"): 1})
    assert report.lines[0] == "Wrote 3 pictures as txt list: train 2, val 1."
    assert report.lines[-1] == "  cell: train 5 on 2 pictures, val 1 on 1 picture"
    assert "Nothing was left out or converted." in report.lines
    assert report.is_flawless
    for _ in range(3):
        report.objects.convert("a.png", "mask", "written as the box around it")
    assert "Nothing was left out or converted." not in report.lines
    assert not report.is_flawless
    assert "  a.png: 3 masks: written as the box around it" in report.text.splitlines()
    assert report.as_json()["balance"][0] == {
        "split": "train",
        "label": "cell",
        "objects": 5,
        "pictures": 2,
    }
