"""Every action and tool with its keys: choose a row and press another key for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine import plain_json
from engine.errors import AppError
from engine.files import write_text
from gui import actions, keymap
from gui.dialogs import ask, choose
from gui.key_presets import PRESETS, preset
from gui.keyboard.key_row import KeyRow
from gui.keyboard.key_tree import KeyTree
from gui.keymap import KeyMap, Keys


@dataclass(frozen=True)
class KeyOwner:
    """An action or tool, where it stands, and the keys that it has by default."""

    id: str
    text: str
    group: str
    keys: Keys


class KeyboardEditor(QDialog):
    """Every change acts at once; a key that something has is taken from it only when agreed."""

    change_requested = Signal(str, object)

    def __init__(
        self, owners: Sequence[KeyOwner], name: str, own: KeyMap, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard"))
        self.resize(640, 640)
        self._texts = {owner.id: owner.text for owner in owners}
        self._defaults = {owner.id: owner.keys for owner in owners}
        self._name, self._own = name, dict(own)
        self._search, self._presets = QLineEdit(), QComboBox()
        self._tree = KeyTree([(x.group, x.id, x.text) for x in owners])
        self._row, self._said = KeyRow(), QLabel()
        self._build()
        self._show()
        self._search.setFocus()

    @property
    def keys(self) -> dict[str, Keys]:
        """What is chosen now."""
        return keymap.resolve(self._defaults, preset(self._name).keys, self._own)

    def _build(self) -> None:
        self._search.setPlaceholderText(self.tr("Find by name or key"))
        self._search.setAccessibleName(self.tr("Find by name or key"))
        self._search.setClearButtonEnabled(True)
        self._presets.setAccessibleName(self.tr("Keys like those of"))
        for each in PRESETS:
            self._presets.addItem(self.tr("Keys of {0}").format(each.text), each.name)
        self._presets.setCurrentIndex(self._presets.findData(preset(self._name).name))
        self._said.setObjectName("hint")
        self._said.setWordWrap(True)
        top, buttons = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._search, 1)
        top.addWidget(self._presets)
        for text, act in (
            (self.tr("Reset all…"), self._on_reset_all),
            (self.tr("Export…"), self._on_export),
            (self.tr("Import…"), self._on_import),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            buttons.addWidget(button)
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._row)
        layout.addWidget(self._said)
        layout.addLayout(buttons)
        self._search.textChanged.connect(self._tree.search)
        self._presets.activated.connect(self._on_preset)
        self._tree.chosen.connect(self._on_chosen)
        self._tree.itemActivated.connect(self._row.begin)
        self._row.pressed.connect(self._on_pressed)
        self._row.clear_requested.connect(self._on_clear)
        self._row.reset_requested.connect(self._on_reset)

    def _show(self) -> None:
        """All keys; those that are not the preset's stand out."""
        usual = keymap.resolve(self._defaults, preset(self._name).keys)
        now = self.keys
        changed = {id_ for id_ in now if now[id_] != usual[id_]}
        self._tree.set_keys({id_: actions.written(now[id_]) for id_ in now}, changed)
        self._on_chosen(self._tree.id)

    def _say(self, text: str) -> None:
        self._said.setText(text)

    @Slot(str)
    def _on_chosen(self, id_: str) -> None:
        is_changed = id_ in self._tree.changed
        self._row.set_owner(self._texts.get(id_, ""), is_changed=is_changed)
        self._say(self.tr("Choose what to do, then press the key for it."))

    def _change(self, own: KeyMap, said: str, name: str = "") -> None:
        self._own, self._name = dict(own), name or self._name
        self.change_requested.emit(self._name, self._own)
        self._presets.setCurrentIndex(self._presets.findData(self._name))
        self._show()
        self._say(said)

    def _give(self, keys: Keys) -> None:
        """Give these keys to the chosen row, from whatever has them if the person agrees."""
        id_, now = self._tree.id, self.keys
        for key, owner in [(key, keymap.owner_of(now, key)) for key in keys]:
            if owner in ("", id_):
                continue
            text = self.tr("{0} is the key of “{1}”.\nTake it from there for “{2}”?").format(
                actions.written((key,)), self._texts[owner], self._texts[id_]
            )
            if not ask.is_agreed(self, text, self.tr("Take it")):
                self._say(self.tr("Nothing was changed."))
                return
        own = keymap.with_keys(self._defaults, preset(self._name).keys, self._own, id_, keys)
        shown = actions.written(keys) or self.tr("no key")
        self._change(own, self.tr("{0}: {1}").format(self._texts[id_], shown))

    @Slot(QKeySequence, bool)
    def _on_pressed(self, sequence: QKeySequence, is_added: bool) -> None:
        portable = sequence.toString(QKeySequence.SequenceFormat.PortableText)
        try:
            key = keymap.canonical(portable)
        except ValueError:
            self._say(self.tr("That key cannot be used."))
            return
        if key in keymap.FIXED:
            text = self.tr("{0} has a use of its own on the canvas and in fields.")
            self._say(text.format(actions.written((key,))))
        elif self._tree.id:
            had = self.keys[self._tree.id] if is_added else ()
            self._give(tuple(dict.fromkeys((*had, key))))

    @Slot()
    def _on_clear(self) -> None:
        if self._tree.id:
            self._give(())

    @Slot()
    def _on_reset(self) -> None:
        if self._tree.id:
            self._give(keymap.resolve(self._defaults, preset(self._name).keys)[self._tree.id])

    @Slot()
    def _on_reset_all(self) -> None:
        question = self.tr("Give every action and tool the keys of {0} again?")
        question = question.format(preset(self._name).text)
        if self._own and ask.is_agreed(self, question, self.tr("Reset all")):
            self._change({}, self.tr("All keys are those of {0}.").format(preset(self._name).text))

    @Slot()
    def _on_preset(self) -> None:
        name = str(self._presets.currentData())
        said = self.tr("Keys of {0}.").format(preset(name).text)
        if self._own:
            said = self.tr("Keys of {0}; those that you chose stay.").format(preset(name).text)
        self._change(self._own, said, name)

    @Slot()
    def _on_export(self) -> None:
        path = choose.keys_target(self, str(Path.home() / "maskloop keys.json"))
        if not path:
            return
        try:
            text = plain_json.dumps(keymap.to_file(self._name, self._own), indent=1)
            write_text(Path(path), text + "\n")
        except (AppError, OSError) as error:
            self._say(str(error))
        else:
            self._say(self.tr("Written: {0}").format(path))

    @Slot()
    def _on_import(self) -> None:
        path = choose.keys_file(self, str(Path.home()))
        if not path:
            return
        try:
            content = plain_json.read_json(Path(path))
            known = [each.name for each in PRESETS], self._defaults
            name, own, unknown = keymap.from_file(content, *known)
        except AppError as error:
            self._say(str(error))
            return
        question = self.tr("Replace the keys that you chose by those of {0}?")
        is_other = bool(self._own) and self._own != own
        if is_other and not ask.is_agreed(
            self, question.format(Path(path).name), self.tr("Replace")
        ):
            self._say(self.tr("Nothing was changed."))
            return
        said = self.tr("Keys of {0} are in use.").format(Path(path).name)
        if unknown:
            said = f"{said} " + self.tr("Not known here: {0}.").format(", ".join(unknown))
        self._change(own, said, name)
