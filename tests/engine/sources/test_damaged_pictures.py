"""Damaged pictures of every kind: they are read or refused, and nothing else happens."""

import zlib
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import SourceError
from engine.sources.picture import picture_size, read_picture, read_thumbnail
from tests.damaged_pictures import mutated, pictures, wild_animation
from tests.in_children import try_all

KINDS = sorted(pictures())
PEAK_MB = 700  # What a small file may take at most, with what Python itself takes.


def read_damaged(folder: str, kind: str, number: int) -> None:
    ending, data = pictures()[kind]
    path = Path(folder) / f"damaged.{ending}"
    path.write_bytes(mutated(data, np.random.default_rng([number, zlib.crc32(kind.encode())])))
    if number % 4:
        pixels = read_picture(path)
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3
        assert picture_size(path) == pixels.shape[:2]
    else:
        assert max(read_thumbnail(path, 32).shape) <= 32


@pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")  # It warns of odd metadata.
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(KINDS), number=st.integers(0, 1 << 40))
def test_only_a_source_error_comes_out(tmp_path: Path, kind: str, number: int) -> None:
    with suppress(SourceError):
        read_damaged(str(tmp_path), kind, number)


def read_wild(folder: str, number: int) -> None:
    path = Path(folder) / "wild.png"
    path.write_bytes(wild_animation(number))
    read_picture(path)


@pytest.mark.slow
def test_an_animation_that_ends_opencv_does_not_end_us(tmp_path: Path) -> None:
    tally = try_all(partial(read_wild, str(tmp_path)), range(329, 330))
    assert (tally.tried, tally.aborted) == (1, [])


@pytest.mark.long
def test_no_animation_ends_the_process(tmp_path: Path, inputs: int, record_property):
    tally = try_all(partial(read_wild, str(tmp_path)), range(inputs))
    record_property("wild animations", str(tally))
    assert not tally.aborted + tally.hung, tally
    assert not tally.raised, tally.raised


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_no_damage_ends_the_process(
    tmp_path: Path, kind: str, inputs: int, record_property
) -> None:
    tally = try_all(partial(read_damaged, str(tmp_path), kind), range(inputs))
    record_property("damaged", str(tally))
    assert not tally.aborted + tally.hung, tally
    assert not tally.raised, tally.raised
    assert tally.peak_mb < PEAK_MB, tally
