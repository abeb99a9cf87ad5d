"""The report of a made evaluation, as JSON and as a page."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from engine.errors import ConfigError
from engine.evaluation.detection import PictureBoxes, score_boxes
from engine.evaluation.mistakes import judge
from engine.evaluation.object_report import object_report
from engine.evaluation.page.page import page
from engine.evaluation.report import Example, Gallery
from engine.evaluation.report_files import report_paths, write_report
from engine.evaluation.scene import scene_of_boxes
from engine.values import Annotation, Box, FrameId, Label, Sample

LABELS = (Label(1, "cat", (230, 40, 40)), Label(2, "<b>dog</b>", (40, 230, 40)))


def boxes(*rows):
    table = np.array(rows, np.float32).reshape(-1, 6)
    return PictureBoxes(table[:, :4], table[:, 4].astype(np.int64), table[:, 5])


@pytest.fixture
def report():
    known = [boxes((0, 0, 40, 40, 0, 0)), boxes((0, 0, 10, 10, 1, 0))]
    found = [boxes((0, 0, 40, 40, 0, 0.9), (50, 50, 60, 60, 1, 0.8)), boxes()]
    scenes = [
        scene_of_boxes(f"{i}.png", *pair) for i, pair in enumerate(zip(found, known, strict=True))
    ]
    judged = [judge(scene) for scene in scenes]
    return object_report(scenes, judged, score_boxes(found, known, 2), LABELS)


class Strict(HTMLParser):
    """Refuses a page whose tags are not closed in turn."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Opened and closed at once."""

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_json_holds_everything(report, tmp_path):
    json_path, page_path = write_report(tmp_path / "r", report, weights="w", data="d")
    content = json.loads(json_path.read_text())
    assert page_path.exists()
    assert content["metrics"]["ap50"] == pytest.approx(0.5)
    assert [(row["kind"], row["label"], row["said"]) for row in content["errors"]] == [
        ("missed", "<b>dog</b>", None),
        ("false_alarm", None, "<b>dog</b>"),
    ]
    assert content["confusion"]["counts"] == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert len(content["curves"]["cat"]["50"]) == 101
    assert sum(content["scores"]["right"]) == sum(content["scores"]["wrong"]) == 1
    assert {row["image"] for row in content["worst"]} == {"0.png", "1.png"}


def test_the_page_is_whole_and_needs_nothing_else(report, tmp_path):
    Image.new("RGB", (64, 48)).save(tmp_path / "a.png")
    frame_id = FrameId(str(tmp_path / "a.png"))
    sample = Sample(frame_id, (48, 64), (Annotation(Box(4, 4, 20, 20), 1),))
    examples = (Example(frame_id.path, sample, sample, "1 missed"),)
    missing = Example(str(tmp_path / "gone.png"), sample, sample, "")
    text = page(replace(report, examples=(*examples, missing)), weights="w.safetensors", data="d")
    parser = Strict()
    parser.feed(text)
    assert parser.open == []
    assert "<b>dog</b>" not in text
    assert not re.search(r"https?://|<script|<link|url\(", text)
    assert text.count("data:image/jpeg;base64,") == 2
    assert "prefers-color-scheme: dark" in text
    for title in ("Precision and recall", "Confusion", "Scores", "By label", "gone.png"):
        assert title in text


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        ("r.json", ("r.json", "r.html")),
        ("r.html", ("r.json", "r.html")),
        ("r.txt", ("r.txt", "r.html")),
        ("folder", ("folder/report.json", "folder/report.html")),
    ],
)
def test_where_a_report_goes(out, expected, tmp_path):
    assert report_paths(tmp_path / out) == tuple(tmp_path / name for name in expected)


def test_a_place_that_cannot_be_written_is_said(report, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="Cannot write"):
        write_report(tmp_path / "file" / "r.json", report, weights="w", data="d")


def test_the_gallery_keeps_the_worst_only():
    gallery = Gallery(2)
    sample = Sample(FrameId("a"))
    for badness in (1, 3, 0, 2):
        gallery.add(badness, Example(str(badness), sample, sample, ""))
    assert [one.image for one in gallery.examples] == ["3", "2"]
