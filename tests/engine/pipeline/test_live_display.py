from pathlib import Path

import numpy as np
import pytest

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.pipeline.live import LiveLink, run_live
from engine.pipeline.live_display import LiveDisplay
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.reconnect import Reconnect
from engine.pipeline.recorded import Places
from engine.sources.video import VideoSource
from tests.fakes import FakeBackend, FakeSource, make_weights


@pytest.fixture
def pipeline() -> Pipeline:
    weights = make_weights()
    return Pipeline(weights, use=FakeBackend(weights))


def test_what_is_shown_is_recorded_and_counted(tmp_path: Path, pipeline: Pipeline) -> None:
    link = LiveLink(CancelToken(), is_paced=False)
    display = LiveDisplay(link, record=Places(tmp_path / "a.mp4"), window=False, seconds=0)
    run_live(lambda: FakeSource(12, fps=25), lambda: pipeline, display.show, link)
    display.close()
    source = VideoSource(tmp_path / "a.mp4")
    assert source.count == display.frames == link.meter.whole().frames == 12
    assert source.read(0).size_hw == (40, 60)
    source.close()


def test_it_ends_after_the_seconds_asked_for(pipeline: Pipeline) -> None:
    link = LiveLink(CancelToken())
    display = LiveDisplay(link, record=Places(), window=False, seconds=0.05)
    run_live(lambda: FakeSource(10**9, is_live=True), lambda: pipeline, display.show, link)
    display.close()
    assert link.cancel.is_cancelled
    assert display.frames > 0


def test_it_ends_in_time_while_the_camera_is_lost(pipeline: Pipeline) -> None:
    def refuse() -> FakeSource:
        if display.frames:
            raise SourceError("Connection refused.")
        return FakeSource(2, is_live=True)

    link = LiveLink(CancelToken(), reconnect=Reconnect(limit=3600))
    display = LiveDisplay(link, record=Places(), window=False, seconds=0.2)
    run_live(refuse, lambda: pipeline, display.show, link)
    display.close()
    assert link.cancel.is_cancelled
    assert display.frames > 0


def test_no_display_is_said_and_no_obstacle(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, pipeline: Pipeline
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    link = LiveLink(CancelToken(), is_paced=False)
    display = LiveDisplay(link, record=Places(), window=True, seconds=0)
    run_live(lambda: FakeSource(2), lambda: pipeline, display.show, link)
    display.close()
    assert "No window" in caplog.text
    assert np.isfinite(link.meter.whole().delay_ms)
