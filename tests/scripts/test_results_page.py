"""The tables in the README and docs/results.md say what is stored, and nothing else."""

import json

import pytest

from engine.weights.library import bundled
from scripts import results_page
from tests.make_click import write_click_weights


@pytest.mark.parametrize("page", results_page.TABLES, ids=lambda page: page.name)
def test_the_tables_are_up_to_date(page):
    text = page.read_text(encoding="utf-8")
    assert results_page.filled(page) == text, "run python scripts/results_page.py"


def test_every_bundled_file_has_a_measured_rate():
    measured = json.loads(results_page.RATES.read_text(encoding="utf-8"))
    assert set(measured["frames_a_second"]) == {path.stem for path in bundled()}


def test_every_row_has_its_config():
    rows = [*results_page.stored("segmentation")["rows"], *results_page.stored("detection")["rows"]]
    assert not [row["name"] for row in rows if not (results_page.ROOT / row["config"]).is_file()]


def test_a_page_without_its_marks_is_refused():
    with pytest.raises(SystemExit, match="marks for story"):
        results_page.replace("<!-- table: story -->\n", "story", "| a |")


def test_what_stands_around_a_table_is_kept():
    page = "before\n<!-- table: x -->\nold\n<!-- end of x -->\nafter\n"
    once = results_page.replace(page, "x", "new")
    assert once == "before\n<!-- table: x -->\n\nnew\n\n<!-- end of x -->\nafter\n"
    assert results_page.replace(once, "x", "new") == once


def test_weights_that_answer_clicks_have_a_rate_too(tmp_path):
    fps, text = results_page.rate(write_click_weights(tmp_path / "click_tiny.safetensors"))
    assert fps > 0
    assert text


def test_a_row_that_was_trained_on_another_machine_says_so():
    usual = [{"model": name, "trained_on": "one core of A"} for name in ("unet", "segnet")]
    assert results_page._where_trained(usual) == "one core of A"
    other = {"model": "fcn8s", "trained_on": "one core of B"}
    assert results_page._where_trained([other, *usual]) == "one core of A; fcn8s on one core of B"
