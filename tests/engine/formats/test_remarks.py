from engine.formats.remarks import picture_lines, summary, total_lines
from engine.formats.report import Remark, Report


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


def test_imports_and_exports_say_it_alike():
    report = Report()
    assert total_lines(report) == ["Nothing was left out or converted."]
    report.convert("a.png", "mask", "written as the box around it")
    report.skip("a.png", "box", "no outline", 2)
    report.skip("b.png", "picture", "it is not there", 0)
    assert total_lines(report) == [
        "Left out:",
        "  2 boxes on 1 picture: no outline",
        "  picture: it is not there",
        "Converted:",
        "  1 mask on 1 picture: written as the box around it",
    ]


def test_of_many_pictures_the_first_are_named():
    remarks = [Remark(f"{n}.png", "box", "no outline") for n in (1, 1, 2, 3)]
    assert picture_lines("Left out", remarks, 2) == [
        "",
        "Left out:",
        "  1.png: 2 boxes: no outline",
        "  2.png: 1 box: no outline",
        "  and 1 more; the report has them all",
    ]
    assert len(picture_lines("Left out", remarks)) == 5
    assert picture_lines("Left out", []) == []
