"""Icons of the actions and tools, in the theme's colours."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPen, QPixmap

from gui import icon_font
from gui.actions import ActionSpec
from gui.icon_font import GlyphColors
from gui.theme import ThemeColors
from gui.tools import registry


def apply(
    rows: Iterable[ActionSpec],
    made: Mapping[str, QAction],
    tools: Sequence[QAction],
    colors: ThemeColors,
) -> None:
    """Give every action its icon."""
    glyph = GlyphColors(colors.text, colors.line, colors.on_accent)
    for spec in rows:
        if spec.icon:
            made[spec.id].setIcon(icon_font.icon(spec.icon, glyph))
    for action in tools:
        action.setIcon(icon_font.icon(registry.get(str(action.data())).icon, glyph))


BADGES = {
    "proposed": ("mdi6.help-circle-outline", "#c98a1b"),
    "accepted": ("mdi6.check-circle", "#2f9e63"),
    "drawn": ("mdi6.pencil", "#3d8fdd"),
    "read": ("mdi6.file-outline", "#8a929d"),
    "interpolated": ("mdi6.vector-line", "#c98a1b"),
}
"""How an object came to be: a glyph, in a color that shows in both themes."""


@cache
def badge(origin: str) -> QIcon:
    """Whether an object is proposed, accepted, drawn, read from a file, or interpolated and not
    accepted."""
    glyph, color = BADGES[origin]
    return icon_font.icon(glyph, GlyphColors(color, color, color, is_as_text=True))


_SIGN = GlyphColors("#8a929d", "#8a929d", "#8a929d", is_as_text=True)
"""A grey that shows in both themes."""


@cache
def sign(name: str) -> QIcon:
    """A small glyph for a cell of a table."""
    return icon_font.icon(name, _SIGN)


_FRAME = QColor(255, 255, 255, 150)
"""Around a label's color, so that it shows on a selected row of the same one."""


@cache
def swatch(color: tuple[int, int, int], *, is_hollow: bool = False) -> QIcon:
    """A little square of a label's colour, the same when its row is selected; a frame alone
    stands for what is only proposed."""
    pixmap = QPixmap(12, 12)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        if is_hollow:
            painter.setPen(QPen(QColor(*color), 2))
            painter.drawRect(1, 1, 10, 10)
        else:
            painter.fillRect(pixmap.rect(), QColor(*color))
            painter.setPen(_FRAME)
            painter.drawRect(0, 0, 11, 11)
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Disabled):
        icon.addPixmap(pixmap, mode)
    return icon


def color_patch(color: tuple[int, int, int]) -> QPixmap:
    """A little square of a pixel's colour, framed so that it shows on any ground."""
    pixmap = QPixmap(12, 12)
    pixmap.fill(QColor(128, 128, 128))
    with QPainter(pixmap) as painter:
        painter.fillRect(1, 1, 10, 10, QColor(*color))
    return pixmap
