"""The vocabulary on one page. Every value is frozen, valid from birth and compared by content.

Boxes and points are in pixels of the upright frame: x right, y down; pixel (0, 0) covers
[0, 1) x [0, 1); right and bottom edges are excluded.
"""

import gc
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.counters import Tally

IGNORE = 255
"""The id in a LabelMap of a pixel that is neither trained on nor scored."""

PERSON = "person"
"""The origin of an Annotation that a person drew."""

_INFINITE = float("inf")
_MANY = 1 << 20


def _frozen(array: Any, dtype: Any) -> NDArray[Any]:
    """A read-only copy in C order; an array that is already ours is passed through."""
    result: NDArray[Any] = np.asarray(array, dtype=dtype, order="C")
    if result.flags.writeable:
        result = result.copy()
        result.flags.writeable = False
    return result


def _are_same(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> bool:
    """Whether pixels (h, w) are equal: of very many, some rows tell most often that they are not,
    and comparing all at once would take as much memory again."""
    if a is b or a.shape != b.shape or a.size < _MANY:
        return a is b or np.array_equal(a, b)
    rows = max(_MANY // a.shape[1], 1)
    parts = (slice(top, top + rows) for top in range(0, len(a), rows))
    return all(np.array_equal(a[part], b[part]) for part in (slice(None, None, 64), *parts))


@dataclass(frozen=True, slots=True)
class Label:
    """What a Region can be. Ids are 0..254; 0 is background unless a dataset says otherwise."""

    id: int
    name: str
    color: tuple[int, int, int]

    def __post_init__(self) -> None:
        if not 0 <= self.id < IGNORE:
            raise ValueError(f"A label id is 0 to 254, not {self.id}.")
        if not self.name.strip():
            raise ValueError("A label needs a name.")
        if len(self.color) != 3 or not all(0 <= c <= 255 for c in self.color):
            raise ValueError(f"A color is three numbers 0 to 255, not {self.color}.")


@dataclass(frozen=True, slots=True, order=True)
class FrameId:
    """The path and the index of a Frame, without its pixels. Pictures have index 0."""

    path: str
    index: int = 0

    @classmethod
    def many(cls, paths: Sequence[str], indexes: Sequence[int]) -> "tuple[FrameId, ...]":
        """A FrameId for each path and index, in a third of the time of one by one."""
        is_collecting = gc.isenabled()
        gc.disable()  # It would look through all that is new a hundred times, and find nothing.
        try:
            made = tuple(map(cls.__new__, repeat(cls, len(paths))))
        finally:
            if is_collecting:
                gc.enable()
        deque(map(_SET_PATH, made, paths), maxlen=0)
        deque(map(_SET_INDEX, made, indexes), maxlen=0)
        return made


_SET_PATH, _SET_INDEX = (vars(FrameId)[name].__set__ for name in ("path", "index"))


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """One picture of a Source: (H, W, 3) uint8 RGB, upright."""

    id: FrameId
    pixels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _frozen(self.pixels, np.uint8))
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or 0 in self.pixels.shape:
            raise ValueError(f"A frame is (H, W, 3), not {self.pixels.shape}.")

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Frame)
            and self.id == other.id
            and np.array_equal(self.pixels, other.pixels)
        )

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle with finite x1 < x2 and y1 < y2."""

    x1: float
    y1: float
    x2: float
    y2: float

    def __post_init__(self) -> None:
        is_wide = -_INFINITE < self.x1 < self.x2 < _INFINITE
        if not (is_wide and -_INFINITE < self.y1 < self.y2 < _INFINITE):
            raise ValueError(f"A box needs finite x1 < x2 and y1 < y2, not {self.xyxy}.")

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x1, self.y1, self.x2, self.y2


@dataclass(frozen=True, eq=False, slots=True)
class Polygon:
    """A closed outline (N, 2) float32 of at least three points, with any number of holes."""

    points_xy: NDArray[np.float32]
    holes: tuple[NDArray[np.float32], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "points_xy", _frozen(self.points_xy, np.float32))
        object.__setattr__(self, "holes", tuple(_frozen(h, np.float32) for h in self.holes))
        for ring in (self.points_xy, *self.holes):
            if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 3:
                raise ValueError(f"An outline is (N >= 3, 2), not {ring.shape}.")
            if not np.isfinite(ring).all():
                raise ValueError("An outline needs finite points.")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Polygon)
            and np.array_equal(self.points_xy, other.points_xy)
            and len(self.holes) == len(other.holes)
            and all(np.array_equal(a, b) for a, b in zip(self.holes, other.holes, strict=True))
        )

    def __hash__(self) -> int:
        return hash(self.points_xy.tobytes())


@dataclass(frozen=True, eq=False, slots=True)
class Mask:
    """One object's pixels: bool (h, w), cropped, with its top-left corner in the frame."""

    left: int
    top: int
    pixels: NDArray[np.bool_]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _frozen(self.pixels, np.bool_))
        if self.pixels.ndim != 2 or 0 in self.pixels.shape:
            raise ValueError(f"A mask is (h, w), not {self.pixels.shape}.")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Mask)
            and (self.left, self.top) == (other.left, other.top)
            and _are_same(self.pixels, other.pixels)
        )

    def __hash__(self) -> int:
        return hash((self.left, self.top, self.pixels.shape))


