import pytest

from engine.errors import ConfigError
from engine.export.options import ExportOptions, Split, Tiles


def test_wrong_options_are_refused():
    for make in (
        lambda: Split((0.5, 0.1, 0.1)),
        lambda: Split(folds=1),
        lambda: Split(by_pattern="("),
        lambda: Tiles(8),
        lambda: Tiles(32, 32),
        lambda: ExportOptions("txt", longest_side=3),
    ):
        with pytest.raises(ConfigError):
            make()
