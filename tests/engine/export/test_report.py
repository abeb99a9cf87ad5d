from pathlib import Path

from engine.export.report import ExportReport, plural, summary
from engine.formats.report import Remark


def test_texts_count_objects_and_pictures_in_plain_words():
    remarks = [
        Remark("a.png", "proposals", "nobody accepted them yet", 22),
        Remark("b.png", "box", "no outline"),
        Remark("c.png", "box", "no outline", 2),
        Remark("d.png", "picture", "nobody marked it"),
        Remark("e.png", "object 13", "no height"),
        Remark("f.png", "object 4", "no height"),
        Remark("g.png", "object 4", "no height"),
        Remark("h.png", "object 7", "no height"),
    ]
    assert list(summary(remarks)) == [
        "22 proposals on 1 picture: nobody accepted them yet",
        "4 objects on 4 pictures: no height",
        "3 boxes on 2 pictures: no outline",
        "1 picture: nobody marked it",
    ]
    assert plural(1, "box") == "1 box"
    assert plural(0, "picture") == "0 pictures"


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
