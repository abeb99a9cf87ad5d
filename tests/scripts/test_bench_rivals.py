"""The page of rivals: what was measured, and what was not and why."""

from gui.bench.label import Outcome
from gui.bench.register import PROMISES
from scripts.rivals.child import MARK, numbers_in
from scripts.rivals.environments import RIVALS
from scripts.rivals.labelling import kept, section, with_section
from scripts.rivals.report import TEXTS, page

MACHINE = {"processor": "A processor", "cores": 2, "system": "Linux", "python": "3.11"}


def a_page(found, troubles=None):
    versions = {"labelme": "6.3.1", "napari": "0.9"}
    return page(found, MACHINE, versions, troubles or {}, rounds=3, minutes=9.0)


def row_of(text, what):
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {what}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_number_that_is_promised_has_its_row():
    assert TEXTS.keys() == PROMISES.keys()
    assert len({rival.name for rival in RIVALS}) == len(RIVALS)


def test_a_row_holds_medians_and_how_the_best_rival_does():
    found = {"window.start": {"maskloop": [0.7, 0.8, 0.6], "labelme": [1.4], "napari": [2.8]}}
    row = row_of(a_page(found), "window on screen")
    assert row[1:] == ["0.7 s", "0.7 s", "1.4 s", "2.8 s", "2"]


def test_memory_is_to_be_below_the_leanest_rivals():
    found = {"memory.start": {"maskloop": [200.0], "labelme": [180.0], "napari": [278.0]}}
    assert row_of(a_page(found), "memory: the empty window")[2] == "180 MB"


def test_what_was_not_measured_says_why_and_has_no_number():
    found = {"window.start": {"maskloop": [0.7], "napari": [2.8]}}
    text = a_page(found, {"labelme start": "not measured: no answer in 300 s"})
    assert row_of(text, "window on screen")[3] == ""
    assert "- labelme start: not measured: no answer in 300 s" in text


def test_a_programs_own_lines_are_no_numbers():
    output = f'{{"a": 1}}\nhello\n{MARK}{{"window.start": 1.5}}\n'
    assert numbers_in(output) == {"window.start": 1.5}
    assert numbers_in("hello") is None


def test_the_part_about_labelling_stays_and_is_replaced():
    outcomes = {
        "polygon": [Outcome(8, 3.0, 0.9, True), Outcome(40, 9.0, 0.9, True)],
        "freehand": [Outcome(1, 20.0, 0.9, True), Outcome(3, 30.0, 0.9, True)],
        "smart": [Outcome(4, 5.0, 0.9, False), Outcome(8, 7.0, 0.9, False)],
    }
    part = section({"discs": outcomes}, {"discs": ""})
    assert "| polygon: corners alone | 24.0 | 6.0 | 2 of 2 |" in part
    assert "discs: 0.25, 0.50 (Smart click: clicks)" in part
    page = with_section("# Page\n\nwords\n", part)
    assert kept(page) == part
    assert with_section(page, part) == page
