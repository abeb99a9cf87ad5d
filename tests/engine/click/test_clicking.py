"""Frames predicted by the clicks of a file, as `maskloop predict --clicks` does it."""

import json

import numpy as np
import pytest

from engine.click.asking import Asker
from engine.click.clicking import Clicking
from engine.click.question import Click, Question
from engine.commands.app import main
from engine.errors import SourceError, WeightsError
from engine.formats.instances import read_instances
from engine.pipeline.pipeline import Pipeline
from engine.values import Box
from tests.make import make_frame, write_picture


@pytest.fixture(scope="module")
def asker(click_weights):
    return Asker(click_weights, "cpu")


def asked(asker, *questions):
    return Clicking(asker, {"picture.png": questions})


def test_each_question_is_an_object_in_its_order(asker):
    left, right = Question((Click(10, 20),)), Question(box=Box(30, 10, 60, 40))
    both = asked(asker, left, right).predict(make_frame())
    (first,), (second,) = (
        asked(asker, each).predict(make_frame()).detections for each in (left, right)
    )
    assert [d.region for d in both.detections] == [first.region, second.region]
    assert {d.label_id for d in both.detections} == {1}
    assert both.labels[0].name == "object"


def test_clicks_are_asked_one_after_the_other(asker):
    question = Question((Click(10, 20), Click(50, 40, is_positive=False)), Box(5, 5, 40, 40))
    frame = make_frame()
    whole = asker.see(frame.pixels)
    answer = None
    for so_far in (
        Question(box=question.box),
        Question(question.clicks[:1], question.box),
        question,
    ):
        answer = asker.ask(frame.pixels, whole, so_far, answer)
    (found,) = asked(asker, question).predict(frame).detections
    assert found.region == answer.mask


@pytest.mark.parametrize(
    ("question", "what"),
    [
        (Question((Click(64, 10),)), "click"),
        (Question((Click(-1, 10),)), "click"),
        (Question(box=Box(70, 0, 80, 10)), "box"),
    ],
)
def test_what_lies_outside_is_said(asker, question, what):
    with pytest.raises(SourceError, match=f"Object 2: the {what}.*outside"):
        asked(asker, Question((Click(10, 20),)), question).predict(make_frame())


def test_the_weights_predict_nothing_by_themselves(click_weights):
    with pytest.raises(WeightsError, match="what is clicked on"):
        Pipeline(click_weights)


def test_the_command_writes_instances_and_says_what_it_left_out(click_weights, tmp_path, capsys):
    for name in ("a.png", "b.png", "c.png"):
        write_picture(tmp_path / "in" / name)
    entry = {"positive": [[10, 20]], "negative": [], "box": None}
    clicks = {"a.png": [entry, {"positive": [[40, 30]], "box": [20, 10, 60, 40]}]}
    clicks["b.png"] = [{"positive": [[400, 30]]}]
    clicks["A.png"] = [{"positive": [[4, 3]]}]
    (tmp_path / "clicks.json").write_text(json.dumps(clicks), encoding="utf-8")
    out = tmp_path / "out"
    given = ["predict", str(tmp_path / "in"), "--weights", str(click_weights.path)]
    given += ["--clicks", str(tmp_path / "clicks.json"), "--out", str(out), "--device", "cpu"]
    assert main([*given, "--overlay", "--json"]) == 1  # Of two pictures it could say nothing.
    result = json.loads(capsys.readouterr().out)
    assert result["images"] == 1
    assert result["unused_clicks"] == ["A.png"]
    messages = {error["path"][-5:]: error["message"] for error in result["errors"]}
    assert "outside" in messages["b.png"]
    assert "no clicks" in messages["c.png"]
    found = read_instances(out / "labels" / "a.json")
    assert found.size_hw == (48, 64)
    assert len(found.annotations) == 2
    assert [path.name for path in (out / "labels").iterdir()] == ["a.json"]
    assert main(["check", result["list"]]) == 0


def test_without_clicks_the_command_says_what_to_give(click_weights, tmp_path, capsys):
    picture = write_picture(tmp_path / "a.png")
    given = ["predict", str(picture), "--weights", str(click_weights.path)]
    assert main([*given, "--out", str(tmp_path / "out")]) == 1
    assert "--clicks" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_answers_do_not_depend_on_what_was_asked_before(asker):
    frame, question = make_frame(), Question((Click(10, 20),))
    first = asked(asker, question).predict(frame)
    asked(asker, Question((Click(50, 40),)), Question(box=Box(3, 3, 9, 9))).predict(frame)
    again = asked(asker, question).predict(frame)
    assert np.array_equal(first.detections[0].region.pixels, again.detections[0].region.pixels)
