"""The picker of models: grouped by task, oldest paper first, each with its paper as a tooltip."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget

from engine.model_facts import ModelFacts
from gui.panels import fields

NAME = Qt.ItemDataRole.UserRole
FIRST = "unet32"
"""Chosen until a person chooses: it learns in minutes on any machine."""


class ModelPicker(fields.ChoiceField):
    """Chooses one of the models that can be trained."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: dict[str, ModelFacts] = {}
        self.setMaxVisibleItems(24)
        self.setAccessibleName(self.tr("Model"))
        self.setPlaceholderText(self.tr("Looking for models…"))

    def set_models(self, models: Sequence[ModelFacts]) -> None:
        """Offer these, and keep what is chosen where it is among them."""
        chosen = self.name
        self._facts = {facts.name: facts for facts in models}
        titles = {
            "semantic": self.tr("Semantic segmentation"),
            "detection": self.tr("Object detection"),
            "instance": self.tr("Instance segmentation"),
            "classification": self.tr("Classification"),
        }
        items = QStandardItemModel(self)
        for task, title in titles.items():
            group = sorted((f for f in models if f.task == task), key=_by_year)
            if group:
                items.appendRow(_header(title))
            for facts in group:
                items.appendRow(_item(facts))
        self.setModel(items)
        if not self.choose(chosen) and not self.choose(FIRST):
            self.setCurrentIndex(min(1, self.count() - 1))  # Below the first title.

    def choose(self, name: str) -> bool:
        """Choose this model, where it is offered."""
        index = self.findData(name) if name else -1
        if index >= 0:
            self.setCurrentIndex(index)
        return index >= 0

    @property
    def name(self) -> str:
        """The chosen model, or nothing."""
        return self.key

    @property
    def facts(self) -> ModelFacts | None:
        """What there is to know of the chosen model."""
        return self._facts.get(self.name)


def _by_year(facts: ModelFacts) -> tuple[int, list[str]]:
    # Numbers within a name count: resnet18 comes before resnet101.
    parts = [part.zfill(8) for part in re.findall(r"\d+|\D+", facts.name)]
    return (facts.about.year if facts.about else 9999, parts)


def _header(title: str) -> QStandardItem:
    header = QStandardItem(title)
    header.setFlags(Qt.ItemFlag.NoItemFlags)
    font = header.font()
    font.setBold(True)
    header.setFont(font)
    return header


def _item(facts: ModelFacts) -> QStandardItem:
    year = f"  ·  {facts.about.year}" if facts.about else ""
    item = QStandardItem(f"{facts.name}{year}")
    item.setData(facts.name, NAME)
    item.setToolTip(facts.tip)
    return item
