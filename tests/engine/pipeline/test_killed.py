"""A prediction that is killed goes on: no frame is done twice, and none is missing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.formats.txt_list import read_list
from engine.pipeline.batch import BatchOptions, predict_batch
from engine.pipeline.batch_results import NOTES, Existing
from engine.pipeline.pipeline import Pipeline
from engine.sources.video_writer import VideoWriter
from tests.fakes import FakeBackend, make_weights
from tests.make import write_picture

PICTURES, FRAMES = 41, 30
SCRIPT = """
import sys
from pathlib import Path
from engine.pipeline.batch import BatchOptions, predict_batch
from engine.pipeline.batch_results import Existing
from tests.engine.pipeline.test_killed import pipeline
print("ready", flush=True)
predict_batch(pipeline(), sys.argv[2:], BatchOptions(Path(sys.argv[1]), existing=Existing.RESUME),
              progress=lambda done, total, text: print(done, flush=True))
"""


def pipeline() -> Pipeline:
    weights = make_weights()
    return Pipeline(weights, use=FakeBackend(weights))


def kill_one(out: Path, inputs: list[str], lines: int) -> bool:
    """Predict in a process of its own, and kill it once it has said so many lines more."""
    command = [sys.executable, "-c", SCRIPT, str(out), *inputs]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        for _ in range(lines + 1):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def files(out: Path) -> dict[str, bytes]:
    """The label files and pictures."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.parent != out
    }


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_every_frame_is_there_once_however_often_it_was_killed(tmp_path: Path) -> None:
    for number in range(PICTURES):
        write_picture(tmp_path / "in" / f"{number:03d}.png", seed=number)
    writer = VideoWriter(tmp_path / "clip.mp4", 25, (48, 64))
    for number in range(FRAMES):
        writer.write(np.full((48, 64, 3), 8 * number, np.uint8))
    writer.close()
    inputs, out = [str(tmp_path / "in"), str(tmp_path / "clip.mp4")], tmp_path / "out"
    predict_batch(pipeline(), inputs, BatchOptions(tmp_path / "whole"))
    assert all(kill_one(out, inputs, lines) for lines in (3, 30)), "both were at work"
    report = predict_batch(pipeline(), inputs, BatchOptions(out, existing=Existing.RESUME))
    assert report.kept > 0
    assert report.kept + report.images == PICTURES + FRAMES
    assert files(out) == files(tmp_path / "whole")
    lists = [read_list(folder / "predictions.txt").entries for folder in (out, tmp_path / "whole")]
    names = [[entry.image.name for entry in entries] for entries in lists]
    assert names[0] == names[1]
    rows = [json.loads(line) for line in (out / NOTES).read_text(encoding="utf-8").splitlines()[1:]]
    keys = [(row["path"], row["index"]) for row in rows]
    assert len(keys) == len(set(keys)) == PICTURES + FRAMES
