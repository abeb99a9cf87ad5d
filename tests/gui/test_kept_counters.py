"""Lines and zones of a source come back; what makes no sense is left out."""

import json

import pytest

from engine.counters import CENTRE, NOTHING, Counter, Counting
from gui.kept_counters import MOST, KeptCounters

GATE = Counter("문", ((0.5, 1.0), (9.0, 9.0)))
ROOM = Counter("room", ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)))


def test_they_come_back_for_their_source_alone(tmp_path):
    KeptCounters(tmp_path).keep("/a.mp4", Counting((GATE, ROOM), CENTRE, run=3))
    kept = KeptCounters(tmp_path)
    assert kept.read("/a.mp4") == Counting((GATE, ROOM), CENTRE)
    assert kept.read("/b.mp4") == NOTHING
    kept.keep("/a.mp4", NOTHING)
    assert kept.read("/a.mp4") == NOTHING


def test_those_drawn_longest_ago_go(tmp_path):
    kept = KeptCounters(tmp_path)
    for number in range(MOST + 2):
        kept.keep(str(number), Counting((GATE,)))
    assert kept.read("1") == NOTHING
    assert kept.read("2") == Counting((GATE,))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"a": 3}',
        '{"a": {"at": "head", "counters": []}}',
        '{"a": {"at": "foot", "counters": [{"name": "", "points": [[0, 0], [1, 1]]}]}}',
        '{"a": {"at": "foot", "counters": [{"name": "x", "points": [[0, 0]]}]}}',
        '{"a": {"at": "foot", "counters": [{"name": "x", "points": [[0], [1, 1]]}]}}',
    ],
)
def test_what_makes_no_sense_is_no_line(tmp_path, text):
    (tmp_path / "counters.json").write_text(text, encoding="utf-8")
    kept = KeptCounters(tmp_path)
    assert kept.read("a") == NOTHING
    kept.keep("b", Counting((GATE,)))
    assert "b" in json.loads((tmp_path / "counters.json").read_text(encoding="utf-8"))


def test_a_folder_that_takes_nothing_is_no_trouble(tmp_path, caplog):
    (tmp_path / "file").write_text("", encoding="utf-8")
    kept = KeptCounters(tmp_path / "file")
    kept.keep("a", Counting((GATE,)))
    assert "could not be kept" in caplog.text
    assert kept.read("a") == NOTHING
