"""The exit codes and the two kinds of output that all commands share."""

import json
import os
import subprocess
import sys

import pytest

from engine.commands import app as commands
from engine.errors import AppError, SourceError


def _fail() -> None:
    raise SourceError("Cannot open clip.mp4.", hint="Re-encode it.")


@pytest.fixture
def failing_command(monkeypatch):
    """A command that ends in expected trouble, registered for one test."""
    commands.load_all()
    registered = list(commands.app.registered_commands)
    monkeypatch.setattr(commands.app, "registered_commands", registered)

    @commands.app.command("fail-for-test")
    def fail(json: commands.JsonOption = False) -> None:
        _fail()

    return "fail-for-test"


def test_expected_trouble_is_two_lines_on_stderr_and_exit_code_1(failing_command, capsys):
    assert commands.main([failing_command]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "maskloop: Cannot open clip.mp4.\nRe-encode it.\n"


def test_expected_trouble_with_json_keeps_stdout_one_object(failing_command, capsys):
    assert commands.main([failing_command, "--json"]) == 1
    out, err = capsys.readouterr()
    said = {"error": "Cannot open clip.mp4.", "hint": "Re-encode it.", "cancelled": False}
    assert json.loads(out) == said
    assert "Cannot open" in err


def test_wrong_usage_is_exit_code_2(capsys):
    assert commands.main(["no-such-command"]) == 2
    assert "no-such-command" in capsys.readouterr().err


def test_help_and_version_are_exit_code_0(capsys):
    assert commands.main(["--help"]) == 0
    assert commands.main(["--version"]) == 0
    assert "maskloop" in capsys.readouterr().out


def test_emit_prints_either_json_or_text(capsys):
    commands.emit({"a": 1}, True, "one")
    commands.emit({"a": 1}, False, "one")
    assert capsys.readouterr().out == '{"a": 1}\none\n'


def test_app_error_text_joins_message_and_hint():
    assert str(AppError("No.", hint="Try.")) == "No. Try."


@pytest.mark.slow
def test_help_neither_needs_qt_nor_imports_torch():
    code = (
        "import sys\n"
        "sys.modules['PySide6'] = None\n"
        "from engine.commands.app import main\n"
        "assert main(['--help']) == 0\n"
        "heavy = {'torch', 'torchvision', 'cv2', 'openvino', 'av', 'skimage'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_terminal_without_a_letter_shows_its_number(tmp_path):
    code = (
        "import sys\n"
        "from engine.commands import app\n"
        "app.load_all()\n"
        "@app.app.command('say')\n"
        "def say(json: app.JsonOption = False) -> None: app.emit(None, False, 'h\\xf6r')\n"
        "sys.exit(app.main(['say']))\n"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [rb"h\xf6r"]


def test_json_never_holds_nan(capsys):
    commands.emit({"a": float("nan"), "b": [float("inf")]}, True, "")
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None]}


def test_ctrl_c_says_that_it_was_heard(failing_command, monkeypatch, capsys):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(globals(), "_fail", interrupted)
    assert commands.main([failing_command]) == 130
    assert "Cancelled." in capsys.readouterr().err
