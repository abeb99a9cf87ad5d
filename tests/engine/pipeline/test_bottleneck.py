from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pipeline.bottleneck import STEADY, Cause, Given, Hint, Situation, Steady, why_slow
from engine.pipeline.meter import Rates
from engine.pipeline.usage import Usage

QUICK = {
    "capture": 2.0, "preprocess": 2.0, "network": 10.0, "decode": 2.0, "display": 3.0,
}  # fmt: skip


def rates(fps: float, *, captured: float = 30.0, delay: float = 40.0, **times: float) -> Rates:
    return Rates(captured, fps, fps, delay, times_ms={**QUICK, **times})


def cause(situation: Situation) -> Cause | None:
    hint = why_slow(situation)
    assert hint is None or (hint.text and hint.advice)
    return hint.cause if hint is not None else None


VIDEO = Situation(rates(30), wanted_fps=30.0, given=Given.FILE, frame_hw=(1080, 1920))


def test_all_is_well() -> None:
    assert cause(VIDEO) is None
    assert cause(replace(VIDEO, rates=rates(10, captured=10), wanted_fps=10.0)) is None
    assert cause(replace(VIDEO, rates=rates(29), wanted_fps=240.0)) is None, "more is not missed"
    assert cause(Situation(Rates())) is None, "nothing was measured"


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"network": 120.0}, Cause.NETWORK),
        ({"preprocess": 90.0, "network": 40.0}, Cause.PREPROCESS),
        ({"proposals": 900.0}, Cause.PROPOSALS),
        ({"refine": 200.0}, Cause.REFINE),
        ({"decode": 90.0}, Cause.DECODE),
        ({"record": 70.0}, Cause.RECORD),
        ({"track": 70.0}, Cause.TRACK),
        ({"display": 80.0}, Cause.DISPLAY),
        ({"capture": 100.0}, Cause.SOURCE),
    ],
)
def test_the_stage_that_holds_it_up_is_named(times: dict[str, float], expected: Cause) -> None:
    assert cause(replace(VIDEO, rates=rates(8, **times))) is expected


def test_a_camera_slower_than_the_network_is_named() -> None:
    camera = Situation(rates(7, captured=7, capture=140.0), wanted_fps=30.0)
    hint = why_slow(camera)
    assert hint is not None
    assert hint.cause is Cause.SOURCE
    assert "7 pictures a second" in hint.text


def test_a_watched_folder_is_never_slow() -> None:
    assert cause(Situation(rates(0, captured=0, delay=900), given=Given.FOLDER)) is None


def test_large_frames_are_said_by_their_size() -> None:
    hint = why_slow(replace(VIDEO, rates=rates(8, preprocess=90.0)))
    assert hint is not None
    assert "1920 x 1080" in hint.text


def test_others_on_the_processor_are_said_unless_the_gpu_is_what_is_slow() -> None:
    slow = replace(VIDEO, rates=rates(8, network=120.0), usage=Usage(others=0.7))
    assert cause(slow) is Cause.BUSY
    assert cause(replace(slow, is_on_gpu=True)) is Cause.NETWORK
    assert cause(replace(slow, usage=Usage(others=0.1))) is Cause.NETWORK
    assert cause(replace(VIDEO, usage=Usage(others=0.9))) is None, "as long as it is fast enough"


def test_the_first_seconds_are_no_reason_to_complain() -> None:
    slow = replace(VIDEO, rates=rates(8, network=120.0), seconds=1.0)
    assert cause(slow) is Cause.WARMING


def test_a_fast_rate_that_is_late_is_not_well() -> None:
    assert cause(replace(VIDEO, rates=rates(30, delay=900, network=30.0))) is Cause.NETWORK


def test_what_nothing_measured_explains_is_not_guessed() -> None:
    assert cause(replace(VIDEO, rates=rates(8))) is None


times = st.floats(0, 2000, allow_nan=False)


@given(
    fps=st.floats(0, 200), capture=st.floats(0, 200), delay=times, network=times, display=times,
    others=st.none() | st.floats(0, 1), wanted=st.none() | st.floats(0.1, 240),
    given_by=st.sampled_from(Given), is_on_gpu=st.booleans(),
)  # fmt: skip
def test_fast_and_soon_is_well_whatever_else_was_measured(  # type: ignore[no-untyped-def]
    fps, capture, delay, network, display, others, wanted, given_by, is_on_gpu
) -> None:
    measured = rates(fps, captured=capture, delay=delay, network=network, display=display)
    now = Situation(measured, Usage(others=others), wanted, given_by, is_on_gpu, (480, 640))
    better = replace(measured, display_fps=200.0, delay_ms=0.0)
    assert why_slow(replace(now, rates=better)) is None
    hint = why_slow(now)
    assert hint is None or hint.cause is Cause.BUSY or now.rates.times_ms.get(hint.cause, 1.0) > 0


def test_what_was_found_once_is_not_said_yet() -> None:
    steady, slow = Steady(), Hint(Cause.NETWORK, "a", "b")
    said = [steady.settle(slow) for _ in range(STEADY)]
    assert said == [None] * (STEADY - 1) + [slow]
    newer = replace(slow, text="c")
    assert steady.settle(newer) == newer, "with the newest numbers"
    other = Hint(Cause.SOURCE, "d", "e")
    assert [steady.settle(other) for _ in range(STEADY)] == [newer] * (STEADY - 1) + [other]
    assert [steady.settle(None) for _ in range(STEADY)] == [other] * (STEADY - 1) + [None]
