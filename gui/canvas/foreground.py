"""All that follows the mouse: what is hovered, selected, dragged or being painted."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtGui import QPainter

from engine.values import Annotation, Box, Region, Sample
from gui.canvas.cage_painter import area_of_cage, paint_cage
from gui.canvas.dimming import Dimmer
from gui.canvas.frame_layer import Buffers
from gui.canvas.items import UNKNOWN_COLOR, Color, Item
from gui.canvas.outlines import Outlines
from gui.canvas.overlay import Overlay, image_over
from gui.canvas.region_items import RegionPainter
from gui.canvas.view import Area, View
from gui.tools.registry import NOTHING, Preview, Stroke
from gui.tools.scene import Scene

NEW = "new"
"""The id of the mask that a stroke is only about to make."""
FEW = 12
"""Up to this many selected Regions show their handles."""
BEGUN_COLOR = (0, 170, 255)
"""What is being drawn before there is any label for it."""
CROWD = 40
"""More selected Regions than this are drawn together."""


class Foreground:
    """Paints on top of the Stage, and says which part of the screen each change touches."""

    def __init__(self, overlay: Overlay) -> None:
        self.painter = RegionPainter()
        self.scene = Scene()
        self.colors: dict[int, Color] = {}
        self.object_colors: dict[str, Color] = {}
        self.hovered = ""
        self.preview: Preview = NOTHING
        self.dims_others = False
        self.has_cage = False
        self._overlay = overlay
        self._painted = 0
        self._stroked: Area | None = None
        self._buffers = Buffers()
        self._crowd: object = None
        self._known: tuple[Sample | None, dict[str, Annotation]] = (None, {})
        self._dimmer = Dimmer()

    def set_scene(self, scene: Scene) -> None:
        """What is there now."""
        self.scene = scene
        if self.hovered and self._find(self.hovered) is None:
            self.hovered = ""

    def hover(self, annotation_id: str, view: View) -> Area | None:
        """Light this one up; the screen area to paint again, if any."""
        if annotation_id == self.hovered:
            return None
        areas = [self._area_of_id(self.hovered, view), self._area_of_id(annotation_id, view)]
        self.hovered = annotation_id
        return _join(areas)

    def show_cage(self, has_cage: bool, view: View) -> Area | None:
        """Whether a cage with handles is around what is selected; the screen area to paint."""
        self.has_cage = has_cage
        return area_of_cage(self.scene, view, self.painter.density)

    def show_preview(self, preview: Preview, view: View) -> Area | None:
        """Draw this for the Tool; the screen area to paint again, if any."""
        if preview == self.preview:
            return None
        before, self.preview = self.preview, preview
        areas = [self._area_of_preview(before, view), self._area_of_preview(preview, view)]
        if preview.stroke is not None and before.stroke is None:
            areas.append(self._area_of_id(preview.stroke.target, view))  # It looks selected so far.
        if preview.stroke is not None and preview.stroke.points_xy:
            areas.append(self._paint_stroke(preview.stroke, view))
        elif before.stroke is not None:
            self._painted = 0
        return _join(areas)

    def end_stroke(self) -> Area | None:
        """Take back what a stroke painted: the Sample shows it now, or it was given up."""
        area, self._stroked = self._stroked, None
        self._painted = 0
        if area is not None:
            self._overlay.drop_stroke(area, NEW)
        return area

    def area_of_selection(self, view: View) -> Area | None:
        """Where the selected Regions are on the screen."""
        around = self.scene.selected_bounds
        area = self.painter.bounds(around, view) if around is not None else None
        return _join([area, self._area_of_cage(view)])

    def paint(self, painter: QPainter, view: View, screen_wh: tuple[int, int]) -> None:
        """Paint everything, in screen pixels."""
        scene, brush = self.scene, self.painter
        dragged = self.preview.hidden_ids
        still = [a for a in scene.selected if a.id not in dragged]
        if self.dims_others and scene.selected:
            self._dim([a.region for a in still], painter, view, screen_wh)
        if len(still) > CROWD:
            self._paint_crowd(painter, view, screen_wh)
            still = []
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for annotation in still:
            if not self._is_stroked(annotation.id):
                brush.selected(painter, annotation.region, self.color_of_object(annotation), view)
        if self.hovered and self.hovered not in scene.selection and not dragged:
            hovered = self._find(self.hovered)
            if hovered is not None:
                brush.outline(painter, hovered.region, self.color_of_object(hovered), view)
        if len(still) <= FEW:
            for annotation in still:
                if not scene.is_proposal(annotation):
                    color = self.color_of_object(annotation)
                    brush.handles(painter, annotation.region, color, view)
        if self._cage_is_shown and not dragged:
            paint_cage(painter, scene, view, brush.density)
        brush.preview(painter, self.preview, self._preview_color(), view)

    @property
    def _cage_is_shown(self) -> bool:
        """Handles around what is selected, of which at least one is no proposal."""
        scene = self.scene
        return self.has_cage and not scene.waiting_ids.issuperset(scene.selection)

    def _area_of_cage(self, view: View) -> Area | None:
        return area_of_cage(self.scene, view, self.painter.density) if self.has_cage else None

    def _dim(
        self, still: list[Region], painter: QPainter, view: View, screen_wh: tuple[int, int]
    ) -> None:
        """All but the selected Regions, and what becomes of them."""
        regions = [*still, *self.preview.regions]
        bright = [(region, self.painter.rings(region)) for region in regions]
        self._dimmer.paint(painter, bright, view, screen_wh, self.preview.stroke)

    def _paint_crowd(self, painter: QPainter, view: View, screen_wh: tuple[int, int]) -> None:
        """Hundreds of selected Regions: one layer of white lines, kept until something moves."""
        key = (self.scene.selection, self.scene.sample, view, screen_wh)
        layer = self._buffers.get("crowd", screen_wh[::-1], np.int32)
        if key != self._crowd:
            self._crowd = key
            regions = (
                region for a in self.scene.selected for region in self.painter.outlined(a.region)
            )
            items = [Item("", region, (255, 255, 255)) for region in regions]
            Outlines(items, self._overlay.outlines).draw(
                layer, view, Area(0, 0, *screen_wh), self._buffers
            )
        painter.drawImage(0, 0, image_over(layer))

    def color_of(self, label_id: int) -> Color:
        """The color of a label."""
        return self.colors.get(label_id, UNKNOWN_COLOR)

    def color_of_object(self, annotation: Annotation) -> Color:
        """The color an object is drawn in."""
        return self.object_colors.get(annotation.id) or self.color_of(annotation.label_id)

    def _is_stroked(self, annotation_id: str) -> bool:
        stroke = self.preview.stroke
        return stroke is not None and stroke.target == annotation_id

    def _preview_color(self) -> Color:
        for annotation_id in self.preview.hidden_ids:
            annotation = self._find(annotation_id)
            if annotation is not None:
                return self.color_of_object(annotation)
        return self.colors.get(self.scene.label_id, BEGUN_COLOR)

    def _paint_stroke(self, stroke: Stroke, view: View) -> Area:
        target = self._find(stroke.target)
        region: Region = target.region if target else Box(0, 0, 1, 1)
        color = self.color_of_object(target) if target else self.color_of(self.scene.label_id)
        item = Item(target.id if target else NEW, region, color)
        area = self._overlay.paint_stroke(stroke, self._painted, item)
        self._painted = len(stroke.points_xy)
        self._stroked = area.joined(self._stroked)
        return view.area_on_screen(area, margin=3)

    def _find(self, annotation_id: str) -> Annotation | None:
        """The annotation with this id; going through a hundred thousand takes milliseconds."""
        if not annotation_id:
            return None
        sample = self.scene.sample
        if self._known[0] is not sample:
            everything = (*sample.proposals, *sample.annotations)
            self._known = (sample, {annotation.id: annotation for annotation in everything})
        return self._known[1].get(annotation_id)

    def _area_of_id(self, annotation_id: str, view: View) -> Area | None:
        annotation = self._find(annotation_id)
        return None if annotation is None else self.painter.bounds(annotation.region, view)

    def _area_of_preview(self, preview: Preview, view: View) -> Area | None:
        shown = [*preview.regions, *preview.thin]
        if preview.band is not None:
            shown.append(preview.band)
        points = (*preview.path, *preview.line, *preview.dots)
        if points:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            shown.append(Box(min(xs), min(ys), max(xs) + 1, max(ys) + 1))
        shown += [Box(click.x, click.y, click.x + 1, click.y + 1) for click in preview.clicks]
        if preview.disc is not None:
            x, y, radius = preview.disc
            shown.append(Box(x - radius, y - radius, x + radius + 1, y + radius + 1))
        areas: list[Area | None] = [self.painter.bounds(region, view) for region in shown]
        areas += [self._area_of_id(i, view) for i in preview.hidden_ids]
        return _join([*areas, self._area_of_cage(view) if preview.hidden_ids else None])


def _join(areas: Iterable[Area | None]) -> Area | None:
    result: Area | None = None
    for area in areas:
        if area is not None:
            result = area.joined(result)
    return result
