from pathlib import Path

import pytest

from engine.errors import WeightsError
from engine.weights.trust import is_trusted, trust


def test_what_was_agreed_to_stays_agreed_to():
    assert not is_trusted(b"one")
    trust(b"one")
    trust(b"two")
    trust(b"one")
    assert is_trusted(b"one")
    assert is_trusted(b"two")
    assert not is_trusted(b"one ")


def test_a_place_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    (tmp_path / "data").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with pytest.raises(WeightsError, match="Cannot write"):
        trust(b"one")
    assert Path(tmp_path / "data").is_file()
