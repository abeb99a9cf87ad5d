"""Every question to the person, one function each; a test replaces them here."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QDialog,
    QInputDialog,
    QMessageBox,
    QWidget,
)

from engine.attributes import Specs
from engine.values import Label
from engine.words import counted
from gui.controllers.picture_range import PictureRange
from gui.dialogs.attributes import AttributesDialog
from gui.dialogs.auto_label import AutoLabelDialog
from gui.dialogs.label_popup import LabelPopup
from gui.dialogs.simplify import SimplifyDialog
from gui.settings import ACCEPT, REJECT

REPLACE, CHANGE = "replace", "change"
RESUME, RENAME = "resume", "rename"
ADDRESS_WIDTH = 560
"""Pixels: a camera's address with its path is seen whole."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ask", text)


def is_sure(parent: QWidget, question: str) -> bool:
    """Whether to do what the question says."""
    buttons = QMessageBox.StandardButton
    chosen = QMessageBox.question(
        parent, _tr("Are you sure?"), question, buttons.Save | buttons.Cancel, buttons.Cancel
    )
    return chosen == buttons.Save


def address(parent: QWidget, known: Sequence[str]) -> str:
    """Which address to open, a new one or one of before; empty when cancelled."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(_tr("Open address"))
    dialog.setLabelText(_tr("rtsp://, http:// or udp:// address, or a file:"))
    dialog.setComboBoxItems(list(known) or [""])
    dialog.setComboBoxEditable(True)
    dialog.resize(ADDRESS_WIDTH, dialog.sizeHint().height())
    is_ok = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.textValue().strip() if is_ok else ""


def label(parent: QWidget, labels: Sequence[Label], suggested: Sequence[Label] = ()) -> str:
    """The name of a label, from a list at the mouse in which a new one can be named; empty when
    given up. `suggested` are labels that a model knows."""
    popup = LabelPopup(labels, suggested, parent)
    popup.show_at(parent.cursor().pos())
    popup.exec()
    popup.deleteLater()
    return popup.name


def label_at(
    parent: QWidget, labels: Sequence[Label], suggested: Sequence[Label], place: QPoint, chosen: str
) -> str:
    """The name of the label of what was just drawn, asked for beside it; empty to leave it the
    chosen one."""
    popup = LabelPopup(labels, suggested, parent, chosen=chosen)
    popup.show_at(place)
    popup.exec()
    popup.deleteLater()
    return popup.name


def pixels(parent: QWidget, title: str, start: int, most: int) -> int | None:
    """How many pixels of the picture; None when cancelled."""
    text = _tr("Pixels of the picture:")
    number, is_ok = QInputDialog.getInt(parent, title, text, start, 1, most)
    return number if is_ok else None


def picture_range(
    parent: QWidget,
    place: tuple[int, int],
    count: Callable[[PictureRange], int],
    before: PictureRange | None,
) -> PictureRange | None:
    """Over which pictures to run the model; None when cancelled. `place` is how many there are, and
    the number of the shown one."""
    dialog = AutoLabelDialog(*place, count, before, parent)
    is_agreed = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.chosen if is_agreed else None


def simplify(parent: QWidget, show: Callable[[float], str], start: float) -> float | None:
    """How far a simpler outline may be from the old one, in pixels of the picture; None when
    cancelled. `show` shows what comes of each answer, and says it."""
    dialog = SimplifyDialog(parent, show, start)
    return dialog.distance if dialog.exec() else None


def attributes(parent: QWidget, label: str, specs: Specs) -> Specs | None:
    """What the objects of a label may say of themselves; None when cancelled."""
    dialog = AttributesDialog(label, specs, parent)
    is_ok = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.specs if is_ok else None


def frames(parent: QWidget, title: str, start: int, most: int) -> int | None:
    """How many frames of the video; None when cancelled."""
    text = _tr("Frames of the video:")
    number, is_ok = QInputDialog.getInt(parent, title, text, start, 1, most)
    return number if is_ok else None


def color(parent: QWidget, start: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """A colour; None when cancelled."""
    chosen = QColorDialog.getColor(QColor(*start), parent, _tr("Color of the label"))
    return (chosen.red(), chosen.green(), chosen.blue()) if chosen.isValid() else None


def is_agreed(parent: QWidget, question: str, button: str) -> bool:
    """Whether to do what the question says; the button says it too."""
    box = _question(parent, _tr("Are you sure?"), question)
    yes = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
    box.exec()
    return box.clickedButton() is yes


def tell_broken(broken: Sequence[str]) -> None:
    """Tell what went wrong after the window was closed."""
    QMessageBox.warning(None, _tr("Not all was done"), "\n".join(broken))


def taken_folder(parent: QWidget, folder: Path) -> str:
    """What to do with a folder that holds something else: REPLACE, CHANGE or "" to give up."""
    text = _tr("{0} holds something else.").format(folder)
    kept = _tr("Replace keeps it under another name beside the new folder; nothing is mixed.")
    box = _question(parent, _tr("Export"), f"{text}\n{kept}")
    change = box.addButton(_tr("Choose another…"), QMessageBox.ButtonRole.ActionRole)
    yes = box.addButton(_tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
    box.exec()
    clicked = box.clickedButton()
    return REPLACE if clicked is yes else CHANGE if clicked is change else ""


def taken_run(parent: QWidget, name: str, *, more: int | None) -> str:
    """What to do where there is a Run of this name: RESUME, RENAME, REPLACE or "" to give up.

    It can be resumed unless `more` is None: to its end, or if it is done, to the epoch `more`.
    """
    text = _tr("There is already a training called {0}.").format(name)
    kept = _tr("Replace keeps it under another name beside the new one; nothing is deleted.")
    if more is not None:
        kept = _tr("To go on with it keeps all that it was begun with.") + f"\n{kept}"
    box = _question(parent, _tr("Start training"), f"{text}\n{kept}")
    roles = QMessageBox.ButtonRole
    resume = None
    if more is not None:
        go_on = _tr("Train on to epoch {0}").format(more) if more else _tr("Resume")
        resume = box.addButton(go_on, roles.AcceptRole)
    rename = box.addButton(_tr("New name"), roles.ActionRole)
    replace = box.addButton(_tr("Replace"), roles.DestructiveRole)
    box.exec()
    clicked = box.clickedButton()
    if clicked is resume and resume is not None:
        return RESUME
    return RENAME if clicked is rename else REPLACE if clicked is replace else ""


def ends_training(parent: QWidget, name: str, done: int, epochs: int) -> bool:
    """Whether to close the window though a training runs, of which so many epochs are done."""
    if epochs:
        text = _tr("{0} is being trained: {1} of {2} epochs are done.").format(name, done, epochs)
        what = _tr("If you close the window, it stops after this step and keeps a checkpoint.")
        then = _tr("At the next start you can go on from there.")
    else:
        text = _tr("The training of {0} is still getting ready.").format(name)
        what = _tr("If you close the window, it ends.")
        then = _tr("It has learned nothing yet that could be kept.")
    box = _question(parent, _tr("A training is running"), f"{text}\n{what} {then}")
    yes = box.addButton(_tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
    box.defaultButton().setText(_tr("Keep open"))
    box.exec()
    return box.clickedButton() is yes


def ends_work(parent: QWidget, busy: str, loss: str = "") -> bool:
    """Whether to close the window though something is under way; `loss` says what becomes of it,
    where that is not nothing."""
    loss = loss or _tr("If you close the window now, nothing of it is done.")
    box = _question(parent, _tr("Close the window"), f"{busy}\n{loss}")
    yes = box.addButton(_tr("Close all the same"), QMessageBox.ButtonRole.DestructiveRole)
    box.defaultButton().setText(_tr("Keep open"))
    box.exec()
    return box.clickedButton() is yes


def undecided(parent: QWidget, counts: tuple[int, int], min_score: float) -> tuple[str, bool]:
    """What becomes of the proposals of a picture that is verified: "accept", "reject" or "" to
    give up, and whether to do so from now on. `counts` are those with a good score, and others."""
    good, poor = counts
    question = _tr("Undecided: {0}.").format(counted(good + poor, "proposal"))
    box = _question(parent, _tr("Verify this picture"), question)
    accept_text = _tr("Accept")
    if poor:
        accept_text = _tr("Accept {0} from {1:.2f} on, reject {2}").format(good, min_score, poor)
    accept = box.addButton(accept_text, QMessageBox.ButtonRole.AcceptRole)
    reject = box.addButton(_tr("Reject"), QMessageBox.ButtonRole.DestructiveRole)
    remember = QCheckBox(_tr("Do so from now on; the settings can change it"))
    box.setCheckBox(remember)
    box.exec()
    clicked = box.clickedButton()
    chosen = ACCEPT if clicked is accept else REJECT if clicked is reject else ""
    return chosen, remember.isChecked()


def is_empty(parent: QWidget, proposals: int) -> bool:
    """Whether nothing is in a picture, which makes it an example of that."""
    lines = [_tr("There is no object on this picture. Is nothing there?")]
    if proposals:
        lines = [_tr("Is nothing on this picture?"), _tr("This rejects {0}.")]
        lines[1] = lines[1].format(counted(proposals, "proposal"))
    lines.append(_tr("Only pictures marked as empty are exported without objects."))
    box = _question(parent, _tr("Mark as empty"), "\n".join(lines))
    yes = box.addButton(_tr("Mark as empty"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()
    return box.clickedButton() is yes


def _question(parent: QWidget, title: str, text: str) -> QMessageBox:
    """A box with a button to give up, which Enter and Esc press."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    return box
