"""Which of the two languages of a model's card a person reads."""

from PySide6.QtCore import QLocale

from models.about import Text

LANGUAGES = ("auto", "en", "ko")
"""Like the system, English, Korean."""


def is_korean(language: str) -> bool:
    """Whether "auto", "en" or "ko" means Korean here."""
    if language != "auto":
        return language == "ko"
    return QLocale().language() == QLocale.Language.Korean


def words(text: Text, language: str) -> str:
    """A text in that language."""
    return text.ko if is_korean(language) else text.en
