"""Icons of the actions and tools, in the theme's colours; loaded after the window is shown."""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from PySide6.QtGui import QAction, QColor, QIcon, QPixmap

from engine.jobs import CancelToken, Progress
from gui.actions import ActionSpec
from gui.theme import ThemeColors
from gui.tools import registry


def prepare(progress: Progress, cancel: CancelToken) -> None:
    """Import the icons' library, which takes a quarter of a second; the work of a Job."""
    importlib.import_module("qtawesome")


def apply(
    rows: Iterable[ActionSpec],
    made: Mapping[str, QAction],
    tools: Sequence[QAction],
    colors: ThemeColors,
) -> None:
    """Give every action its icon."""
    import qtawesome

    def icon(name: str) -> object:
        return qtawesome.icon(
            name, color=colors.text, color_disabled=colors.line, color_on=colors.on_accent
        )

    for spec in rows:
        if spec.icon:
            made[spec.id].setIcon(icon(spec.icon))  # type: ignore[arg-type]
    for action in tools:
        action.setIcon(icon(registry.get(str(action.data())).icon))  # type: ignore[arg-type]


@cache
def swatch(color: tuple[int, int, int]) -> QIcon:
    """A little square of a label's colour, the same when its row is selected."""
    pixmap = QPixmap(12, 12)
    pixmap.fill(QColor(*color))
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Disabled):
        icon.addPixmap(pixmap, mode)
    return icon
