"""Files of every Format, damaged: a reader says so, or leaves out what is damaged, and goes on."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from engine.formats import registry
from tests.damage import seeds
from tests.damaged_dataset import read_damaged
from tests.make_dataset import WRITTEN, samples_in

Written = dict[str, tuple[Path, frozenset[str]]]
"""The folder of each Format's dataset, and the pictures in it."""


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Written:
    folders = {name: tmp_path_factory.mktemp(name) for name in WRITTEN}
    return {
        name: (folder, frozenset(s.frame_id.path for s in samples_in(folder, registry.get(name))))
        for name, folder in folders.items()
    }


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=25)
@given(seed=seeds)
def test_a_damaged_file_is_read_or_refused(written, name, seed):
    folder, pictures = written[name]
    read_damaged(name, folder, [seed], "*", pictures)


@pytest.mark.long
@pytest.mark.parametrize("name", WRITTEN)
def test_thousands_of_damaged_files_are_read_or_refused(written, name, inputs, record_property):
    folder, pictures = written[name]
    became = read_damaged(name, folder, range(inputs), "*", pictures)
    record_property("damaged files", dict(became))
