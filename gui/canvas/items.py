"""What is to be drawn, taken from a Sample or a Prediction: Regions with color and caption."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.counters import Tally
from engine.formats.open_dataset import ORIGIN as IMPORTED
from engine.labels import is_background
from engine.painting.object_colors import COUNT, PALETTE, object_colors, track_color
from engine.values import (
    IGNORE,
    PERSON,
    Annotation,
    Detection,
    Label,
    LabelMap,
    Prediction,
    Region,
)
from gui.tools.scene import Scene, all_bounds, bounds_of

Color = tuple[int, int, int]

PERSON_COLOR: Color = (70, 210, 100)
UNKNOWN_COLOR: Color = (170, 170, 170)
"""Of Regions to ignore, and of labels the project does not have."""


@dataclass(frozen=True, slots=True)
class Item:
    """One Region to draw. What waits is dashed, what a person accepted has a tick."""

    id: str
    region: Region
    color: Color
    is_dashed: bool = False
    caption: str = ""
    is_accepted: bool = False


ColoredTrail = tuple[Color, tuple[tuple[float, float], ...]]
"""Where a track has been, (x, y) in the frame, the newest last."""


@dataclass(frozen=True, slots=True)
class OverlayContent:
    """All that lies over one frame: items from bottom to top, above a label map if there is one,
    trails, and what was counted."""

    size_hw: tuple[int, int]
    items: tuple[Item, ...] = ()
    label_map: LabelMap | None = None
    map_colors: tuple[tuple[int, Color], ...] = ()
    trails: tuple[ColoredTrail, ...] = ()
    tallies: tuple[Tally, ...] = ()


def picture_of_scene(
    scene: Scene, labels: Sequence[Label], *, colored_by: str = "label"
) -> OverlayContent:
    """What is shown of a Sample: proposals below, dashed, then annotations.

    `colored_by` says what colors tell apart: `label`, `object`, `track` or `origin`.
    """
    known = {label.id: label for label in labels}
    items = tuple(
        _item_of_annotation(annotation, known, is_dashed=scene.is_proposal(annotation))
        for annotation in scene.shown
    )
    if colored_by == "object":
        # A proposal is made anew whenever a slider moves, and then has another id.
        keys = [str(bounds_of(i.region)) if i.is_dashed else i.id for i in items]
        items = _colored(items, keys)
    elif colored_by != "label":
        items = _told_apart(items, [(a.track, a.origin) for a in scene.shown], colored_by)
    return OverlayContent(scene.size_hw, items)


def picture_of_prediction(prediction: Prediction, *, colored_by: str = "label") -> OverlayContent:
    """What a model says, drawn solid: there is nothing else to tell it from.

    Colored by `object` a tracked object keeps its color; others get one by their place.
    """
    known = {label.id: label for label in prediction.labels}
    shown = [(str(number), each) for number, each in enumerate(prediction.detections)]
    items = tuple(_item_of_detection(number, detection, known) for number, detection in shown)
    if colored_by == "object":
        items = _colored(items, [n if d.track is None else f"track {d.track}" for n, d in shown])
    elif colored_by != "label":
        items = _told_apart(items, [(d.track, prediction.origin) for _, d in shown], colored_by)
    # The background would tint the whole frame.
    colors = tuple(
        (label.id, label.color) for label in prediction.labels if not is_background(label)
    )
    of_track = {d.track: item.color for (_, d), item in zip(shown, items, strict=True)}
    trails = tuple(
        (of_track[track], places) for track, places in prediction.trails if track in of_track
    )
    return OverlayContent(
        prediction.size_hw, items, prediction.label_map, colors, trails, prediction.tallies
    )


def _colored(items: tuple[Item, ...], keys: Sequence[str]) -> tuple[Item, ...]:
    colors = object_colors(keys, all_bounds([item.region for item in items]))
    return tuple(replace(item, color=color) for item, color in zip(items, colors, strict=True))


def _told_apart(
    items: tuple[Item, ...], traits: Sequence[tuple[int | None, str]], colored_by: str
) -> tuple[Item, ...]:
    """In colors by their track, or by who made them."""
    colors = (color_of_track(t) if colored_by == "track" else color_of_origin(o) for t, o in traits)
    return tuple(replace(item, color=color) for item, color in zip(items, colors, strict=True))


def color_of_track(track: int | None) -> Color:
    """Neighbouring numbers differ; what has none is grey."""
    return UNKNOWN_COLOR if track is None else track_color(track)


def color_of_origin(origin: str) -> Color:
    """Green for a person; for a model one that comes of its name."""
    return PERSON_COLOR if origin == PERSON else PALETTE[zlib.crc32(origin.encode()) % COUNT]


def caption_of(name: str, score: float | None, track: int | None = None) -> str:
    """`person 3  87 %`, leaving out what is not known."""
    parts = [name] if track is None else [f"{name} {track}"]
    if score is not None:
        parts.append(f"{score * 100:.0f} %")
    return "  ".join(parts)


def _item_of_annotation(
    annotation: Annotation, known: dict[int, Label], *, is_dashed: bool
) -> Item:
    name, color = _name_and_color(annotation.label_id, known)
    score = annotation.score if is_dashed else None
    caption = caption_of(name, score, annotation.track)
    is_accepted = not is_dashed and annotation.origin not in (PERSON, IMPORTED)
    return Item(annotation.id, annotation.region, color, is_dashed, caption, is_accepted)


def _item_of_detection(item_id: str, detection: Detection, known: dict[int, Label]) -> Item:
    name, color = _name_and_color(detection.label_id, known)
    caption = caption_of(name, detection.score, detection.track)
    return Item(item_id, detection.region, color, caption=caption)


def _name_and_color(label_id: int, known: dict[int, Label]) -> tuple[str, Color]:
    label = known.get(label_id)
    if label is not None:
        return label.name, label.color
    return ("ignore" if label_id == IGNORE else f"label {label_id}"), UNKNOWN_COLOR
