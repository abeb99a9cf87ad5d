"""The file that says where to click."""

import json
from pathlib import Path

import pytest

from engine.click.clicks_file import pictures_of, questions_about, read_clicks, unused
from engine.click.question import Click, Question
from engine.errors import DatasetError
from engine.formats.txt_list import write_list
from engine.values import Box
from tests.make import write_picture


def written(tmp_path, content):
    path = tmp_path / "clicks.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_clicks_and_boxes_are_read_in_their_order(tmp_path):
    path = written(
        tmp_path,
        {
            "a.jpg": [
                {"positive": [[3, 4], [5.5, 6]], "negative": [[1, 2]], "box": None},
                {"positive": [], "negative": [], "box": [1, 2, 30, 40]},
                {"positive": [[9, 9]]},
            ]
        },
    )
    first, second, third = read_clicks(path)["a.jpg"]
    assert first == Question((Click(3, 4), Click(5.5, 6), Click(1, 2, is_positive=False)))
    assert second == Question(box=Box(1, 2, 30, 40))
    assert third == Question((Click(9, 9),))


@pytest.mark.parametrize(
    "entries",
    [
        {"positive": [[1, 2]]},
        [{"positive": [[1]]}],
        [{"positive": [[1, "2"]]}],
        [{"positive": [[1, True]]}],
        [{"positive": 3}],
        [{"positive": [[1, 2]], "box": [1, 2, 3]}],
        [{"positive": [[1, 2]], "box": [30, 2, 3, 40]}],
        [{"positve": [[1, 2]]}],
        [{"negative": [[1, 2]]}],
        [{}],
        [[1, 2]],
    ],
)
def test_what_is_wrong_is_named(tmp_path, entries):
    with pytest.raises(DatasetError, match=r"a\.jpg") as caught:
        read_clicks(written(tmp_path, {"a.jpg": entries}))
    assert "positive" in caught.value.hint


@pytest.mark.parametrize("content", [[], 3, "a"])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    with pytest.raises(DatasetError, match="names no pictures"):
        read_clicks(written(tmp_path, content))


def test_pictures_are_met_by_path_or_by_name(tmp_path):
    question = (Question((Click(1, 2),)),)
    asked = {"a.jpg": question, str(tmp_path / "b.jpg"): question}
    assert questions_about(Path("somewhere/a.jpg"), asked) == question
    assert questions_about(tmp_path / "b.jpg", asked) == question
    assert questions_about(Path("c.jpg"), asked) == ()
    assert unused([tmp_path / "a.jpg"], asked) == [str(tmp_path / "b.jpg")]


def test_what_inputs_hold_is_what_a_file_may_name(tmp_path):
    upper = write_picture(tmp_path / "in" / "a.png")
    lower = write_picture(tmp_path / "in" / "deep" / "b.png")
    alone = write_picture(tmp_path / "c.png")
    gone = str(tmp_path / "gone.txt")
    assert set(pictures_of([str(tmp_path / "in"), str(alone), gone])) == {upper, lower, alone}
    assert pictures_of([str(tmp_path / "in")], recursive=False) == [upper]
    assert unused(pictures_of([str(tmp_path / "in")]), {"b.png": (), "c.png": ()}) == ["c.png"]


def test_a_list_holds_its_pictures(tmp_path):
    picture = write_picture(tmp_path / "c.png")
    (tmp_path / "c.txt").write_text("", encoding="utf-8")
    write_list(tmp_path / "list.txt", [(picture, tmp_path / "c.txt")])
    assert pictures_of([str(tmp_path / "list.txt")]) == [picture]
