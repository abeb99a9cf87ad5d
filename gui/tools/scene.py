"""What a Tool is told: the event, and the scene in which it happens. Values only, no Qt."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.regions.extents import extents
from engine.values import Annotation, Box, FrameId, Mask, Region, Sample

if TYPE_CHECKING:
    from engine.regions.edge_lines import EdgeLines
    from engine.regions.superpixels import Superpixels

Point = tuple[float, float]

THINNEST, WIDEST = 0.5, 2000.0
"""Radii of brushes, in pixels of the frame."""
MOST_TOLERANCE = 128
FEWEST_SUPERPIXELS, MOST_SUPERPIXELS = 50, 5000

NO_SAMPLE = Sample(FrameId(""))
_NONE = np.empty((0, 4), np.float32)
_DERIVED = ("shown", "bounds", "waiting_ids")


@dataclass(frozen=True, slots=True)
class PointerEvent:
    """Where the pointer is, in frame pixels; `tolerance` is the reach of a click there, and from
    `least_drag` on a press that moves is no shaky click any more."""

    x: float
    y: float
    is_pressed: bool = False
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    tolerance: float = 4.0
    least_drag: float = 4.0

    @property
    def point(self) -> Point:
        """x and y."""
        return self.x, self.y


@dataclass(frozen=True, eq=False)
class Scene:
    """All a Tool may look at. `visible_ids` None means that every label is shown.

    What is locked is seen, but not taken hold of. `tolerance` is how much each color channel may
    differ in a fill; `pixels` are the
    frame's, (H, W, 3), once it is there in full; `superpixels` are it divided and
    `edge_lines` those from where a line was begun, once they are worked out.
    """

    size_hw: tuple[int, int] = (1, 1)
    sample: Sample = NO_SAMPLE
    visible_ids: frozenset[int] | None = None
    selection: tuple[str, ...] = ()
    label_id: int = 1
    radius: float = 12.0
    keeps_others: bool = False
    is_square: bool = False
    paints_inside: bool = False
    tolerance: int = 14
    hidden_ids: frozenset[str] = frozenset()
    locked_ids: frozenset[str] = frozenset()
    pixels: NDArray[np.uint8] | None = None
    superpixels: "Superpixels | None" = None
    edge_lines: "EdgeLines | None" = None

    def changed(self, **fields: Any) -> "Scene":
        """With other fields; what was worked out stays where it still holds."""
        result = replace(self, **fields)
        if not fields.keys() & {"sample", "visible_ids", "hidden_ids"}:
            known = {name: value for name, value in vars(self).items() if name in _DERIVED}
            vars(result).update(known)
        elif "bounds" in vars(self):
            before, after = ([a.region for a in scene.shown] for scene in (self, result))
            vars(result)["bounds"] = all_bounds(after, before, self.bounds)
        return result

    def clipped(self, point: Point) -> Point:
        """The nearest point inside the frame."""
        height, width = self.size_hw
        return min(max(point[0], 0.0), float(width)), min(max(point[1], 0.0), float(height))

    @cached_property
    def shown(self) -> tuple[Annotation, ...]:
        """Everything visible from bottom to top: proposals below annotations."""
        groups = (self.sample.proposals, self.sample.annotations)
        return tuple(
            annotation
            for group in groups
            for annotation in sorted(group, key=lambda a: a.z)
            if (self.visible_ids is None or annotation.label_id in self.visible_ids)
            and annotation.id not in self.hidden_ids
        )

    @cached_property
    def bounds(self) -> NDArray[np.float32]:
        """Of everything shown: (N, 4) xyxy."""
        return all_bounds([annotation.region for annotation in self.shown])

    @cached_property
    def selected(self) -> tuple[Annotation, ...]:
        """The selected annotations and proposals that are shown."""
        chosen = set(self.selection)
        return tuple(a for a in self.shown if a.id in chosen)

    @cached_property
    def selected_bounds(self) -> Box | None:
        """Around all of them; None where nothing is selected."""
        if not self.selected:
            return None
        chosen = set(self.selection)
        bounds = self.bounds[[annotation.id in chosen for annotation in self.shown]]
        (x1, y1), (x2, y2) = bounds[:, :2].min(0).tolist(), bounds[:, 2:].max(0).tolist()
        return Box(x1, y1, max(x2, x1 + THINNEST), max(y2, y1 + THINNEST))

    def is_proposal(self, annotation: Annotation) -> bool:
        """Whether it still waits to be accepted."""
        return annotation.id in self.waiting_ids

    @cached_property
    def waiting_ids(self) -> frozenset[str]:
        """The ids of the proposals."""
        return frozenset(proposal.id for proposal in self.sample.proposals)

    def near(self, point: Point, reach: float) -> Iterator[Annotation]:
        """What is shown with the point in its bounds, give or take `reach`, topmost first."""
        x, y = point
        bounds = self.bounds
        is_near = (bounds[:, 0] <= x + reach) & (bounds[:, 2] >= x - reach)
        is_near &= (bounds[:, 1] <= y + reach) & (bounds[:, 3] >= y - reach)
        for number in np.flatnonzero(is_near)[::-1].tolist():
            yield self.shown[number]


def bounds_of(region: Region) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of any Region."""
    if isinstance(region, Box):
        return region.xyxy
    if isinstance(region, Mask):
        height, width = region.pixels.shape
        return region.left, region.top, region.left + width, region.top + height
    x, y = region.points_xy.T  # One after the other is a hundred times faster than both at once.
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def all_bounds(
    regions: Sequence[Region],
    known: Sequence[Region] = (),
    known_bounds: NDArray[np.float32] = _NONE,
) -> NDArray[np.float32]:
    """The same of many, (N, 4) xyxy; those of the very Regions that are `known` are taken over."""
    rows = {id(region): number for number, region in enumerate(known)}
    places = np.array([rows.get(id(region), -1) for region in regions], np.int64)
    is_new = places < 0
    found = np.empty((len(regions), 4), np.float32)
    found[~is_new] = known_bounds[places[~is_new]]
    found[is_new] = extents([regions[number] for number in np.flatnonzero(is_new).tolist()])
    return found


def straightened(point: Point, origin: Point) -> Point:
    """As far from the origin, in the nearest direction that is a multiple of 45 degrees."""
    dx, dy = point[0] - origin[0], point[1] - origin[1]
    angle = round(math.atan2(dy, dx) / (math.pi / 4)) * math.pi / 4
    length = math.hypot(dx, dy)
    return origin[0] + length * math.cos(angle), origin[1] + length * math.sin(angle)
