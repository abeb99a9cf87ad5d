"""What the live measurement compares with, and what it tells."""

import pytest

from gui.bench import live
from gui.bench.scenes import write_video


def test_the_bound_is_the_slower_of_source_and_network():
    assert live.Round(30.0, 90.0, 29.0, {}).bound == 30.0
    assert live.Round(900.0, 90.0, 70.0, {}).bound == 90.0


def test_the_rows_are_medians_of_the_rounds_and_name_every_stage():
    rounds = [live.Round(30.0, 40.0, rate, {"network": 20.0}) for rate in (15.0, 27.0, 28.5)]
    rows = {row.id: row for row in live.rows_of("_fast", rounds)}
    assert rows["live.window_rate_fast"].value == 27.0
    share = rows["live.window_to_backend_rate_fast"]
    assert (share.value, share.budget, share.ok) == (0.9, live.GOAL, True)
    assert rows["live.stage_network_fast"].value == 20.0
    assert {f"live.stage_{stage}_fast" for stage in live.STAGES} <= rows.keys()
    assert "live.delay_fast" not in rows


def test_a_paced_source_may_be_late_by_two_frames_and_the_network():
    rounds = [live.Round(25.0, 50.0, 24.0, {}, delay) for delay in (90.0, 50.0, 130.0)]
    rows = {row.id: row for row in live.rows_of("", rounds)}
    late = rows["live.delay"]
    assert (late.value, late.rival_value) == (90.0, pytest.approx(2 * 40 + 20))
    share = rows["live.delay_to_promise"]
    assert (share.value, share.budget, share.ok) == (pytest.approx(0.9), 1.0, True)


@pytest.mark.parametrize("is_paced", [True, False])
def test_a_case_opens_the_video_or_its_frames(tmp_path, is_paced):
    case = live.Case("", tmp_path / "none", write_video(tmp_path / "v.mp4", 1), is_paced=is_paced)
    source = case.open()
    assert (source.fps is not None) == is_paced
    assert source.read(3).size_hw == (360, 640)
    source.close()


@pytest.mark.slow
def test_a_case_is_measured_in_the_window(qapp, tmp_path, monkeypatch):
    for name in ("LIVE_SECONDS", "ALONE_SECONDS"):
        monkeypatch.setattr(live, name, 0.6)
    with live.opened_app() as app:
        live.show(app)
        weights = live.write_weights(tmp_path, (live.FAST[0], (64, 64)))
        case = live.Case("", weights, write_video(tmp_path / "v.mp4", 1), is_paced=True)
        found = live.measure(app, case)
    assert found.window > 0
    assert found.delay_ms > 0
    assert found.network > 0
    assert found.stages["paint"] > 0
    assert found.stages["network"] > 0
