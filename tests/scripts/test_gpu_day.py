"""The day with a GPU as one command, rehearsed on the CPU."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import gpu_day
from scripts.gpu.table import TRAININGS, WEIGHTS

SCRIPT = str(Path(gpu_day.__file__).resolve())


def asked(*arguments, monkeypatch):
    monkeypatch.setattr(sys, "argv", [SCRIPT, *arguments])
    return gpu_day._options()


@pytest.mark.parametrize("part", WEIGHTS)
def test_a_part_is_told_all_it_needs(part, tmp_path, monkeypatch):
    places = ("--out", str(tmp_path / "out"), "--folder", str(tmp_path / "carried"))
    options = asked("--tiny", *places, monkeypatch=monkeypatch)
    command = gpu_day._command(part, options, tmp_path, 100.0)
    told = asked(*command[2:], monkeypatch=monkeypatch)
    assert (told.part, told.work, told.tiny) == (part, tmp_path, True)
    assert (told.out, told.folder) == (tmp_path / "out", tmp_path / "carried")
    assert told.seconds < 100, "a part ends by itself before it is killed"


def test_what_to_carry_is_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [SCRIPT, "--carry", "--folder", str(tmp_path)])
    gpu_day.main()
    assert capsys.readouterr().out.startswith(f"carry: {tmp_path.as_posix()}\n")


@pytest.mark.long
def test_the_whole_day_can_be_rehearsed(tmp_path, record_property):
    command = [sys.executable, SCRIPT, "--tiny", "--out", str(tmp_path)]
    subprocess.run(command, check=True, timeout=900)
    found = json.loads((tmp_path / "gpu-day.json").read_text())
    assert {part["ended"] for part in found.values()} == {"ended with 0"}
    weights = {path.stem for path in tmp_path.glob("*.safetensors")}
    assert weights == {each.config for each in TRAININGS}
    record_property(
        "parts", ", ".join(f"{name} {part['seconds']} s" for name, part in found.items())
    )
