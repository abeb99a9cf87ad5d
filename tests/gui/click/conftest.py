"""A network that answers clicks, untrained, in the folder of downloads."""

import pytest

from engine.weights.library import download_folder
from tests.make_click import write_click_weights


@pytest.fixture(scope="session")
def click_file(tmp_path_factory):
    """Much of every picture is the object."""
    return write_click_weights(tmp_path_factory.mktemp("weights") / "click_tiny.safetensors")


@pytest.fixture
def downloaded(click_file):
    """The folder of downloads, with weights that answer clicks."""
    folder = download_folder()
    folder.mkdir(parents=True)
    (folder / click_file.name).write_bytes(click_file.read_bytes())
    return folder


@pytest.fixture
def clicking(downloaded, opened):
    """The window with three pictures, where the downloaded weights answer clicks."""
    opened.session.store.change(asker="click_tiny")
    return opened
