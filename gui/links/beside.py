"""Says which labels in files came with the pictures, what is wrong with them or was left out, and
which label maps are not shown as pictures."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.values import FrameId, Sample
from engine.words import counted
from gui.controllers.listing import Listing
from gui.links.trouble import ImportLabels
from gui.main_window import MainWindow
from gui.panels.notice import Choice
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.formats.report import Remark
    from engine.look import OpenedLabels
    from engine.project.contested import Contested

MOST_NAMED = 3
MOST_OFFERED = 2
"""As many buttons as the bar has."""


class BesideLink(QObject):
    """Between the project and what lay beside its pictures when they were opened."""

    def __init__(self, session: Session, window: MainWindow, import_labels: ImportLabels) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._import_labels = import_labels
        self._said: FrameId | None = None
        self._awaits_picture = False
        """Whether nothing was on screen yet when it was said what the files say."""
        self._trouble = ""  # of a picture's label file
        self._listing: Listing | None = None
        session.project.listed.connect(self._on_listed)
        session.project.opened.connect(self._on_opened)
        session.annotations.sample_changed.connect(self._on_sample)

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        before, self._listing = self._listing, listing
        if before is None or (before.opened, before.maps) != (listing.opened, listing.maps):
            self._window.notice.dismiss(self._show_maps)
            self._say_maps(listing)

    @Slot()
    def _on_opened(self) -> None:
        opened = self._session.project.beside
        if opened is None:
            return
        from engine.formats import registry

        told = [each.hidden for each in self._session.project.contested]
        same = [at for at in opened.others if at not in told]
        texts = ", ".join(registry.get(at.format).text for at in same)
        others = self.tr("Not shown, as most say the same again: {0}.").format(texts)
        labels = self.tr("{0} labels of {1}")
        found = [
            labels.format(registry.get(at.format).text, counted(dataset.count, "picture"))
            for at, dataset in opened.chosen
        ]
        if found:
            text = self.tr("{0}: what nobody has edited here is as these files say it.")
            project = self._session.project.project
            if project is not None and project.is_unedited:
                text = self.tr("{0}: they are part of this project with its first edit.")
            text = text.format(", ".join(found))
            self._window.say(f"{text} {others}" if texts else text)
        self._awaits_picture = self._session.annotations.sample is None
        self._say_not_shown(opened)
        if opened.problems:
            first = opened.problems[0]
            hint = self.tr("The pictures are open without these labels. {0}").format(first.hint)
            self._window.notice.show_error(AppError(first.message, hint=hint))

    def _say_not_shown(self, opened: "OpenedLabels") -> bool:
        """What the files say and is not shown, in one bar with what is missing on the picture on
        screen; whether there is any."""
        reports = [dataset.report for _, dataset in opened.chosen]
        losses = [r for report in reports for r in (*report.skipped, *report.converted)]
        losses += self._gone(opened.gone)
        contested = self._session.project.contested
        if losses or contested:
            losses += self._losses_of_shown()
        if contested:
            self._say_contested(contested, losses)
            return True
        return self._say_losses(losses)

    def _gone(self, paths: Sequence[str]) -> "list[Remark]":
        """Pictures that have labels and are not there, named as far as there is room."""
        from engine.formats.report import Remark

        names = [os.path.basename(path) for path in paths]
        more = [self.tr("and more")] if len(names) > MOST_NAMED else []
        why = self.tr("labelled, but not there ({0})")
        why = why.format(", ".join([*names[:MOST_NAMED], *more]))
        return [Remark("", "picture", why, len(names))] if names else []

    def _say_contested(self, contested: "Sequence[Contested]", losses: "Sequence[Remark]") -> None:
        """Two layouts say different things of one picture: which one is shown, and how to take the
        other one. What else is not shown is in the same bar."""
        from engine.formats import registry

        text = self.tr("{0} labels say something else of {1} than those of {2}, which are shown.")
        lines, choices = [], list[Choice]()
        for each in contested:
            hidden, shown = (registry.get(at.format).text for at in (each.hidden, each.shown))
            lines.append(text.format(hidden, counted(each.count, "picture"), shown))
            act = partial(self._import_labels, Path(each.hidden.path), each.hidden.format)
            choices.append((self.tr("Import {0}…").format(hidden), act))
        hint = self.tr(
            "An import brings them as proposals beside those. The files stay as they are."
        )
        if losses:
            hint = f"{self._told(losses)}. {hint}"
        error = AppError(" ".join(lines[:MOST_OFFERED]), hint=hint)
        self._window.notice.show_choices(error, choices[:MOST_OFFERED])

    def _say_maps(self, listing: Listing) -> None:
        """What was left out and why, with a way to see it all the same."""
        if not listing.maps:
            return
        count = counted(sum(number for _, number in listing.maps), "label map")
        folders = [folder or listing.root.name for folder, _ in listing.maps]
        where = ", ".join(f"{folder}/" for folder in folders[:MOST_NAMED])
        if len(folders) > MOST_NAMED:
            where = self.tr("{0} and {1} more").format(where, len(folders) - MOST_NAMED)
        text = self.tr("Not shown as pictures: {0} in {1}.").format(count, where)
        hint = self.tr("Their names and folders say that they are labels of other pictures here.")
        button = self.tr("Show them as pictures")
        self._window.notice.show_note(text, hint, button=button, act=self._show_maps)

    def _show_maps(self) -> None:
        if self._listing is not None:
            shown = self._session.frames.frame_id
            wanted = shown.path if shown is not None else ""
            self._session.project.open_pictures(self._listing.opened, wanted, with_maps=True)

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        """Its label file cannot be read: that is not the same as nothing there."""
        project = self._session.project.project
        if sample is None or project is None or sample.frame_id == self._said:
            return
        self._said = sample.frame_id
        if self._trouble and self._trouble == self._window.notice.text:
            self._window.notice.hide()  # That was another picture.
        problem = project.beside(sample.frame_id)
        if problem is not None:
            hint = self.tr("The picture counts as not labelled. {0}").format(problem.hint)
            self._window.notice.show_error(AppError(problem.message, hint=hint))
            self._trouble = self._window.notice.text
            return
        opened, is_first = self._session.project.beside, self._awaits_picture
        self._awaits_picture = False
        if is_first and opened is not None and self._say_not_shown(opened):
            return
        if self._say_losses(self._losses_of_shown()):
            self._trouble = self._window.notice.text

    def _losses_of_shown(self) -> "list[Remark]":
        """What the files say of the picture that is shown, and is not on it."""
        sample, project = self._session.annotations.sample, self._session.project.project
        if sample is None or project is None:
            return []
        losses = project.losses_beside(sample.frame_id)
        return [*losses.skipped, *(r for r in losses.converted if r.what == "picture")]

    def _say_losses(self, remarks: "list[Remark]") -> bool:
        """What the files say and is not there; whether there is any."""
        if not remarks:
            return False
        message = self.tr("Not all is shown as the label files say it.")
        hint = self.tr("{0}. The files stay as they are.").format(self._told(remarks))
        self._window.notice.show_error(AppError(message, hint=hint))
        return True

    def _told(self, remarks: "Sequence[Remark]") -> str:
        from engine.formats.remarks import summary

        lines = [*summary(remarks)]
        if len(lines) > MOST_NAMED:
            lines[MOST_NAMED:] = [self.tr("and more")]
        return "; ".join(lines)
