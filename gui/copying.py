"""What the actions call that bring objects elsewhere: by the clipboard, or from picture to picture;
and what is seen, as a picture.

The clipboard holds them as a text, so that they go into other windows and projects.
"""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication, QImage

from engine.errors import AppError
from engine.files import replacing
from engine.jobs import CancelToken, Progress
from engine.values import Annotation, FrameId, Label, Sample
from engine.words import counted
from gui.dialogs import choose
from gui.main_window import MainWindow
from gui.questions import JobsInTurn, OneJob
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.annotations.pasting import Placed

# engine.annotations and engine.formats need OpenCV, which the window must not wait for.


class Copying(QObject):
    """One method for each row of the table in `gui.actions` whose call begins with `copying.`"""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._annotations = session.annotations
        self._writing, self._reading = OneJob(session.jobs, self), OneJob(session.jobs, self)
        self._writing.finished.connect(self._on_written)
        self._reading.finished.connect(self._on_read)
        for job in (self._writing, self._reading):
            job.failed.connect(window.notice.show_error)
            job.ended.connect(self._on_ended)
        self._target: FrameId | None = None
        self._next_target: FrameId | None = None
        self._saving = JobsInTurn(session.jobs, self)
        self._saving.finished.connect(self._on_saved)
        self._saving.failed.connect(window.notice.show_error)

    def copy(self) -> None:
        """Put the selected objects on the clipboard."""
        sample, chosen = self._annotations.sample, self._selected()
        if sample is not None and chosen:
            self._writing.forget()
            labels = self._session.shown_labels
            self._writing.start(partial(write_objects, chosen, labels, sample.size_hw))

    def _selected(self) -> tuple[Annotation, ...]:
        """What is selected; where that is nothing, it is said."""
        sample = self._annotations.sample
        found = [sample.find(i) for i in self._annotations.selection] if sample is not None else []
        chosen = tuple(a for a in found if a is not None)
        if not chosen:
            self._window.say(self.tr("Select an object first."))
        return chosen

    @Slot(object)
    def _on_written(self, written: tuple[str, int]) -> None:
        text, count = written
        QGuiApplication.clipboard().setText(text)
        self._window.say(self.tr("Copied {0}.").format(counted(count, "object")))

    @Slot()
    def _on_ended(self) -> None:
        target, self._next_target = self._next_target, None
        if target is not None and self._shown_still(target) is not None:
            self.paste()

    def paste(self) -> None:
        """Add the objects on the clipboard to this picture, once what goes on now is done."""
        sample = self._annotations.sample
        if sample is None:
            self._window.say(self.tr("There is no picture to paste into."))
        elif self._writing.is_running or self._reading.is_running:
            self._next_target = sample.frame_id
        elif text := QGuiApplication.clipboard().text():
            self._target = sample.frame_id
            self._reading.start(partial(read_objects, text))
        else:
            self._window.say(self.tr("The clipboard holds no objects: copy some with Ctrl+C."))

    @Slot(object)
    def _on_read(self, found: tuple[tuple[Annotation, ...], tuple[Label, ...]]) -> None:
        sample = self._shown_still(self._target)
        if sample is not None and found[0]:
            self._paste(sample, *found)
        elif sample is not None:
            self._window.say(self.tr("The text on the clipboard holds no object."))

    def _shown_still(self, target: FrameId | None) -> Sample | None:
        """The shown Sample if it is the one to paste into; else it is said."""
        sample = self._annotations.sample
        if sample is not None and sample.frame_id == target:
            return sample
        self._window.say(self.tr("Nothing was pasted: another picture is shown by now."))
        return None

    def _paste(
        self, sample: Sample, given: tuple[Annotation, ...], labels: Sequence[Label]
    ) -> None:
        from engine.annotations import pasting
        from engine.annotations.mapping import merge, relabelled

        # Ids that the shown objects have do not mean another label as well.
        known = merge(self._session.project.labels, self._annotations.lent_labels)
        named, all_labels = relabelled(given, labels, known)
        placed = pasting.beside(sample, named)
        if self._add(self.tr("Paste"), placed, all_labels[len(known) :]):
            text = self.tr("Pasted {0}.").format(counted(len(placed.annotations), "object"))
            self._say(text, placed)
        elif not placed.annotations:
            self._window.say(self.tr("Nothing was pasted: it all lies outside this picture."))

    def copy_seen(self) -> None:
        """Put the frame on the clipboard as it looks now, with all that lies over it."""
        seen = self._seen()
        if seen is not None:
            QGuiApplication.clipboard().setImage(seen)
            self._window.say(self.tr("Copied what is seen, {0} pixels.").format(_size_text(seen)))

    def save_seen(self) -> None:
        """Ask for a file, and write the frame into it as it looks now."""
        seen = self._seen()  # As it looked when that was wished, whatever comes meanwhile.
        if seen is None:
            return
        start = os.path.join(self._session.store.now.last_folder, self.tr("seen.png"))
        chosen = choose.picture_target(self._window, start)
        if chosen:
            path = Path(chosen)
            path = path if path.suffix.lower() == ".png" else path.with_name(f"{path.name}.png")
            self._saving.start(partial(save_picture, seen, path))

    def _seen(self) -> QImage | None:
        """What is shown of the frame; where that is nothing, it is said."""
        canvas = self._window.canvas
        if canvas.frame_part.isEmpty():
            self._window.say(self.tr("There is no picture to copy."))
            return None
        return canvas.grab(canvas.frame_part).toImage()

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._window.say(self.tr("Saved what is seen as {0}.").format(path))

    def duplicate(self) -> None:
        """Add the selected objects once more, a little further on."""
        from engine.annotations import pasting

        sample, chosen = self._annotations.sample, self._selected()
        if sample is not None and chosen:
            placed = pasting.beside(sample, chosen)
            if self._add(self.tr("Duplicate"), placed):
                count = counted(len(placed.annotations), "object")
                self._say(self.tr("Duplicated {0}.").format(count), placed)

    def take_previous(self) -> None:
        """Add what is annotated on the picture before this one, but what is here already."""
        from engine.annotations import pasting

        sample, before = self._annotations.sample, self._previous()
        if sample is None or before is None:
            return
        if not before.annotations:
            self._window.say(self.tr("The previous picture has no objects."))
            return
        placed = pasting.missing(sample, before.annotations)
        if self._add(self.tr("Objects of the previous picture"), placed):
            count = counted(len(placed.annotations), "object")
            self._say(self.tr("Took {0} of the previous picture.").format(count), placed)
        elif placed.there and not placed.annotations:
            self._window.say(self.tr("All objects of the previous picture are here already."))
        elif not placed.annotations:
            text = self.tr("The objects of the previous picture lie outside this one.")
            self._window.say(text)

    def _previous(self) -> Sample | None:
        """What is stored of the picture before the shown one in the list, whatever its order."""
        frames, project = self._session.frames, self._session.project.project
        if self._annotations.sample is None or project is None:
            self._window.say(self.tr("There is no picture to add to."))
            return None
        if frames.index < 1:
            self._window.say(self.tr("There is no picture before this one."))
            return None
        try:
            return project.sample(frames.ids[frames.index - 1])
        except AppError as error:
            self._window.notice.show_error(error)
            return None

    def _add(self, text: str, placed: "Placed", labels: Sequence[Label] = ()) -> bool:
        """Add these in one step and select them; False where nothing came of it."""
        from engine.annotations.edits import Edit, add

        if not placed.annotations:
            return False
        self._annotations.apply(Edit(text, partial(add, annotations=placed.annotations)), labels)
        ids = tuple(a.id for a in placed.annotations)
        sample = self._annotations.sample
        if sample is None or sample.find(ids[0]) is None:
            return False  # Whoever could not store it has said so.
        self._annotations.select(ids)
        return True

    def _say(self, text: str, placed: "Placed") -> None:
        """What was done, and what was left out."""
        if placed.outside:
            out = self.tr("Left out, as outside this picture: {0}.")
            text = f"{text} {out.format(placed.outside)}"
        if placed.there:
            text = f"{text} {self.tr('Here already: {0}.').format(placed.there)}"
        self._window.say(text)


def save_picture(picture: QImage, path: Path, progress: Progress, cancel: CancelToken) -> Path:
    """Write this picture whole; the work of a Job."""
    try:
        with replacing(path) as temporary:
            if not picture.save(str(temporary)):
                raise OSError
    except OSError as error:
        hint = "Choose another folder, or make room on the disk."
        raise AppError(f"Cannot write {path}.", hint=hint) from error
    return path


def _size_text(picture: QImage) -> str:
    return f"{picture.width()} × {picture.height()}"


def write_objects(
    annotations: tuple[Annotation, ...],
    labels: tuple[Label, ...],
    size_hw: tuple[int, int],
    progress: Progress,
    cancel: CancelToken,
) -> tuple[str, int]:
    """The text of these objects, and how many they are; the work of a Job."""
    from engine.formats import objects_text

    return objects_text.write(annotations, labels, size_hw, cancel), len(annotations)


def read_objects(
    text: str, progress: Progress, cancel: CancelToken
) -> tuple[tuple[Annotation, ...], tuple[Label, ...]]:
    """The objects of a text, and their labels; the work of a Job."""
    from engine.formats import objects_text

    return objects_text.read(text, cancel)
