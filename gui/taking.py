"""Takes steps of the history, after asking where more than the picture on screen is concerned."""

from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gui.dialogs import ask
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.history import StepRow

MOST_NAMED = 5


def _tr(text: str) -> str:
    return QCoreApplication.translate("taking", text)


def take(session: Session, parent: QWidget, step: "StepRow") -> None:
    """Undo this step, or do it again if it is undone; what was changed elsewhere is shown."""
    history = session.annotations.history
    along = history.dependents(step) if history.may_take() else None
    if along is None:
        return
    is_here = not along and history.is_of_shown(step)
    if not is_here and not ask.is_agreed(parent, question(step, along), verb_of(step)):
        return
    history.take(step, along, text=f"{verb_of(step)}: {step.text}")
    if step.frames == 1 and step.frame_id is not None and not history.is_of_shown(step):
        session.go_to(step.frame_id)


def verb_of(step: "StepRow") -> str:
    """What a button says that takes the step."""
    return _tr("Redo") if step.is_undone else _tr("Undo")


def menu_text(step: "StepRow | None", *, is_redo: bool) -> str:
    """What the Edit menu says: exactly what will be done."""
    verb = _tr("Redo") if is_redo else _tr("Undo")
    if step is None:
        return verb
    where = f" ({where_of(step)})" if step.frames > 1 else ""
    return f"{verb}: {step.text}{where}".replace("&", "&&")  # Else a letter is underlined.


def where_of(step: "StepRow") -> str:
    """Which pictures a step changes."""
    if step.frames > 1:
        return _tr("{0} pictures").format(step.frames)
    return PurePath(step.frame_id.path).name if step.frame_id is not None else _tr("labels")


def question(step: "StepRow", along: "tuple[StepRow, ...]") -> str:
    """What is going to change, with counts."""
    lines = [_tr("{0}: {1} ({2})").format(verb_of(step), step.text, where_of(step))]
    if along:
        one, many = _along_texts(is_redo=step.is_undone)
        lines += ["", one if len(along) == 1 else many.format(len(along))]
        lines += [f"• {x.text} ({where_of(x)})" for x in along[:MOST_NAMED]]
        if len(along) > MOST_NAMED:
            lines.append(_tr("and {0} more").format(len(along) - MOST_NAMED))
    return "\n".join(lines)


def _along_texts(*, is_redo: bool) -> tuple[str, str]:
    if is_redo:
        return (
            _tr("One earlier step that it builds on is done again too:"),
            _tr("{0} earlier steps that it builds on are done again too:"),
        )
    return (
        _tr("One later step that builds on it is undone too:"),
        _tr("{0} later steps that build on it are undone too:"),
    )
