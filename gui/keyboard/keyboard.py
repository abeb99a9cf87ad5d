"""The keys of one window: which they are, the page that shows them, the one that changes them."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from gui import actions, keymap, side_panels
from gui.actions import QT_TRANSLATE_NOOP as _T
from gui.key_presets import preset
from gui.keyboard.editor import KeyboardEditor, KeyOwner
from gui.keyboard.page import ShortcutsDialog
from gui.keymap import KeyMap, Keys
from gui.main_window import MainWindow
from gui.settings import Settings, SettingsStore
from gui.tools import registry

GESTURES = (
    (_T("Keyboard", "Zoom at the mouse"), _T("Keyboard", "Wheel")),
    (_T("Keyboard", "Pan"), _T("Keyboard", "Middle button, or Space and drag")),
    (_T("Keyboard", "Look under the overlay"), _T("Keyboard", "hold Tab")),
    (_T("Keyboard", "Give up, or end a comparison"), "Esc"),
    (_T("Keyboard", "Brush size"), _T("Keyboard", "[ and ]")),
)


def tool_id(name: str) -> str:
    """What a tool is called among the actions."""
    return f"tool_{name}"


def default_keys() -> dict[str, Keys]:
    """The keys of every action and tool, as their tables have them."""
    found = {spec.id: spec.shortcuts for spec in side_panels.all_actions()}
    tools = {tool_id(name): registry.get(name).shortcuts for name in registry.names()}
    return {**tools, **found}


class Keyboard(QObject):
    """Tells of the keys whenever the settings give others."""

    changed = Signal()

    def __init__(self, store: SettingsStore, window: MainWindow) -> None:
        super().__init__(window)
        self._store, self._window = store, window
        self._chosen = store.now.key_preset, store.now.own_keys
        store.changed.connect(self._on_settings)

    @property
    def keys(self) -> dict[str, Keys]:
        """What each action and tool is done by now."""
        name, own = self._chosen
        return keymap.resolve(default_keys(), preset(name).keys, keymap.from_rows(own))

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        chosen = settings.key_preset, settings.own_keys
        if chosen != self._chosen:
            self._chosen = chosen
            self.changed.emit()

    def show(self) -> None:
        """Show every key on one page."""
        keys, specs = self.keys, [registry.get(name) for name in registry.names()]
        tools = [(_in_tools(x.text), actions.written(keys[tool_id(x.name)])) for x in specs]
        gestures = [(self.tr(text), self.tr(how)) for text, how in GESTURES]
        gestures += [
            (_in_tools(text), _in_tools(how)) for spec in specs for text, how in spec.gestures
        ]
        table = [replace(x, shortcuts=keys[x.id]) for x in side_panels.all_actions()]
        dialog = ShortcutsDialog(table, tools, gestures, self._window)
        dialog.change_requested.connect(self.change)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot()
    def change(self) -> None:
        """Let the person choose other keys; each change acts at once."""
        name, own = self._chosen
        editor = KeyboardEditor(self._owners(), name, keymap.from_rows(own), self._window)
        editor.change_requested.connect(self._on_change)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.open()

    @Slot(str, object)
    def _on_change(self, name: str, own: KeyMap) -> None:
        self._store.change(key_preset=name, own_keys=keymap.to_rows(own))

    def _owners(self) -> list[KeyOwner]:
        """All there is to press a key for, as the menus group it."""
        tools = [registry.get(name) for name in registry.names()]
        found = [
            KeyOwner(tool_id(x.name), _in_tools(x.text), self.tr("Tools"), x.shortcuts)
            for x in tools
        ]
        rows = side_panels.all_actions()
        for menu, title in (*actions.MENUS, ("", _T("actions", "Labels"))):
            found += [
                KeyOwner(x.id, actions.text_of(x), actions.tr(title), x.shortcuts)
                for x in rows
                if x.menu == menu
            ]
        return found


def _in_tools(text: str) -> str:
    return QCoreApplication.translate("tools", text)
