"""The panels beside the canvas: each one folder, whose `side_panel.py` registers it here."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

import gui
from gui.actions import ACTIONS, ActionSpec

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.session.session import Session


class PanelLink(Protocol):
    """Between the session and a side panel: owns the panel's controllers, fills its page.

    It is made when its panel is first needed and starts from what is open then. What has to end
    with the window it hands to `Session.at_close`.
    """

    @property
    def panel(self) -> QWidget:
        """The page in the dock."""


@dataclass(frozen=True)
class SidePanel:
    """A registered side panel.

    `action` opens and closes it; its id is the panel's name. The calls of the further `actions`
    are methods of the link that `build` makes. Panels stand in the tool bar by their `place`; one
    that others lead to needs no button there, where in a low window none has room.
    """

    action: ActionSpec
    title: str
    build: "Callable[[Session, MainWindow], PanelLink]"
    place: int = 1000
    actions: tuple[ActionSpec, ...] = ()
    has_button: bool = True

    @property
    def name(self) -> str:
        """What dock, action and registry call it."""
        return self.action.id


_PANELS: dict[str, SidePanel] = {}


def opens(
    name: str, text: str, key: str, *, icon: str, short: str, menu: str, after: str = ""
) -> ActionSpec:
    """The action that opens and closes the side panel of this name."""
    return ActionSpec(
        name, text, "toggle_panel", (key,), (name,),
        icon=icon, short=short, menu=menu, after=after, is_checkable=True,
    )  # fmt: skip


def register(panel: SidePanel) -> None:
    """Add a side panel. ValueError if there is one of this name."""
    if panel.name in _PANELS:
        raise ValueError(f"The side panel {panel.name} is registered twice.")
    _PANELS[panel.name] = panel


def unregister(name: str) -> None:
    """Take a side panel out again; windows that are open keep theirs."""
    del _PANELS[name]


def registered() -> tuple[SidePanel, ...]:
    """All of them, by their places."""
    return tuple(sorted(_PANELS.values(), key=lambda panel: (panel.place, panel.name)))


def titles() -> dict[str, str]:
    """What stands over each, by its name, in the person's language."""
    tr = QCoreApplication.translate
    return {panel.name: tr("side_panels", panel.title) for panel in registered()}


def with_buttons() -> tuple[str, ...]:
    """The names of those that have a button in the tool bar."""
    return tuple(panel.name for panel in registered() if panel.has_button)


@cache
def load_all() -> None:
    """Import the `side_panel` module of every folder of gui that has one."""
    for module in pkgutil.iter_modules(gui.__path__, prefix="gui."):
        name = f"{module.name}.side_panel"
        if module.ispkg and find_spec(name) is not None:
            importlib.import_module(name)


def all_actions() -> tuple[ActionSpec, ...]:
    """The table of actions with the panels' rows in it, each after the row that it names."""
    rows = list(ACTIONS)
    for panel in registered():
        for row in (panel.action, *panel.actions):
            ids = [each.id for each in rows]
            rows.insert(ids.index(row.after) + 1 if row.after in ids else len(rows), row)
    return tuple(rows)
