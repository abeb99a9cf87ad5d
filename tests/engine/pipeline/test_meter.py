from engine.pipeline.meter import Meter, Rates


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rates_are_intervals_a_second() -> None:
    clock = Clock()
    meter = Meter(clock)
    for _ in range(11):
        meter.mark("capture", 0.004)
        clock.now += 0.1
    rates = meter.snapshot()
    assert round(rates.capture_fps, 6) == 10
    assert round(rates.times_ms["capture"], 6) == 4
    assert rates.infer_fps == 0


def test_old_marks_are_forgotten_but_counted_in_the_whole() -> None:
    clock = Clock()
    meter = Meter(clock)
    for _ in range(3):
        meter.mark("network", 0.01)
        clock.now += 0.5
    clock.now += 2
    assert meter.snapshot().infer_fps == 0
    assert meter.snapshot().times_ms == {}
    assert round(meter.whole().infer_fps, 6) == 2


def test_what_is_slower_than_the_window_has_a_rate_too() -> None:
    clock = Clock()
    meter = Meter(clock)
    for _ in range(3):
        clock.now += 8
        meter.mark("network", 7.5)
    rates = meter.snapshot()
    assert round(rates.infer_fps, 6) == round(1 / 8, 6)
    assert rates.times_ms == {"network": 7500}
    clock.now += 12
    assert round(meter.snapshot().infer_fps, 6) == round(2 / 20, 6), "the next is late"
    clock.now += 13
    assert meter.snapshot().infer_fps == 0, "nothing more is expected"


def test_after_a_pause_the_rate_is_that_of_the_new_frames() -> None:
    clock = Clock()
    meter = Meter(clock)
    for pause in (0.1, 0.1, 30, 0.1, 0.1):
        meter.mark("capture")
        clock.now += pause
    assert round(meter.snapshot().capture_fps, 6) == 10


def test_delay_runs_from_capture_to_display() -> None:
    clock = Clock()
    meter = Meter(clock)
    captured = clock.now
    clock.now += 0.05
    meter.shown(captured, 0.002)
    meter.dropped = 4
    rates = meter.snapshot()
    assert round(rates.delay_ms, 6) == 50
    assert rates.frames == 1
    assert rates.dropped == 4
    assert "delay" not in rates.times_ms


def test_nothing_measured_is_zero() -> None:
    assert Meter().snapshot() == Meter().whole() == Rates()
