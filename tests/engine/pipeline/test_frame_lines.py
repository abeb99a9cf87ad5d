import json
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SourceError
from engine.pipeline.frame_lines import FrameLines
from engine.pipeline.live import LiveResult
from engine.values import Box, Detection, Frame, FrameId, Label, Prediction

LABELS = (Label(1, "\uace0\uc591\uc774", (1, 2, 3)),)


def shot(number: int, *, beside: LiveResult | None = None) -> LiveResult:
    frame_id = FrameId("rtsp://camera", number)
    found = (Detection(Box(1, 2, 30, 40), 1, 0.75, track=7),)
    return LiveResult(
        Frame(frame_id, np.zeros((48, 64, 3), np.uint8)),
        time.perf_counter(),
        prediction=Prediction(frame_id, (48, 64), LABELS, found, origin="m/w"),
        beside=beside,
        seconds={"network": 0.0301, "decode": 0.002},
    )


def test_a_line_tells_when_what_and_how_long(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = FrameLines(path)
    first = shot(3)
    for each in (first, shot(5, beside=shot(5))):
        lines.write(each)
    assert not path.exists()
    lines.close()
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["index"] for line in told] == [3, 5]
    assert told[0]["detections"] == [
        {"label": LABELS[0].name, "score": 0.75, "xyxy": [1.0, 2.0, 30.0, 40.0], "track": 7}
    ]
    assert told[0]["times_ms"] == {"network": 30.1, "decode": 2.0}
    assert told[0]["path"] == "rtsp://camera"
    assert told[1]["seconds"] > told[0]["seconds"] == 0.0
    came = datetime.fromisoformat(told[0]["captured_at"])
    assert abs((datetime.now(UTC) - came).total_seconds()) < 60
    assert "beside" not in told[0]
    assert told[1]["beside"]["origin"] == "m/w"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_that_is_no_utf8_is_still_json(tmp_path: Path) -> None:
    lines = FrameLines(tmp_path / "a.jsonl")
    frame = Frame(FrameId("a\udcff.mp4", 0), np.zeros((4, 4, 3), np.uint8))
    lines.write(LiveResult(frame, 1.0))
    lines.close()
    told = json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))
    assert told["path"] == "a\udcff.mp4"


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        FrameLines(tmp_path / "no" / "a.jsonl").write(shot(0))


def test_what_is_discarded_leaves_no_file(tmp_path: Path) -> None:
    lines = FrameLines(tmp_path / "a.jsonl")
    lines.write(shot(0))
    lines.discard()
    lines.close()
    assert not list(tmp_path.iterdir())
