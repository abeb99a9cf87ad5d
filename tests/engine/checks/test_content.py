from pathlib import Path

import numpy as np
import pytest

from engine.checks.content import REACH, compared, fit_of, moved_stretches
from engine.checks.traits import Traits, layout_of_map, traits_of
from engine.formats.sample_files import read_label_map
from engine.formats.txt_list import read_list
from engine.sources.picture import read_picture

DATA = Path(__file__).parents[4] / "shared" / "data"


def sample(rng):
    """A picture of one faint rectangle in noise, and its label map."""
    ids = np.zeros((64, 64), np.uint8)
    top, left = rng.integers(0, 40, 2)
    ids[top : top + rng.integers(8, 24), left : left + rng.integers(8, 24)] = 1
    pixels = rng.normal(120, 25, (64, 64, 3)) + 60 * ids[..., None]
    return traits_of(pixels.clip(0, 255).astype(np.uint8), layout_of_map(ids))


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(7)
    return [sample(rng) for _ in range(60)]


def paired(samples, labels):
    """The pictures of the first, and the labels of the others, each beside each."""
    pairs = zip(samples, labels, strict=False)
    return [Traits(p.colors, p.edges, q.areas, q.outline) for p, q in pairs]


def moved(traits):
    found = moved_stretches(fit_of(traits, range(len(traits))))
    return [(run.start, run.end, run.offset) for run in found]


def test_a_right_list_has_not_moved(samples):
    assert moved(samples) == []
    assert moved(samples[:3]) == moved([]) == []


@pytest.mark.parametrize("lines", [1, 4, REACH])
def test_a_list_that_moved_as_a_whole_is_found(samples, lines):
    ((start, end, offset),) = moved(paired(samples, samples[lines:]))
    assert offset == lines
    assert start <= 3
    assert end >= len(samples) - lines - REACH - 3


def test_a_list_that_moved_from_some_line_on_is_found(samples):
    ((start, _, offset),) = moved(paired(samples, [*samples[:25], *samples[26:]]))
    assert offset == 1
    assert abs(start - 25) <= 2


def test_labels_of_no_picture_of_the_list_say_nothing(samples):
    rng = np.random.default_rng(3)
    assert moved(paired(samples, [sample(rng) for _ in samples])) == []


def test_blank_pictures_and_empty_labels_say_nothing():
    blank = traits_of(np.zeros((9, 9, 3), np.uint8), layout_of_map(np.zeros((9, 9), np.uint8)))
    assert moved([blank] * 40) == []
    assert moved([None] * 40) == []


def test_samples_that_cannot_be_read_are_left_out(samples):
    shifted = paired(samples, samples[1:])
    shifted[10] = shifted[30] = None
    assert [offset for _, _, offset in moved(shifted)] == [1]


def test_neighbours_in_different_blocks_are_not_compared(samples):
    places = [i + 1000 * (i >= 30) for i in range(60)]
    values = fit_of(samples, places).values
    assert np.isnan(values[29, REACH + 1])
    assert np.isfinite(values[29, REACH])


def test_of_long_lists_blocks_are_compared():
    assert compared(5).tolist() == [0, 1, 2, 3, 4]
    chosen = compared(100_000)
    assert len(chosen) == 2000
    assert (chosen[0], chosen[-1]) == (0, 99_999)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["isic2018/val", "camvid/val", "voc_everyday/val"])
def test_real_lists_are_right_as_they_are_and_wrong_when_moved(name):
    path = DATA / f"{name}.txt"
    if not path.is_file():
        pytest.skip(f"{path} is not on this machine")
    traits = [
        traits_of(read_picture(e.image), layout_of_map(read_label_map(e.label).ids))
        for e in read_list(path).entries
    ]
    assert moved(traits) == []
    assert {offset for _, _, offset in moved(paired(traits, traits[1:]))} == {1}
    assert {offset for _, _, offset in moved(paired(traits[1:], traits))} == {-1}
