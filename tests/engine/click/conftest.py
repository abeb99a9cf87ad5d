"""A network that is asked, made on the spot."""

import pytest

from engine.weights.load import load
from tests.make_click import write_click_weights


@pytest.fixture(scope="session")
def click_weights(tmp_path_factory):
    """Of random weights next to nothing is above 0; with this bias half is."""
    path = tmp_path_factory.mktemp("weights") / "click_tiny.safetensors"
    return load(write_click_weights(path, bias=0.0))
