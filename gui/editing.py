"""What the actions call that change annotations: asks the person where needed."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Slot

from engine.errors import AppError
from engine.labels import same_labels
from engine.values import Label, Sample, SampleState
from gui import taking
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.settings import ACCEPT, ASK

if TYPE_CHECKING:
    from engine.annotations.edits import Edit

# engine.annotations needs OpenCV, which the window must not wait for at its start.


class Editing(QObject):
    """One method for each row of the table in `gui.actions` whose call begins with `editing.`"""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._annotations = session.annotations

    # History

    def undo(self) -> None:
        """Take back the last step of what is being drawn, else the last Edit of this picture."""
        step = self._annotations.history.undo
        if not self._window.canvas.hand.press_key("backspace") and step is not None:
            taking.take(self._session, self._window, step)

    def redo(self) -> None:
        """Do the Edit again that was undone last on the shown picture."""
        step = self._annotations.history.redo
        if step is not None:
            taking.take(self._session, self._window, step)

    # Objects

    def delete_selected(self) -> None:
        """Delete the selected objects."""
        self._annotations.delete_selected()

    def lock_selected(self) -> None:
        """Lock the selected objects; with none selected, unlock all of this picture."""
        locks, sample = self._annotations.locks, self._annotations.sample
        if self._annotations.selection:
            locks.set_locked(self._annotations.selection, True)
        elif sample is not None:
            here = [a.id for a in (*sample.annotations, *sample.proposals) if a.id in locks.ids]
            locks.set_locked(here, False)
            self._window.say(self.tr("Unlocked: {0}.").format(len(here)))

    def select_all(self) -> None:
        """Select every object."""
        self._annotations.select_all()

    def restack(self, is_front: bool) -> None:
        """Draw the selected objects over all others, or below them."""
        from engine.annotations import edits

        change = edits.to_front if is_front else edits.to_back
        text = self.tr("Bring to front") if is_front else self.tr("Send to back")
        if self._annotations.selection:
            self._annotations.edit(text, partial(change, ids=self._annotations.selection))

    def accept_selected(self) -> None:
        """Accept the selected proposals, or the only one there is; else select the first."""
        from engine.annotations import edits

        if self._sees_waiting():
            self._decide(self.tr("Accept"), edits.accept)
            self._go_on()

    def reject_selected(self) -> None:
        """Reject the selected proposals, or the only one there is; else select the first."""
        from engine.annotations import edits

        if self._sees_waiting():
            self._decide(self.tr("Reject"), edits.reject)

    def _decide(self, text: str, decide: Callable[..., Sample]) -> None:
        """Deal with the chosen proposals, and go on to the one that waits after them."""
        waiting = self._waiting_ids
        chosen = [i for i in self._annotations.selection if i in waiting]
        chosen = chosen or (waiting if len(waiting) == 1 else [])
        if waiting and not chosen:
            self._annotations.select((waiting[0],))
            self._window.say(self.tr("Selected the first of {0} proposals.").format(len(waiting)))
            return
        self._annotations.edit(text, partial(decide, ids=tuple(chosen)))
        left = self._waiting_ids
        if chosen and left and not set(chosen) & set(left):
            last = max(waiting.index(each) for each in chosen)
            after = [i for i in waiting[last + 1 :] if i in left]
            self._annotations.select(((after or left)[0],))

    def _go_on(self) -> None:
        """To the next picture, where the settings say so and no proposal is left here."""
        if self._session.store.now.goes_on and not self._waiting_ids:
            self._session.frames.step(1)

    def _sees_waiting(self) -> bool:
        """Whether proposals wait; that a comparison lies over them is said."""
        if self._session.compare.is_on:
            self._window.say(self.tr("This is a comparison. Press Esc to end it and decide."))
            return False
        return bool(self._waiting_ids)

    @property
    def _waiting_ids(self) -> list[str]:
        sample, shows = self._annotations.sample, self._annotations.visibility.shows
        return [a.id for a in sample.proposals if shows(a)] if sample is not None else []

    @Slot(float)
    def accept_above(self, min_score: float = 0.0) -> None:
        """Accept every proposal with at least this score that is not hidden."""
        from engine.annotations import edits

        if self._sees_waiting():
            accept = partial(edits.accept_all, min_score=min_score, among=self._waiting_ids)
            self._annotations.edit(self.tr("Accept proposals"), accept)
            self._go_on()

    @Slot()
    def reject_all(self) -> None:
        """Reject every proposal of the frame that is not hidden."""
        from engine.annotations import edits

        if self._sees_waiting():
            text, waiting = self.tr("Reject proposals"), self._waiting_ids
            self._annotations.edit(text, partial(edits.reject, ids=waiting))

    # Labels

    def ask_relabel(self) -> None:
        """Ask for the label of the selected objects; a new one enters with them."""
        if self._annotations.selection:
            label = self.ask_label()
            if label is not None:
                self._annotations.relabel(label.id, (label,))

    def choose_label(self, number: int) -> None:
        """Draw with the n-th label; selected objects get it too. Ask where there is none."""
        labels = self._annotations.labels
        if number <= len(labels):
            self._annotations.choose_label(labels[number - 1].id)
            self._annotations.relabel(labels[number - 1].id)
            self._say_label(labels[number - 1])
        elif self._annotations.sample is not None:
            label = self.ask_label()
            if label is not None and self._annotations.selection:
                self._annotations.relabel(label.id, (label,))
            elif label is not None:
                self._session.labels.add(label)
            self.choose_named(label)

    def _say_label(self, label: Label) -> None:
        """One key does two things: say which."""
        text = self.tr("{0}: for what is drawn next.")
        if len(self._annotations.selection) == 1:
            text = self.tr("{0}: for the selected object, and for what is drawn next.")
        elif self._annotations.selection:
            text = self.tr("{0}: for the selected objects, and for what is drawn next.")
        self._window.say(text.format(label.name))

    def ask_label(self, place: QPoint | None = None) -> Label | None:
        """A label by its name: one of the project, one of the model, or a new one not stored yet;
        None when given up. At a place of the screen that keeps the chosen one."""
        labels, suggested = self._annotations.labels, self._suggested()
        if place is None:
            name = ask.label(self._window, labels, suggested)
        else:
            offered = (*labels, *suggested)
            chosen = [x.name for x in offered if x.id == self._annotations.label_id]
            name = ask.label_at(self._window, labels, suggested, place, "".join(chosen[:1]))
        return self._label_named(name) if name else None

    @Slot(tuple, str)
    def relabel_as(self, ids: tuple[str, ...], name: str) -> None:
        """Give these objects the label of this name; a new one enters with them."""
        from engine.annotations.edits import Edit, relabel

        label = self._label_named(name)
        change = partial(relabel, ids=ids, label_id=label.id)
        self._annotations.apply(Edit(self.tr("Change label"), change), (label,))

    def _label_named(self, name: str) -> Label:
        labels, lent = self._annotations.labels, self._annotations.lent_labels
        return self._session.labels.named(name, (*labels, *lent, *self._suggested()))

    def _suggested(self) -> tuple[Label, ...]:
        """What the model finds and the project has no label for: what it has found here first."""
        loaded = self._session.weights.loaded
        found = loaded.object_labels if loaded is not None else ()
        known = same_labels(found, self._session.project.labels)
        here = {label.name for label in self._annotations.offered_labels}
        others = [label for label in found if label.id not in known]
        return tuple(sorted(others, key=lambda label: label.name not in here))

    def choose_named(self, label: Label | None) -> None:
        """Draw with the project's label of this name from now on."""
        for known in same_labels((label,), self._annotations.labels).values() if label else ():
            self._annotations.choose_label(known.id)

    @Slot(object)
    def apply_drawn(self, edit: "Edit") -> None:
        """What a Tool made. Where it draws with a label that is not there, ask for one first;
        one that the model lends enters with it."""
        from engine.annotations.labelled import adds_unknown, with_label

        sample, ids = self._annotations.sample, {x.id for x in self._annotations.labels}
        lent = self._annotations.drawing.lent
        if lent is not None or self._annotations.label_id in ids:
            self._annotations.apply(edit, (lent,) if lent is not None else ())
            return
        if sample is None or not adds_unknown(edit, sample, ids):
            self._annotations.apply(edit)
            return
        label = self.ask_label()
        if label is None:
            self._annotations.show_again()
            return
        self._annotations.apply(with_label(edit, label.id, ids), (label,))
        self.choose_named(label)

    # Review

    def toggle_verified(self) -> None:
        """Mark the frame as verified, or take that back. No proposal stays undecided, and a
        picture without objects is verified as empty or not at all."""
        from engine.annotations import review

        sample = self._annotations.sample
        if sample is None:
            return
        if sample.state is SampleState.VERIFIED:
            self._annotations.edit(self.tr("Take back verifying"), review.take_back)
            return
        min_score = None
        if sample.proposals:
            choice = self._ask_undecided(sample) if self._sees_waiting() else ""
            if not choice:
                return
            min_score = self._session.store.now.conf if choice == ACCEPT else None
        if review.verify(sample, min_score).annotations:
            change = partial(review.verify, min_score=min_score)
            self._annotations.edit(self.tr("Verify"), change)
        elif ask.is_empty(self._window, 0):
            self._annotations.edit(self.tr("Mark as empty"), review.verify_empty)

    def _ask_undecided(self, sample: Sample) -> str:
        """What becomes of the proposals: "accept", "reject", or "" to give up."""
        from engine.annotations.review import count_good

        store = self._session.store
        if store.now.undecided != ASK:
            return store.now.undecided
        good = count_good(sample, store.now.conf)
        counts = good, len(sample.proposals) - good
        choice, is_remembered = ask.undecided(self._window, counts, store.now.conf)
        if choice and is_remembered:
            store.change(undecided=choice)
        return choice

    def toggle_empty(self) -> None:
        """Mark the frame as one with nothing in it, or take that back."""
        from engine.annotations import review
        from engine.annotations.emptiness import is_marked_empty

        sample = self._annotations.sample
        if sample is None:
            return
        if is_marked_empty(sample):
            self._annotations.edit(self.tr("Take back marking as empty"), review.take_back)
        elif sample.annotations:
            message = self.tr("There are objects on this picture: it is not empty.")
            hint = self.tr("Delete them first, or verify the picture with them.")
            self._window.notice.show_error(AppError(message, hint=hint))
        elif not sample.proposals or ask.is_empty(self._window, len(sample.proposals)):
            self._annotations.edit(self.tr("Mark as empty"), review.verify_empty)

    def toggle_skipped(self) -> None:
        """Mark the frame as skipped, or take that back."""
        from engine.annotations import edits, review

        sample = self._annotations.sample
        if sample is not None:
            is_skipped = sample.state is SampleState.SKIPPED
            skip = partial(edits.set_state, state=SampleState.SKIPPED)
            self._annotations.edit(self.tr("Skip"), review.take_back if is_skipped else skip)
