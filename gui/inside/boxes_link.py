"""Between the session, the Look inside panel's views of boxes, and the canvas."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.regions.masks import box_of
from engine.values import Box, Polyline
from gui.controllers.weights import LoadedWeights
from gui.inside.boxes import (
    LEARNERS,
    STEPS,
    SUPPRESSION,
    BoxesController,
    BoxesSeen,
    BoxWish,
)
from gui.inside.panel.learners import LearnersPage
from gui.inside.panel.steps import StepsPage
from gui.inside.panel.suppression import SuppressionPage
from gui.language import words
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session
from gui.session.shown import Shown
from gui.settings import Settings

if TYPE_CHECKING:
    from engine.inside.steps import BoxStep


class BoxesLink(QObject):
    """Shows what a detector's boxes are while one of these views is open."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._boxes, self._layer = (
            BoxesController(session.jobs, session.shown, self),
            window.canvas.inside,
        )
        self.steps, self.suppression = StepsPage(), SuppressionPage()
        self.learners = LearnersPage()
        self.pages: dict[str, StepsPage | SuppressionPage | LearnersPage] = {
            STEPS: self.steps,
            SUPPRESSION: self.suppression,
            LEARNERS: self.learners,
        }
        self._objects: tuple[tuple[Box, str], ...] = ()
        self._view = ""
        self._seen: BoxesSeen | None = None
        self._cell, self._is_kept = -1, False
        self._chosen = -1
        self.steps.changed.connect(self._on_wish)
        self.suppression.changed.connect(self._on_wish)
        self._boxes.seen.connect(self._on_seen)
        self._boxes.failed.connect(self._on_failed)
        self._layer.hovered.connect(self._on_hovered)
        self._layer.left.connect(self._on_left)
        self._layer.clicked.connect(self._on_clicked)
        session.weights.loaded_changed.connect(self._on_loaded)
        session.shown.changed.connect(self._on_shown)
        session.store.changed.connect(self._on_settings)
        self._boxes.set_thresholds(session.asking.thresholds)
        if session.weights.loaded is not None:
            self._on_loaded(session.weights.loaded)

    @property
    def has_detector(self) -> bool:
        """Whether the loaded weights find objects."""
        return self._boxes.has_detector

    def show_view(self, view: str) -> None:
        """Begin this view, or end with ""."""
        self._view = view if view in self.pages else ""
        self._let_go()
        self._show_hint()
        self._on_wish()

    def _let_go(self) -> None:
        """What was pointed at belongs to something else."""
        self._cell, self._is_kept = -1, False
        self._objects, self._chosen = (), -1
        self.suppression.stop()

    # What is looked at

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        self._let_go()
        self._boxes.set_loaded(loaded)
        self._on_wish()

    def forget_model(self) -> None:
        """There is none any more."""
        self._let_go()
        self._boxes.set_loaded(None)
        self._on_wish()

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        if now.frame is not before.frame and not now.is_live:
            self._let_go()
        self._show_hint()

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        self._boxes.set_thresholds(settings.thresholds)

    # What is wanted

    @Slot()
    def _on_wish(self) -> None:
        if not self._view:
            if self._boxes.is_on:
                self._boxes.set_wish(BoxWish())
            return
        style = replace(self.steps.step_style, cell=self._cell, is_alone=self._is_kept)
        objects = tuple(box for box, _ in self._objects)
        wish = BoxWish(self._view, self.steps.step, style, self.suppression.position)
        self._boxes.set_wish(replace(wish, objects=objects, chosen=self._chosen))

    @Slot(float, float)
    def _on_hovered(self, x: float, y: float) -> None:
        if not self._is_kept:
            self._point_at(self._cell_at(x, y), is_kept=False)

    @Slot()
    def _on_left(self) -> None:
        if not self._is_kept:
            self._point_at(-1, is_kept=False)

    @Slot(float, float)
    def _on_clicked(self, x: float, y: float) -> None:
        if self._view == LEARNERS:
            self._choose(x, y)
            return
        cell = self._cell_at(x, y)
        is_again = self._is_kept and cell == self._cell
        self._point_at(cell, is_kept=cell >= 0 and not is_again)

    def _choose(self, x: float, y: float) -> None:
        """The smallest object around this point."""
        self._objects = self._objects_now()
        around = [
            ((box.x2 - box.x1) * (box.y2 - box.y1), number)
            for number, (box, _) in enumerate(self._objects)
            if box.x1 <= x <= box.x2 and box.y1 <= y <= box.y2
        ]
        self._chosen = min(around)[1] if around else -1
        self._on_wish()

    def _objects_now(self) -> tuple[tuple[Box, str], ...]:
        """All objects that are shown, and the names of their labels."""
        shot, sample = self._session.live.shot, self._session.annotations.sample
        if self._session.shown.now.is_live:
            prediction = shot.prediction if shot is not None else None
            if prediction is None:
                return ()
            names = {label.id: label.name for label in prediction.labels}
            found = [(each.region, each.label_id) for each in prediction.detections]
        elif sample is not None:
            names = {label.id: label.name for label in self._session.shown_labels}
            shown = self._window.canvas.scene.shown
            areas = (a for a in shown if not isinstance(a.region, Polyline))
            found = [(a.region, a.label_id) for a in areas]
        else:
            return ()
        return tuple((box_of(region), names.get(label, f"#{label}")) for region, label in found)

    def _cell_at(self, x: float, y: float) -> int:
        step = self._step()
        return step.grid.cell_at(x, y) if step is not None and step.grid is not None else -1

    def _point_at(self, cell: int, *, is_kept: bool) -> None:
        if (cell, is_kept) != (self._cell, self._is_kept):
            self._cell, self._is_kept = cell, is_kept
            self._show_cell()
            self._on_wish()

    # What is shown

    @Slot(object)
    def _on_seen(self, seen: BoxesSeen | None) -> None:
        self._seen = seen
        self._layer.set_drawing(seen.drawing if seen is not None and self._view else None)
        self._show_hint()
        if seen is None:
            return
        if self._view == STEPS:
            self._show_steps(seen)
        elif self._view == SUPPRESSION:
            loaded = self._session.weights.loaded
            labels = loaded.labels if loaded is not None else ()
            self.suppression.set_trace(seen.trace, {each.id: each.name for each in labels})
        elif self._view == LEARNERS:
            name = self._objects[self._chosen][1] if self._chosen >= 0 else ""
            self.learners.set_learners(seen.learners, name)

    def _show_steps(self, seen: BoxesSeen) -> None:
        language = self._session.store.now.card_language
        self.steps.set_steps(seen.steps, [words(step.text, language) for step in seen.steps])
        step = self._step()
        if step is not None:
            self.steps.set_drawn(step, seen.drawing)
            self._show_cell()

    def _step(self) -> "BoxStep | None":
        """The step that is shown."""
        if self._seen is None or not self._seen.steps or self._view != STEPS:
            return None
        return self._seen.steps[min(self.steps.step, len(self._seen.steps) - 1)]

    def _show_cell(self) -> None:
        from engine.inside.draw_steps import boxes_in_cell

        step, loaded = self._step(), self._session.weights.loaded
        if step is not None and loaded is not None:
            boxes = boxes_in_cell(step, self._cell, loaded.labels)
            self.steps.set_cell(self._cell, boxes, is_kept=self._is_kept)

    @Slot()
    def _show_hint(self) -> None:
        """Say why there is nothing to see."""
        text = ""
        if self._session.mode is CanvasMode.EMPTY:
            text = self.tr("Open a picture, a video or a camera to see the model's boxes.")
        elif self._seen is None:
            text = self.tr("The network is running…")
        elif self._view == STEPS and not self._seen.steps:
            text = self.tr("This model has no steps to show: its answer comes in one.")
        for page in self.pages.values():
            page.set_hint(text)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        for page in self.pages.values():
            page.set_hint(f"{error.message} {error.hint}".strip())
