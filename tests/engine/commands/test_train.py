"""The command as the window starts it: a process of its own, one JSON event a line."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tests.make import write_picture

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")


@pytest.fixture
def config(tmp_path):
    write_picture(tmp_path / "a.png", (32, 32))
    Image.fromarray(np.eye(32, dtype=np.uint8)).save(tmp_path / "a_label.png")
    (tmp_path / "list.txt").write_text("a.png a_label.png\n")
    path = tmp_path / "config.yaml"
    path.write_text(
        "model: unet32\ndata: {train: list.txt}\nrun: run\nepochs: 500\nsize_hw: [32, 32]\n"
        "validate_every: 500\n"
    )
    return path


@pytest.mark.slow
@pytest.mark.parametrize("how", [pytest.param("terminate", marks=needs_signals), "a line on stdin"])
def test_a_stop_saves_a_checkpoint_and_ends_well(config, how):
    command = [sys.executable, "-m", "engine", "train", str(config), "--json"]
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
