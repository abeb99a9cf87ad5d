"""The command as the window starts it: a process of its own, one JSON event a line."""

import json
import re
import shlex
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from engine.commands.app import main
from models import registry
from tests.make import write_picture
from tests.make_run import PLAIN, write_run

PROGRAM = [sys.executable, "-m", "tests.make_run"]
"""The command line with a model so small that starting it is all that takes time."""
EPOCHS = 20_000
"""Far more than are ever reached before it is stopped."""
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")


@pytest.fixture
def config(tmp_path):
    write_picture(tmp_path / "a.png", (32, 32))
    Image.fromarray(np.eye(32, dtype=np.uint8)).save(tmp_path / "a_label.png")
    (tmp_path / "list.txt").write_text("a.png a_label.png\n")
    path = tmp_path / "config.yaml"
    path.write_text(
        f"model: plain\ndata: {{train: list.txt}}\nrun: run\nepochs: {EPOCHS}\nsize_hw: [32, 32]\n"
        f"validate_every: {EPOCHS}\n"
    )
    return path


@pytest.fixture
def here(monkeypatch):
    """The command in this process: with the small model, and its signal handlers do not stay."""
    monkeypatch.setitem(registry._SPECS, "plain", PLAIN)
    kept = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def plain(tmp_path, here):
    """A Run of the small model."""
    return write_run(tmp_path)


def test_people_read_what_fits_what_weighs_and_why_it_ends(plain, capsys):
    changes = ["model=plain", "ema=0", "learning_rate=1e-9"]
    sets = [word for change in changes for word in ("--set", change)]
    assert main(["train", str(plain), *sets]) == 0
    (plain.parent / "labels.txt").write_text("0 background\n1 spot\n2 other\n")
    more = [
        f"warm_start={plain.parent / 'run' / 'weights' / 'spot.safetensors'}",
        "loss.label_weights=median_frequency",
        "early_stop=1",
        "epochs=9",
        "run=second",
    ]
    capsys.readouterr()
    more = [word for change in more for word in ("--set", change)]
    assert main(["train", str(plain), *sets, *more]) == 0
    said = capsys.readouterr().out
    assert said.count("Counting the labels: 4 samples") == 1, "also for the weights of labels"
    assert "Warm start: 2 tensors matched" in said
    assert re.search(r"layers\.3\.weight +another shape.*\(3x4x3x3, not 2x4x3x3\)", said)
    assert re.search(r"other +1\.000", said)
    assert re.search(r"epoch 1/9: loss .*, validation loss .*device busy \d+%", said)
    assert "Stopped early" in said


def test_people_read_what_is_kept_of_a_frozen_encoder(plain, capsys):
    changes = (
        "model=fcn8s_resnet18", "options={width: 0.25}", "freeze=all", "keep_features=2",
        "precision=float32", "max_steps=1",
    )  # fmt: skip
    sets = [word for change in changes for word in ("--set", change)]
    assert main(["train", str(plain), *sets]) == 0
    said = capsys.readouterr().out
    assert "Frozen encoder: each picture in 2 augmented versions, features kept in RAM" in said


@needs_signals
@pytest.mark.slow
def test_ctrl_c_says_where_it_stopped_and_how_to_go_on(config, here, capsys):
    command = [*PROGRAM, "train", str(config), "--set", "name=a b"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.lstrip().startswith("step 50:"):
                process.send_signal(signal.SIGINT)
    said = "".join(lines)
    assert process.returncode == 0, said
    assert re.search(rf"Stopped in epoch \d+ of {EPOCHS}, after step \d+ of {EPOCHS}\.", said)
    go_on = next(line for line in lines if line.startswith("Go on with: "))
    words = shlex.split(go_on.removeprefix("Go on with: "))
    assert words[:2] == ["maskloop", "train"]
    assert main([*words[1:], "--set", "max_steps=52"]) == 0
    assert "Goes on after epoch" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("how", [pytest.param("terminate", marks=needs_signals), "a line on stdin"])
def test_a_stop_saves_a_checkpoint_and_ends_well(config, how):
    command = [*PROGRAM, "train", str(config), "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        events = []
        for line in process.stdout:
            events.append(json.loads(line))
            if events[-1]["event"] == "step" and events[-1]["step"] == 2:
                if how == "terminate":
                    process.send_signal(signal.SIGTERM)
                else:
                    process.stdin.write("stop\n")
                    process.stdin.flush()
    assert process.returncode == 0
    assert events[-1]["event"] == "end"
    assert events[-1]["stopped"] is True
    assert events[-2]["event"] == "checkpoint"
    assert (config.parent / "run" / "checkpoint.safetensors").is_file()
