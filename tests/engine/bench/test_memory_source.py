"""Frames in memory are a Source like any other."""

from engine.bench.memory_source import FramesInMemory
from engine.jobs import CancelToken
from engine.sources.source import Source
from tests.make import make_pixels


def test_frames_in_memory_come_at_once_and_in_turns():
    pictures = [make_pixels((4, 6), seed=seed) for seed in range(3)]
    source: Source = FramesInMemory(pictures)
    assert source.fps is None
    frames = source.frames(CancelToken(), start=2)
    assert [next(frames).id.index for _ in range(3)] == [2, 3, 4]
    assert (source.read(4).pixels == pictures[1]).all()
