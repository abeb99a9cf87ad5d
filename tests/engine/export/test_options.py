import pytest

from engine.errors import ConfigError
from engine.export.options import ExportOptions, Pictures, Split, Tiles, check_format
from engine.formats import registry


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


def test_a_format_that_numbers_pictures_cannot_refer_to_them():
    layout = registry.get("mot")
    check_format(ExportOptions("mot", pictures=Pictures.SYMLINK), layout)
    with pytest.raises(ConfigError, match="by numbers"):
        check_format(ExportOptions("mot", pictures=Pictures.REFER), layout)
