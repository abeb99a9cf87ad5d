from engine.collect.collected import collect, is_collected
from engine.values import Annotation, Box, FrameId, Sample, SampleState


def test_a_collected_frame_says_why_and_accepts_nothing() -> None:
    drawn = Annotation(Box(0, 0, 4, 4), 1)
    sample = Sample(FrameId("a"), (8, 8), (drawn,), attributes=(("weather", "rain"),))
    edit = collect([Annotation(Box(2, 2, 6, 6), 1, "m/w", 0.41)], "low confidence 0.41", (8, 8))
    after = edit(sample)
    assert edit.text == "Collect: low confidence 0.41"
    assert after.annotations == (drawn,)
    assert [p.score for p in after.proposals] == [0.41]
    assert after.attributes == (("weather", "rain"), ("collected", "low confidence 0.41"))
    assert is_collected(after)
    assert not is_collected(sample)
    assert after.state is SampleState.PREDICTED
