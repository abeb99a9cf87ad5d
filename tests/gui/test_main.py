import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import AppError
from gui.__main__ import check_command, is_for_window, main

ROOT = Path(__file__).resolve().parents[2]


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


def test_a_mistyped_command_is_not_taken_for_a_picture(capsys):
    assert main(["modls"]) == 2
    said = capsys.readouterr().err
    assert "modls" in said
    assert "maskloop models" in said


def test_a_word_like_no_command_leads_to_the_help():
    with pytest.raises(AppError) as trouble:
        check_command(["qqq"])
    assert "--help" in trouble.value.hint


def test_what_can_be_opened_is_no_mistake(tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    monkeypatch.chdir(tmp_path)
    for given in ("photos", "missing.mp4", "rtsp://camera/live", "../elsewhere", "사진"):
        check_command([given])


def test_without_a_display_it_says_so(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("gui.display.sys.platform", "linux")
    assert main(["x.mp4"]) == 1
    assert "no display" in capsys.readouterr().err


def test_a_shell_that_completes_gets_no_window(monkeypatch):
    monkeypatch.setenv("_MASKLOOP_COMPLETE", "complete_bash")
    assert not is_for_window([])


INTERRUPTED_WHILE_LOADING = """
import runpy, sys

class Finder:
    def find_spec(self, name, *_):
        if name == "typer":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Finder())
sys.argv = ["maskloop", "models"]
runpy.run_module({0!r}, run_name="__main__")
"""


@pytest.mark.parametrize("module", ["gui", "engine"])
def test_ctrl_c_while_modules_are_loaded_is_no_traceback(module):
    code = INTERRUPTED_WHILE_LOADING.format(module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr == "maskloop: Cancelled.\n"
