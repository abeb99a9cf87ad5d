"""The table of clicks: rows are measured once, on the same objects."""

import json

import numpy as np
import pytest

from engine.formats.instances import write_instances
from engine.formats.txt_list import write_list
from engine.values import Annotation, Mask
from scripts import measure_clicks
from tests.make import write_picture


@pytest.fixture
def lists(tmp_path, monkeypatch):
    """A test list of two pictures for each part; what is stored goes beside them."""
    monkeypatch.setattr(measure_clicks, "RESULTS", tmp_path / "clicks.json")
    lines = []
    for number in range(2):
        picture, label = tmp_path / f"{number}.png", tmp_path / f"{number}.json"
        write_picture(picture)
        masks = [Mask(9 + 20 * n, 10, np.ones((20, 15), np.bool_)) for n in range(2)]
        write_instances(label, (48, 64), [Annotation(mask, 1) for mask in masks])
        lines.append((picture, label))
    (tmp_path / "labels.txt").write_text("1 object\n", encoding="utf-8")
    for part in measure_clicks.PARTS:
        write_list(tmp_path / f"test_{part.name}.txt", lines)
    return tmp_path


def test_a_row_says_what_it_was_measured_on(lists):
    measure_clicks.measure(lists, ["superpixels"])
    content = json.loads((lists / "clicks.json").read_text(encoding="utf-8"))
    parts = [part.name for part in measure_clicks.PARTS]
    assert [row["part"] for row in content["rows"]] == parts
    row = content["rows"][0]
    assert (row["objects"], row["objects_in_list"], row["every"]) == (2, 4, 2)
    assert row["system"] == "superpixels filled"
    assert row["hardware"]
    assert 0 <= row["iou_box"] <= 1
    assert row["noc80"] <= row["noc90"] <= content["most_clicks"]


def test_a_row_is_not_measured_again(lists, capsys):
    measure_clicks.measure(lists, ["superpixels"])
    before = (lists / "clicks.json").read_bytes()
    capsys.readouterr()
    measure_clicks.measure(lists, ["superpixels"])
    assert capsys.readouterr().out.count("measured before") == len(measure_clicks.PARTS)
    assert (lists / "clicks.json").read_bytes() == before
