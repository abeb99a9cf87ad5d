"""Damaged videos of every kind: they are read or refused, and nothing else happens."""

import zlib
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.errors import SourceError
from engine.sources.video import VideoSource
from tests.damaged_pictures import mutated
from tests.in_children import try_all
from tests.make_video import KINDS, video

PEAK_MB = 700


def read_damaged(folder: str, kind: str, number: int) -> None:
    path = Path(folder) / f"damaged.{kind.split('-')[0]}"
    seed = [number, zlib.crc32(kind.encode())]
    path.write_bytes(mutated(video(kind), np.random.default_rng(seed)))
    source = VideoSource(path)
    try:
        for index in (source.count - 1, 0, source.count // 2):
            with suppress(SourceError):
                assert source.read(index).pixels.dtype == np.uint8
    finally:
        source.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(kind="flv", number=700)  # a stream that begins in the middle
@given(kind=st.sampled_from(sorted(KINDS)), number=st.integers(0, 1 << 40))
def test_only_a_source_error_comes_out(tmp_path: Path, kind: str, number: int) -> None:
    with suppress(SourceError):
        read_damaged(str(tmp_path), kind, number)


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_damage_ends_the_process(tmp_path: Path, kind: str, inputs: int, record_property):
    tally = try_all(partial(read_damaged, str(tmp_path), kind), range(inputs))
    record_property("damaged", str(tally))
    assert not tally.aborted + tally.hung, tally
    assert not tally.raised, tally.raised
    assert tally.peak_mb < PEAK_MB, tally
