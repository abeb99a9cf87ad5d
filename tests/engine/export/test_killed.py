"""An export killed at any moment: the folder is as it was, and the next one goes on."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.export.export import export
from engine.export.options import ExportOptions
from engine.export.staging import Place, look
from tests.engine.export.make import ALL, BLOCK, BOX, dataset, opened

COUNT = 60
SCRIPT = """
import sys
from pathlib import Path
from engine.export.export import export
from engine.export.options import ExportOptions
from tests.engine.export.make import ALL, BLOCK, BOX, opened
print("ready", flush=True)
export(opened(Path(sys.argv[1]), (BOX, BLOCK)), Path(sys.argv[2]), ExportOptions("txt", split=ALL))
"""


def contents(folder):
    """Every file with its bytes, but for the report, which names the folder."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and not p.name.startswith("report.")
    }


def kill_one(folder, target, delay):
    """Start an export in a process of its own and kill it; whether it was still running."""
    command = [sys.executable, "-c", SCRIPT, str(folder), str(target)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_an_export_killed_at_any_moment_leaves_nothing_or_all(tmp_path, inputs, record_property):
    data = dataset(tmp_path, COUNT, (BOX, BLOCK))
    options = ExportOptions("txt", split=ALL)
    export(data, tmp_path / "whole", options)
    whole = contents(tmp_path / "whole")
    export(opened(tmp_path, (BOX,)), tmp_path / "older", options)
    older = contents(tmp_path / "older")
    generator, killed, finished = random.Random(1), 0, 0
    for number in range(max(1, inputs // 20)):
        target = tmp_path / f"out{number}"
        if number % 2:  # in the place of an earlier one
            shutil.copytree(tmp_path / "older", target, copy_function=shutil.copy2)
        for _ in range(generator.randint(1, 3)):
            killed += kill_one(tmp_path, target, generator.uniform(0, 1))
            # Between two renames the older one may have its other name, which the next one undoes.
            found = contents(target) if target.exists() else {}
            assert found in (whole, older if number % 2 else {}, {})
            finished += found == whole
        export(data, target, options)
        assert contents(target) == whole
        assert look(target, options.format) is Place.OURS
        assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]
    record_property("exports killed", killed)
    record_property("of which had finished", finished)
