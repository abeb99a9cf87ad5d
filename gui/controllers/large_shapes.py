"""Edits of the shapes of very large objects: a Job works them out before they are made as any."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import Mask, Sample
from gui.controllers.large_edits import LargeEdits

if TYPE_CHECKING:
    from gui.controllers.annotations import AnnotationsController
    from gui.controllers.project import ProjectController

LARGE = 1 << 23
"""Pixels in the boxes around objects from which on their shapes take longer than a blink."""

Change = Callable[[Sample], Sample]
Then = Callable[[Sample, Sample], None]
"""Called with the shown Sample before the Edit and after it."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """What to do with which Sample, and what it is called."""

    text: str
    before: Sample
    change: Change
    then: Then


class LargeShapes(QObject):
    """Makes Edits that change shapes, large ones after a Job: meanwhile no other is made, and
    whoever tries is told. The Edit belongs to its picture, whichever is shown when it is made."""

    def __init__(
        self, annotations: "AnnotationsController", project: "ProjectController", large: LargeEdits
    ) -> None:
        super().__init__(annotations)
        self._annotations, self._project, self._large = annotations, project, large

    def edit(
        self, text: str, change: Change, ids: Sequence[str], then: Then, *, is_one: bool = False
    ) -> None:
        """Change the shown Sample, in which these objects get other shapes, or one together."""
        before, project = self._annotations.sample, self._project.project
        if before is None or project is None:
            return
        if (refusal := self._large.refusal(project)) is not None:
            self._annotations.failed.emit(refusal)
            return
        asked = _Asked(text, before, change, then)
        if not is_large(before, ids, is_one=is_one):
            self._make(asked, change)
            return
        work = partial(work_out, before, change)
        self._large.prepare(project, work, partial(self._on_prepared, asked), text)

    def _make(self, asked: _Asked, change: Change) -> None:
        self._annotations.edit(asked.text, change)
        after = self._annotations.sample
        if after is not None:
            asked.then(asked.before, after)

    def _on_prepared(self, asked: _Asked, after: Sample) -> None:
        shown, before = self._annotations.sample, asked.before
        if shown is not None and shown.frame_id == before.frame_id:
            if shown == before:
                self._make(asked, lambda sample: after if sample == before else sample)
            else:
                self._annotations.failed.emit(self._too_late(asked.text))
            return
        self._make_elsewhere(asked, after)

    def _make_elsewhere(self, asked: _Asked, after: Sample) -> None:
        """Another picture is shown by now: this one's step is among those of the project."""
        from engine.annotations.edits import Edit

        project, before = self._project.project, asked.before
        if project is None or after == before:
            return
        edit = Edit(asked.text, lambda sample: after if sample == before else sample)
        try:
            if project.sample(before.frame_id) != before:
                raise self._too_late(asked.text)
            stored = project.apply(before.frame_id, edit)
        except AppError as error:
            self._annotations.failed.emit(error)
            return
        self._annotations.stored.emit(stored)
        self._annotations.history.read()

    def _too_late(self, text: str) -> AppError:
        message = self.tr("{0}: not done, for its picture has other objects by now.").format(text)
        return AppError(message, hint=self.tr("Look at them, and do it again."))


def is_large(sample: Sample, ids: Sequence[str], *, is_one: bool) -> bool:
    """Whether another shape for these objects takes so long that a Job has to work it out; where
    it is one for all of them, what lies between them counts as well."""
    from engine.regions.extents import extents

    found = [a.region for i in ids if (a := sample.find(i)) is not None]
    if not found:
        return False
    edges = extents(found)
    if is_one:
        edges = np.concatenate([edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)])[None]
    return bool((edges[:, 2:] - edges[:, :2]).prod(axis=1).sum() >= LARGE)


def work_out(sample: Sample, change: Change, progress: Progress, cancel: CancelToken) -> Sample:
    """The Sample after a change, and all that is worked out once for its Masks when they are stored
    and shown; the work of a Job."""
    from engine.project.mask_bytes import pack
    from engine.regions.changes import changed

    after = change(sample)
    for annotation in after.annotations:
        cancel.check()
        before, region = sample.find(annotation.id), annotation.region
        if not isinstance(region, Mask) or (before is not None and before.region is region):
            continue
        pack(region)
        if before is not None and isinstance(before.region, Mask):
            changed(before.region, region)
    return after