@dataclass(frozen=True, eq=False, slots=True)
class Polyline:
    """An open line (N, 2) float32 through one or more points; a single one is a keypoint.

    It has no area, and so no pixels.
    """

    points_xy: NDArray[np.float32]

    def __post_init__(self) -> None:
        object.__setattr__(self, "points_xy", _frozen(self.points_xy, np.float32))
        points = self.points_xy
        if points.ndim != 2 or points.shape[1] != 2 or not len(points):
            raise ValueError(f"A line is (N >= 1, 2), not {points.shape}.")
        if not np.isfinite(points).all():
            raise ValueError("A line needs finite points.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polyline) and np.array_equal(self.points_xy, other.points_xy)

    def __hash__(self) -> int:
        return hash(self.points_xy.tobytes())


Area = Box | Polygon | Mask
"""A Region that covers pixels."""

Region = Area | Polyline


def word_for(region: Region) -> str:
    """What a person calls this kind of Region."""
    if isinstance(region, Polyline):
        return "point" if len(region.points_xy) == 1 else "line"
    return type(region).__name__.lower()


@dataclass(frozen=True, eq=False, slots=True)
class LabelMap:
    """A label id for every pixel: (H, W) uint8, 255 = ignore."""

    ids: NDArray[np.uint8]

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", _frozen(self.ids, np.uint8))
        if self.ids.ndim != 2 or 0 in self.ids.shape:
            raise ValueError(f"A label map is (H, W), not {self.ids.shape}.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LabelMap) and np.array_equal(self.ids, other.ids)

    def __hash__(self) -> int:
        return hash(self.ids.shape)


@dataclass(frozen=True, slots=True)
class Detection:
    """One object in a Prediction; score in 0..1."""

    region: Region
    label_id: int
    score: float
    track: int | None = None


Trail = tuple[int, tuple[tuple[float, float], ...]]
"""A track's number and where its centre has been, (x, y), the newest last."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """All a Model says of one Frame, in pixels of that frame. `origin` names model and weights.

    `ranking` is what a classifier says of the whole frame: label ids with their probability, the
    best first. `trails` are the last places of tracks, where somebody wants to see them; `tallies`
    are what was counted until this frame.
    """

    frame_id: FrameId
    size_hw: tuple[int, int]
    labels: tuple[Label, ...]
    detections: tuple[Detection, ...] = ()
    label_map: LabelMap | None = None
    origin: str = ""
    ranking: tuple[tuple[int, float], ...] = ()
    trails: tuple[Trail, ...] = ()
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation:
    """One Region with a Label that a person drew, or a proposal not accepted yet.

    `origin` is "person", or names the model and weights; a proposal has a score in 0..1.
    Label id 255 marks a Region to be ignored in training and scoring.
    """

    region: Region
    label_id: int
    origin: str = PERSON
    score: float | None = None
    track: int | None = None
    z: int = 0
    attributes: tuple[tuple[str, str], ...] = ()
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        if not 0 <= self.label_id <= IGNORE:
            raise ValueError(f"A label id is 0 to 255, not {self.label_id}.")
        if self.score is not None and not 0 <= self.score <= 1:
            raise ValueError(f"A score is 0 to 1, not {self.score}.")


class SampleState(StrEnum):
    """How far the work on a Sample has come. What is labelled came so from a file: it is trained on
    and exported, and nobody has looked at it here."""

    NEW = "new"
    PREDICTED = "predicted"
    LABELLED = "labelled"
    CORRECTED = "corrected"
    VERIFIED = "verified"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Sample:
    """A FrameId with its Annotations and waiting proposals: what is edited and trained on.

    `size_hw` is (0, 0) while nobody has read the picture yet. `attributes` are flags and tags of
    the whole picture.
    """

    frame_id: FrameId
    size_hw: tuple[int, int] = (0, 0)
    annotations: tuple[Annotation, ...] = ()
    proposals: tuple[Annotation, ...] = ()
    state: SampleState = SampleState.NEW
    attributes: tuple[tuple[str, str], ...] = ()

    def find(self, annotation_id: str) -> Annotation | None:
        """The annotation or proposal with this id."""
        for annotation in (*self.annotations, *self.proposals):
            if annotation.id == annotation_id:
                return annotation
        return None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Samples in order, with their Labels."""

    samples: tuple[Sample, ...]
    labels: tuple[Label, ...]
