"""Holds the current Tool: feeds it events, shows its preview, passes its Edits on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, Signal

from engine.annotations.edits import Edit
from engine.click.question import Question
from engine.regions.edge_lines import EdgeStart
from engine.values import Mask, Region
from gui.canvas.foreground import Foreground
from gui.canvas.inside_layer import InsideLayer
from gui.canvas.sketch import Sketch
from gui.canvas.surface import Surface
from gui.tools import registry
from gui.tools.hits import hits
from gui.tools.registry import NOTHING, Ability, AskingTool, EdgeTool, Preview, Tool
from gui.tools.scene import THINNEST, WIDEST, PointerEvent

_SHAPES = {
    "arrow": Qt.CursorShape.ArrowCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "hand": Qt.CursorShape.OpenHandCursor,
    "grab": Qt.CursorShape.ClosedHandCursor,
    "point": Qt.CursorShape.PointingHandCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "n": Qt.CursorShape.SizeVerCursor,
    "s": Qt.CursorShape.SizeVerCursor,
    "e": Qt.CursorShape.SizeHorCursor,
    "w": Qt.CursorShape.SizeHorCursor,
    "nw": Qt.CursorShape.SizeFDiagCursor,
    "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor,
    "sw": Qt.CursorShape.SizeBDiagCursor,
}


class Hand(QObject):
    """What the person holds over the Surface; `last` is where, as the Tool was told, and `question`
    what it asks."""

    edit_made = Signal(object)
    selection_changed = Signal(tuple)
    message = Signal(str)
    context_requested = Signal(QPoint)
    relabel_requested = Signal(str)
    hovered = Signal(str)
    question_changed = Signal(object)
    edge_start_changed = Signal(object)
    """Where the next line along edges begins; None where there is none."""

    def __init__(
        self, surface: Surface, foreground: Foreground, inside: InsideLayer, sketch: Sketch
    ) -> None:
        super().__init__()
        self.name = ""
        self.last = PointerEvent(-1, -1)
        self._surface = surface
        self._foreground = foreground
        self._inside, self._sketch = inside, sketch
        self._tool: Tool | None = None
        self._shape = "arrow"
        self.question = Question()
        self._edge_start: EdgeStart | None = None

    def take(self, name: str) -> None:
        """Take up this Tool; one in the middle of something gives up."""
        if name == self.name:
            return
        self.name, self._tool = name, registry.get(name).build()
        self._surface.update_area(
            self._foreground.show_cage(self._can(Ability.SELECTS), self._surface.view)
        )
        self._show(NOTHING)
        self._tell_wishes()
        self.hover(None)
        self.set_shape(self.shape_at(self.last))

    @property
    def preview(self) -> Preview:
        """What the Tool draws while its Edit is not made yet."""
        return self._foreground.preview

    def give_up(self) -> None:
        """Another frame came: what was begun on the last one is forgotten, and that is said."""
        if self._tool is not None:
            if self._tool.wants("escape", self._surface.scene):
                self.message.emit(self.tr("What was begun on the picture before is gone."))
            self._tool = registry.get(self.name).build()
            self._show(NOTHING)
            self._tell_wishes()

    def use(self, verb: str, event: PointerEvent) -> None:
        """Pass `press`, `move`, `release` or `double_click` to the Tool."""
        self.last = event
        if self._sketch.use(verb, event) or self._inside.use(verb, event):
            return
        if self._tool is None or not self._surface.is_editable:
            if verb == "press":
                self._say_why_not()
            return
        self._take_answer(getattr(self._tool, verb)(event, self._surface.scene))

    def _can(self, ability: Ability) -> bool:
        return self._tool is not None and ability in registry.get(self.name).abilities

    def _say_why_not(self) -> None:
        surface, text = self._surface, ""
        if surface.is_live:
            text = self.tr("This is live. Freeze the frame to correct it.")
        elif surface.is_comparing:
            text = self.tr("This is a comparison. Press Esc to end it and go on drawing.")
        elif self._inside.is_on:
            text = self.tr("This is a look inside. Press Esc to go on drawing.")
        elif surface.scene.pixels is None:
            text = self.tr("The whole picture is still being read.")
        if text:
            self.message.emit(text)

    def press_key(self, name: str) -> bool:
        """Pass a key to the Tool; False if it has no use for it."""
        if self._sketch.is_on:
            return self._sketch.press_key(name)
        if self._tool is None or not self.wants(name):
            return False
        self._take_answer(self._tool.key(name, self._surface.scene))
        return True

    def wants(self, name: str) -> bool:
        """Whether this key belongs to the Tool now."""
        if self._sketch.is_on:
            return self._sketch.wants(name)
        if self._tool is None or not self._surface.is_editable:
            return False
        return self._tool.wants(name, self._surface.scene)

    def answer(self, question: Question, mask: Mask | None) -> None:
        """Tell a Tool that asks what was found."""
        if self._can(Ability.ASKS) and self._surface.is_editable:
            tool = cast(AskingTool, self._tool)
            if mask is not None and question == self.question:  # Its label may be asked for now.
                self._show(replace(self.preview, regions=(mask,)))
            self._take_answer(tool.answer(question, mask, self._surface.scene))

    def suggest(self, regions: Mapping[str, Region]) -> None:
        """Show these in place of the annotations of these ids; none ends that."""
        self._show(Preview(regions=tuple(regions.values()), hidden_ids=frozenset(regions)))

    def refresh(self) -> None:
        """Let the Tool draw its preview again, for instance with another brush."""
        if self._surface.underMouse():
            self.use("move", self.last)

    def let_go_of_other_labels(self) -> None:
        """After another label was chosen, what adds to masks begins a new one with it."""
        scene = self._surface.scene
        if scene.paints_inside and self._can(Ability.PAINTS_INSIDE):
            return  # What is selected is what is painted inside of.
        if self._can(Ability.EXTENDS_MASKS) and any(
            a.label_id != scene.label_id for a in scene.selected
        ):
            self._select(())

    def hover(self, event: PointerEvent | None) -> None:
        """Light up what a click would select."""
        found = ""
        if event is not None and self._can(Ability.SELECTS):
            under = hits(event, self._surface.scene) if self._surface.is_editable else []
            found = under[0].id if under else ""
        self.light_up(found)

    def light_up(self, annotation_id: str) -> None:
        """Light up this object, whoever points at it; "" for none."""
        before = self._foreground.hovered
        self._surface.update_area(self._foreground.hover(annotation_id, self._surface.view))
        if self._foreground.hovered != before:
            self.hovered.emit(self._foreground.hovered)

    def leave(self) -> None:
        """The mouse left the canvas."""
        self.hover(None)
        self._inside.leave()
        if self._tool is not None and self._foreground.preview.disc is not None:
            self._show(replace(self._foreground.preview, disc=None))

    def ask_context(self, event: PointerEvent, position: QPoint) -> None:
        """The right button: select what is there, or nothing, and ask for a menu."""
        if not self._surface.is_editable:
            return
        under, selection = hits(event, self._surface.scene), self._surface.scene.selection
        if not under and selection:
            self._select(())
        elif under and not {a.id for a in under} & set(selection):
            self._select((under[0].id,))
        self.context_requested.emit(position)

    def relabel_at(self, event: PointerEvent) -> bool:
        """A double click with a selecting Tool asks for another label."""
        if not self._can(Ability.SELECTS) or not self._surface.is_editable:
            return False
        under = hits(event, self._surface.scene)
        chosen = [a for a in under if a.id in self._surface.scene.selection] or under
        if not chosen:
            return False
        self.relabel_requested.emit(chosen[0].id)
        return True

    def shape_at(self, event: PointerEvent) -> str:
        """The cursor for this place."""
        if self._sketch.is_on:
            return "cross"
        if self._tool is None or not self._surface.is_editable:
            return "arrow"
        return self._tool.cursor(event, self._surface.scene)

    def set_shape(self, shape: str) -> None:
        """Show this cursor."""
        if shape != self._shape:
            self._shape = shape
            self._surface.setCursor(_SHAPES[shape])

    @property
    def has_brush(self) -> bool:
        """Whether the Tool has a size."""
        return self._can(Ability.SIZE) and self._surface.is_editable

    def scale_brush(self, factor: float) -> None:
        """A larger or smaller brush, at least a pixel in or out."""
        radius = self._surface.scene.radius
        self.size_brush(max(radius * factor, radius + 0.5) if factor > 1 else radius * factor)

    def size_brush(self, radius: float) -> None:
        """A brush of this radius in frame pixels, as far as there are such brushes."""
        self._surface.set_brush(min(max(radius, THINNEST), WIDEST))

    def _take_answer(self, edit: Edit | None) -> None:
        """Show what the Tool draws now, pass on what it made."""
        tool = self._tool
        if tool is None:
            return
        selection, message = tool.selection, tool.message
        if edit is not None:
            self.edit_made.emit(edit)
        self._show(tool.preview)
        self._tell_wishes()
        if selection is not None and selection != self._surface.scene.selection:
            self._select(selection)
        if message:
            self.message.emit(QCoreApplication.translate("tools", message))

    def _tell_wishes(self) -> None:
        """Say what the Tool asks now, and where its line begins; nothing, where it does not."""
        asks = self._can(Ability.ASKS)
        question = cast(AskingTool, self._tool).question if asks else Question()
        if question != self.question:
            self.question = question
            self.question_changed.emit(question)
        follows = self._can(Ability.FOLLOWS_EDGES)
        start = cast(EdgeTool, self._tool).edge_start if follows else None
        if start != self._edge_start:
            self._edge_start = start
            self.edge_start_changed.emit(start)

    def _show(self, preview: Preview) -> None:
        surface = self._surface
        had_stroke = self._foreground.preview.stroke is not None
        surface.update_area(self._foreground.show_preview(preview, surface.view))
        if had_stroke and preview.stroke is None:
            area = self._foreground.end_stroke()
            if area is not None:
                surface.update_area(surface.view.area_on_screen(area, margin=3))

    def _select(self, selection: tuple[str, ...]) -> None:
        self._surface.set_selection(selection)
        self.selection_changed.emit(selection)
