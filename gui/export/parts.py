"""The folding parts of the Export panel: what is seldom changed."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from engine.export.options import Pictures, Split, Tiles, Unheld
from gui.export.choices import FormatChoice
from gui.panels import fields


class SplitFields(QWidget):
    """The shares of train, val and test."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._percent = [fields.number(0, 100, value, suffix=" %") for value in (80, 10, 10)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for column, text in enumerate((self.tr("Train"), self.tr("Val"), self.tr("Test"))):
            caption = QLabel(text)
            caption.setObjectName("caption")
            grid.addWidget(caption, 0, column)
            grid.addWidget(self._percent[column], 1, column)
            self._percent[column].setAccessibleName(text)
            self._percent[column].valueChanged.connect(self.changed)

    @property
    def total(self) -> int:
        """What they add up to, in percent."""
        return sum(box.value() for box in self._percent)

    @property
    def is_right(self) -> bool:
        """Whether they are shares of one with some for training."""
        return self.total == 100 and self._percent[0].value() > 0

    @property
    def fractions(self) -> tuple[float, float, float]:
        """The shares, adding up to 1."""
        train, val, test = (box.value() / 100 for box in self._percent)
        return train, val, test


class _Form(QWidget):
    """Named rows with what they are for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = QFormLayout(self)
        self.form.setContentsMargins(16, 0, 0, 8)
        self.form.setSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def add(self, text: str, field: QWidget, tip: str) -> None:
        """One row."""
        field.setToolTip(tip)
        field.setAccessibleName(text)
        self.form.addRow(text, field)


class DividePart(_Form):
    """What stays on one side of the split, its seed, and cross-validation."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = fields.number(0, 999_999, 0)
        self._folds = fields.number(0, 50, 0)
        self._folds.setSpecialValueText(self.tr("none"))
        self._folds.valueChanged.connect(self._on_folds)
        self._likeness = QCheckBox(self.tr("Near-duplicates"))
        self._likeness.setChecked(True)
        self._folder = QCheckBox(self.tr("Pictures of one folder"))
        self._parts = QCheckBox(self.tr("Parts that label files name"))
        self._parts.setChecked(True)
        self._pattern = QLineEdit()
        self._pattern.setPlaceholderText(r"patient_(\d+)")
        tip = self.tr("Pictures that look nearly alike do not get into different parts")
        self.add(self.tr("Keep together"), self._likeness, tip)
        self.add("", self._folder, self.tr("Each folder is in one part as a whole"))
        tip = self.tr("What was for testing is not trained on; only other pictures are divided")
        self.add("", self._parts, tip)
        tip = self.tr(
            "A regular expression: pictures whose path agrees in its first group stay together"
        )
        self.add(self.tr("Name pattern"), self._pattern, tip)
        tip = self.tr("The same seed and pictures give the same parts")
        self.add(self.tr("Seed"), self._seed, tip)
        tip = self.tr("Cross-validation: so many folders, each validated on another part")
        self.add(self.tr("Folds"), self._folds, tip)

    @property
    def has_folds(self) -> bool:
        """Whether folds take the place of the shares."""
        return self._folds.value() > 1

    def split(self, fractions: tuple[float, float, float]) -> Split:
        """The whole split; ConfigError for a pattern that is none."""
        return Split(
            fractions,
            self._seed.value(),
            folds=self._folds.value(),
            by_likeness=self._likeness.isChecked(),
            by_folder=self._folder.isChecked(),
            by_pattern=self._pattern.text().strip(),
            keeps_parts=self._parts.isChecked(),
        )

    @Slot(int)
    def _on_folds(self, value: int) -> None:
        if value == 1:  # There is nothing to validate on.
            self._folds.setValue(2)
        self.changed.emit()


class PicturesPart(_Form):
    """How pictures come into the folder, how large, and what becomes of difficult ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures, self._unheld = fields.ChoiceField(), fields.ChoiceField()
        for how, text in (
            (Pictures.COPY, self.tr("Copy: the folder is complete")),
            (Pictures.HARD_LINK, self.tr("Hard links: no room needed")),
            (Pictures.SYMLINK, self.tr("Symbolic links")),
            (Pictures.REFER, self.tr("Refer to them where they are")),
        ):
            self._pictures.addItem(text, how)
        self._empty = QCheckBox(self.tr("Unmarked ones too"))
        self._side = fields.number(0, 100_000, 0, suffix=" px")
        self._side.setSpecialValueText(self.tr("as they are"))
        self._tile = fields.number(0, 16_384, 0, suffix=" px")
        self._tile.setSpecialValueText(self.tr("whole pictures"))
        self._overlap = fields.number(0, 8_192, 0, suffix=" px")
        tip = self.tr("Frames of videos are always written as pictures")
        self.add(self.tr("Files"), self._pictures, tip)
        tip = self.tr(
            "A picture with an object that the format has no place for would say that nothing is "
            "there"
        )
        self.add(self.tr("Unfit objects"), self._unheld, tip)
        tip = self.tr("Otherwise only pictures marked as empty are examples of nothing")
        self.add(self.tr("Empty pictures"), self._empty, tip)
        tip = self.tr("Larger pictures are made smaller, and their labels with them")
        self.add(self.tr("Longest side"), self._side, tip)
        tip = self.tr("Pictures are cut into squares; objects are cut with them")
        self.add(self.tr("Tiles"), self._tile, tip)
        tip = self.tr("What neighbouring tiles share")
        self.add(self.tr("Overlap"), self._overlap, tip)
        self.set_format(None)

    def set_format(self, found: FormatChoice | None) -> None:
        """Offer what this format can do with objects it has no place for."""
        chosen = self._unheld.key
        self._unheld.clear()
        self._unheld.addItem(self.tr("Leave the picture out"), Unheld.LEAVE_OUT)
        if found is not None and found.ignored:
            self._unheld.addItem(self.tr("Mark it as ignored (255)"), Unheld.IGNORE)
        if found is not None and found.is_layered:
            self._unheld.addItem(self.tr("Leave the object out"), Unheld.WITHOUT)
        self._unheld.setCurrentIndex(max(0, self._unheld.findData(chosen)))

    @property
    def has_choice(self) -> bool:
        """Whether pictures with unfit objects can be written, and are not by now."""
        return self.unheld is Unheld.LEAVE_OUT and self._unheld.count() > 1

    def keep_unheld(self) -> None:
        """Choose that pictures with unfit objects are written, ignored rather than without them."""
        self._unheld.setCurrentIndex(1)

    @property
    def pictures(self) -> Pictures:
        """How they come into the folder."""
        return Pictures(self._pictures.key)

    @property
    def unheld(self) -> Unheld:
        """What becomes of a picture with an object that has no place."""
        return Unheld(self._unheld.key)

    @property
    def unmarked_empty(self) -> bool:
        """Whether pictures without objects need no mark."""
        return self._empty.isChecked()

    @property
    def longest_side(self) -> int:
        """The most pixels of a side; 0 for any."""
        return self._side.value()

    @property
    def tiles(self) -> Tiles | None:
        """The tiles; ConfigError where they are not possible."""
        size = self._tile.value()
        return Tiles(size, self._overlap.value()) if size else None
