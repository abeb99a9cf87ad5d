import json
import os

from gui.recent import MOST, Place, RecentPlaces, read_places


def test_the_newest_comes_first_and_each_only_once(tmp_path):
    recent = RecentPlaces(tmp_path)
    recent.note(Place(("/a",), "/a/1.png"))
    recent.note(Place(("/b",), "/b/1.png", (2.0, 3.0, 4.0), 7))
    recent.note(Place(("/a",), "/a/2.png"))
    again = RecentPlaces(tmp_path)
    assert [(p.opened, p.frame) for p in again.places] == [
        (("/a",), "/a/2.png"),
        (("/b",), "/b/1.png"),
    ]
    assert again.find(["/b"]).view == (2.0, 3.0, 4.0)
    assert again.find(["/c"]) is None


def test_only_so_many_are_kept(tmp_path):
    recent = RecentPlaces(tmp_path)
    for number in range(MOST + 3):
        recent.note(Place((f"/{number}",)))
    assert len(RecentPlaces(tmp_path).places) == MOST


def test_what_makes_no_sense_is_left_out(tmp_path):
    path = tmp_path / "recent.json"
    good = {"opened": ["/a"], "frame": "/a/1.png"}
    bad = [1, {}, {"opened": []}, {"opened": ["/x"], "view": [1]}, {"opened": ["/y"], "seen": "no"}]
    path.write_text(json.dumps([*bad, good]))
    assert [p.title for p in read_places(path)] == ["a"]
    for text in ("{}", "[[", "[" * 100_000, "null"):
        path.write_text(text)
        assert read_places(path) == ()
    assert read_places(tmp_path / "none.json") == ()


def test_a_name_that_is_no_text_is_kept(tmp_path):
    name = os.fsdecode(b"/caf\xe9")
    RecentPlaces(tmp_path).note(Place((name,)))
    assert [p.opened for p in RecentPlaces(tmp_path).places] == [(name,)]
