"""Tables line up, and progress keeps quiet where nobody looks."""

import sys

import pytest

from engine.commands.progress import progress_bar
from engine.commands.table import table


def test_columns_are_as_wide_as_their_widest_cell():
    assert table(("a", "b"), [("long", "x"), ("s", "yy")]) == "a     b\nlong  x\ns     yy"


def test_progress_writes_nothing_into_a_file(capsys):
    with progress_bar() as progress:
        progress(1, 2, "half")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("in_bytes", [False, True])
def test_progress_draws_a_bar_on_a_terminal(capsys, monkeypatch, in_bytes):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar(in_bytes=in_bytes) as progress:
        progress(1, 2, "half")
        progress(2, 0, "no end known")
    assert capsys.readouterr().out == ""
