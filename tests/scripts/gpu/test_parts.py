"""Parts: their share of the time, and how they end."""

import sys

import pytest

from scripts.gpu.parts import counted, run_part, share, write_result
from scripts.gpu.table import LIMIT_S, WEIGHTS

WRITES = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('{\"a\": 1}')"
REPORT = """<testsuites><testsuite tests="3" failures="1" errors="0" skipped="1">
<testcase classname="tests.test_a" name="test_b"><failure message="not equal">where</failure>
</testcase></testsuite></testsuites>"""


def ran(folder, code, seconds=60.0):
    result = folder / "result.json"
    return run_part([sys.executable, "-S", "-c", code, str(result)], result, seconds)


def test_the_shares_use_up_the_time():
    left = LIMIT_S
    for name in WEIGHTS:
        left -= share(left, WEIGHTS, name)
    assert left == pytest.approx(0)


def test_a_part_tells_what_it_found(tmp_path):
    found = ran(tmp_path, WRITES)
    assert (found["a"], found["ended"]) == (1, "ended with 0")
    assert "log" not in found


def test_a_part_that_fails_tells_what_it_had_found_and_why(tmp_path):
    found = ran(tmp_path, f"{WRITES}; raise SystemExit('no memory')")
    assert (found["a"], found["ended"]) == (1, "ended with 1")
    assert "no memory" in found["log"]


def test_a_part_that_outlasts_its_time_is_killed(tmp_path):
    found = ran(tmp_path, "import threading; threading.Event().wait()", seconds=0.2)
    assert found["ended"] == "killed: out of time"
    assert found["seconds"] < 30


def test_the_tests_are_counted(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(REPORT)
    found = counted(path)
    assert (found["tests"], found["failures"], found["skipped"]) == (3, 1, 1)
    assert found["failed"] == {"tests.test_a.test_b": "not equal"}
    assert "did not run" in counted(tmp_path / "none.xml")["trouble"]


def test_a_result_is_written_whole(tmp_path):
    write_result(tmp_path / "a.json", {"b": 1})
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
