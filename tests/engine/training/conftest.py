"""The Run that the tests of training share, and its small model."""

import pytest

from models import registry
from tests.make_run import PLAIN, write_run


@pytest.fixture
def config(tmp_path):
    """A semantic Run of four pictures, two epochs of two steps."""
    return write_run(tmp_path)


@pytest.fixture
def plain(config, monkeypatch):
    """The same Run with a model so small that it takes no time, in float32."""
    monkeypatch.setitem(registry._SPECS, "plain", PLAIN)
    text = config.read_text().replace("model: unet32", "model: plain\nprecision: float32")
    config.write_text(text)
    return config
