import pytest

from gui.__main__ import is_for_window


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["gui"],
        ["gui", "folder", "--weights", "w"],
        ["demo"],
        ["pictures"],
        ["picture.png", "--weights", "cells"],
        ["--weights", "cells"],
        ["--camera", "0"],
    ],
)
def test_these_open_the_window(given):
    assert is_for_window(given)


@pytest.mark.parametrize(
    "given", [["demo", "--headless"], ["train", "x.yaml"], ["--help"], ["--version"], ["models"]]
)
def test_these_go_to_the_command_line(given):
    assert not is_for_window(given)
