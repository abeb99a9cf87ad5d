"""The card of a model: its idea, its place among others, what its weights have learned; in two
languages."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.model_facts import ModelFacts
from engine.weights.learnt import learnt_text
from gui.language import is_korean, words
from gui.panels.section import Section, TabButton
from models.about import Text

# The card speaks its own language, which need not be the window's: so these are no tr() texts.
CAPTIONS = (
    ("idea", Text("The idea", "핵심 아이디어")),
    ("improves_on", Text("Improves on", "개선한 점")),
    ("look_for", Text("Look for", "눈여겨볼 점")),
    ("differs", Text("Differs from the paper", "논문과 다른 점")),
    ("paper", Text("Paper", "논문")),
    ("began_with", Text("Began with", "시작한 가중치")),
    ("learnt", Text("In the training data", "학습 데이터에 있던 것")),
)
NOT_LEARNT = Text("Not learnt", "배우지 않음")
TITLE = Text("About {0}", "{0} 알아보기")


class ModelCard(QWidget):
    """Shows the facts of a model in a part that folds; hidden while there is nothing to tell."""

    language_chosen = Signal(str)
    folded = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._facts: ModelFacts | None = None
        self._trained: Mapping[str, int] = {}
        self._not_learnt: tuple[str, ...] = ()
        self._began_with = ""
        self._language = "auto"
        self._captions: dict[str, QLabel] = {}
        self._texts: dict[str, QLabel] = {}
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 0, 0, 4)
        column.setSpacing(0)
        for key, _ in CAPTIONS:
            caption, text = QLabel(), QLabel()
            caption.setObjectName("caption")
            caption.setContentsMargins(0, 4, 0, 0)
            text.setWordWrap(True)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row = QHBoxLayout()
            row.addWidget(caption, 1)
            if not self._captions:
                row.addWidget(self._switch())
            column.addLayout(row)
            column.addWidget(text)
            self._captions[key], self._texts[key] = caption, text
        self.section = Section(self.tr("About the model"), body, is_open=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.section)
        self.section.toggled.connect(self._on_toggled)
        self.hide()

    def _switch(self) -> QWidget:
        switch, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        switch.setLayout(row)
        group = QButtonGroup(self)
        self.languages: dict[str, TabButton] = {}
        for key, text in (("ko", "한국어"), ("en", "English")):
            button = TabButton()
            button.setObjectName("switch")
            button.setText(text)
            button.setCheckable(True)
            button.setToolTip(self.tr("Read the cards in this language"))
            button.setProperty("language", key)
            button.clicked.connect(self._on_language)
            group.addButton(button)
            row.addWidget(button)
            self.languages[key] = button
        return switch

    def set_facts(
        self,
        facts: ModelFacts | None,
        trained: Mapping[str, int] = MappingProxyType({}),
        not_learnt: tuple[str, ...] = (),
        began_with: str = "",
    ) -> None:
        """Tell of this model, and of its weights, if there are some: what they began with, and
        what they have learned."""
        self._facts, self._trained, self._not_learnt = facts, trained, not_learnt
        self._began_with = began_with
        self._show()

    def set_language(self, language: str) -> None:
        """Tell it in "en", "ko", or as the system speaks ("auto")."""
        self._language = language
        self._show()

    def set_open(self, is_open: bool) -> None:
        """Fold or unfold."""
        self.section.set_open(is_open)

    def _show(self) -> None:
        self.languages["ko" if is_korean(self._language) else "en"].setChecked(True)
        facts = self._facts
        self.setVisible(facts is not None and facts.about is not None)
        if facts is None or facts.about is None:
            return
        self.section.set_title(words(TITLE, self._language).format(facts.name))
        about = facts.about
        shown = {
            "idea": words(about.idea, self._language),
            "improves_on": words(about.improves_on, self._language),
            "look_for": words(about.look_for, self._language),
            "differs": words(about.differs, self._language),
            "paper": facts.source,
            "began_with": self._began_with,
            "learnt": learnt_text(
                self._trained, self._not_learnt, words(NOT_LEARNT, self._language)
            ),
        }
        for key, caption in CAPTIONS:
            self._captions[key].setText(words(caption, self._language))
            self._texts[key].setText(shown[key])
            self._captions[key].setVisible(bool(shown[key]))
            self._texts[key].setVisible(bool(shown[key]))

    @Slot()
    def _on_language(self) -> None:
        self.language_chosen.emit(str(self.sender().property("language")))

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self.folded.emit(not is_open)
