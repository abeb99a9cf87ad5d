from types import SimpleNamespace

import pytest
import torch

from engine.pipeline.pipeline import RawResult
from engine.preprocess import Placement
from engine.values import FrameId
from gui.controllers.doubts import DoubtsController, Judge
from models.contract import ClassificationOutput
from tests.gui.conftest import PATIENCE_MS
from tests.make import write_picture


class Stand:
    """A pipeline that is as unsure as a picture is bright, and counts what it is asked."""

    def __init__(self, stop_at=None, stop=None):
        self.asked, self._stop_at, self._stop = 0, stop_at, stop

    def infer(self, pixels, *, cancel):
        self.asked += 1
        if self.asked == self._stop_at:
            self._stop()
        hw = pixels.shape[:2]
        logits = torch.tensor([float(pixels.mean()), 0.0])
        return RawResult(ClassificationOutput(logits), Placement(hw, hw, hw), {}, pixels)


@pytest.fixture
def doubts(qtbot, jobs):
    return DoubtsController(jobs)


@pytest.fixture
def ids(tmp_path):
    found = [write_picture(tmp_path / f"{n}.png", (8, 8), seed=n) for n in range(4)]
    (tmp_path / "damaged.png").write_bytes(b"no picture")
    return [FrameId(str(path)) for path in (tmp_path / "damaged.png", *found)]


def loaded(pipeline):
    return SimpleNamespace(
        pipeline=pipeline, name="stand", key="stand", written=0, options={"width": 1}
    )


def judge(qtbot, doubts, weights, ids, measure="entropy"):
    with qtbot.waitSignal(doubts.ended, timeout=PATIENCE_MS):
        assert doubts.judge(weights, Judge.of(weights, measure), ids)


def test_each_picture_is_judged_once_by_each_judge(qtbot, doubts, ids):
    weights = loaded(Stand())
    judge(qtbot, doubts, weights, ids)
    by = Judge.of(weights, "entropy")
    assert doubts.of(by, ids[0]) is None, "it cannot be read"
    assert all(0 <= doubts.of(by, each) <= 1 for each in ids[1:])
    assert weights.pipeline.asked == 4
    assert not doubts.judge(weights, by, ids[1:])
    judge(qtbot, doubts, weights, ids[1:], "disagreement")
    assert weights.pipeline.asked == 12


def test_what_was_judged_before_a_cancel_stays_known(qtbot, doubts, ids, jobs):
    stand = Stand(stop_at=2, stop=lambda: jobs.running[0].cancel())
    weights = loaded(stand)
    judge(qtbot, doubts, weights, ids[1:])
    by = Judge.of(weights, "entropy")
    known = [doubts.of(by, each) is not None for each in ids[1:]]
    assert known == [True, True, False, False]
