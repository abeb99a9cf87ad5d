"""Icons come from a font, in the theme's colours, and nothing changes Qt's classes for them."""

import subprocess
import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from gui import icon_font, side_panels
from gui.icon_font import GlyphColors

COLORS = GlyphColors("#ff0000", "#00ff00", "#0000ff")
SIZE = QSize(40, 40)


def colors_of(pixmap):
    """The colours of its pixels that are there in full."""
    image = pixmap.toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize(
    ("mode", "state", "color"),
    [
        (QIcon.Mode.Normal, QIcon.State.Off, "#ff0000"),
        (QIcon.Mode.Disabled, QIcon.State.Off, "#00ff00"),
        (QIcon.Mode.Normal, QIcon.State.On, "#0000ff"),
    ],
)
def test_a_glyph_is_drawn_in_the_color_of_its_state(qtbot, mode, state, color):
    drawn = icon_font.icon("mdi6.square", COLORS).pixmap(SIZE, mode, state)
    assert color in colors_of(drawn)


def test_another_glyph_looks_otherwise(qtbot):
    one, other = (icon_font.icon(f"mdi6.{name}", COLORS) for name in ("square", "brush-variant"))
    assert one.pixmap(SIZE).toImage() != other.pixmap(SIZE).toImage()


def test_a_name_that_is_none_is_refused():
    with pytest.raises(KeyError, match="nonsense"):
        icon_font.icon("mdi6.nonsense", COLORS)


def test_every_action_has_a_glyph_that_exists():
    side_panels.load_all()
    icons = {row.icon for row in side_panels.all_actions() if row.icon}
    assert icons <= icon_font.characters().keys()


def test_nothing_that_changes_qt_is_imported():
    code = (
        "import sys; from gui import icon_font; icon_font.characters();"
        "assert not {'qtawesome', 'qtpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
