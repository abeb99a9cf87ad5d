"""Tracks of a project: where their keyframes are, what lies between, and what follows an Edit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from engine.annotations import tracking
from engine.annotations.edits import Edit
from engine.project.store import Store
from engine.tracks.interpolate import all_between, spans_at
from engine.tracks.keyframes import INTERPOLATED, is_keyframe, on_track
from engine.values import Annotation, FrameId, Mask, Sample

MOST_FOLLOWING = 200
"""More frames than this do not follow a keyframe by themselves: they are filled anew by a Job."""
MOST_PIXELS = 20_000_000
"""Nor do Masks of more pixels than this, all frames together."""
_OF_VIDEO = "FROM frames f CROSS JOIN annotations a ON a.frame = f.id WHERE f.path = ?"


@dataclass(frozen=True, slots=True)
class TrackPlaces:
    """In which frames of a video the object of a track is, by their indexes in order; `unaccepted`
    are the interpolated ones that still wait."""

    track: int
    keys: tuple[int, ...] = ()
    interpolated: tuple[int, ...] = ()
    proposed: tuple[int, ...] = ()
    unaccepted: tuple[int, ...] = ()

    @property
    def waiting(self) -> tuple[int, ...]:
        """The frames in which something of the track can be accepted."""
        return tuple(sorted({*self.proposed, *self.unaccepted}))


def places(store: Store, path: str, track: int) -> TrackPlaces:
    """Where a track is, without loading a Region."""
    what = "f.number, a.is_proposal, a.origin"
    sql = f"SELECT {what} {_OF_VIDEO} AND a.track = ? ORDER BY f.number"
    rows = store.query(sql, (store.place.stored(path), track))
    names = ("keys", "interpolated", "proposed", "unaccepted")
    kinds: dict[str, list[int]] = {name: [] for name in names}
    for index, is_proposal, origin in rows:
        is_between = origin == INTERPOLATED
        kinds["interpolated" if is_between else "proposed" if is_proposal else "keys"].append(index)
        if is_between and is_proposal:
            kinds["unaccepted"].append(index)
    return TrackPlaces(track, **{kind: tuple(dict.fromkeys(x)) for kind, x in kinds.items()})


def free_number(store: Store, path: str) -> int:
    """A track number that no object of this video has."""
    found = store.query(f"SELECT max(a.track) {_OF_VIDEO}", (store.place.stored(path),))
    return max(int(found[0][0] or 0), 0) + 1


def filling(
    store: Store, path: str, track: int, span: tuple[int, int], only: Sequence[int] | None = None
) -> Iterator[tuple[FrameId, Edit]]:
    """An Edit for each frame between two keyframes, or for `only` these of them. None where the
    one cannot become the other."""
    first, last = span
    samples = [store.load(FrameId(path, index)).sample for index in span]
    keys = [on_track(sample, track) for sample in samples]
    if keys[0] is None or keys[1] is None:
        return
    indexes = range(first + 1, last) if only is None else only
    parts = [(index - first) / (last - first) for index in indexes]
    regions = all_between(keys[0].region, keys[1].region, parts)
    for index, region in zip(indexes, regions, strict=False):
        made = tracking.interpolated(keys[0], region)
        fill = partial(tracking.fill, annotation=made, size_hw=samples[0].size_hw)
        yield FrameId(path, index), Edit("", fill)


def following(store: Store, before: Sample, after: Sample) -> Iterator[tuple[FrameId, Edit]]:
    """What an Edit of a keyframe brings with it: interpolated objects of its track that lie next
    to it move along, unless they are too many. Frames without one stay without."""
    path = after.frame_id.path
    for track in tracking.changed_tracks(before, after):
        beside = _beside(store, after.frame_id, track)
        count = sum(len(indexes) for _, indexes in beside)
        key = on_track(after, track) or on_track(before, track)
        if count <= MOST_FOLLOWING and count * _pixels_of(key) <= MOST_PIXELS:
            for span, indexes in beside:
                yield from filling(store, path, track, span, indexes)


def _pixels_of(annotation: Annotation | None) -> int:
    """How many pixels the crop of a Mask has; 0 for what has corners."""
    region = None if annotation is None else annotation.region
    return region.pixels.size if isinstance(region, Mask) else 0


def left_behind(store: Store, frame_id: FrameId, track: int) -> int:
    """How many interpolated objects beside a frame do not lie between their keyframes any more."""
    count = 0
    for span, indexes in _beside(store, frame_id, track):
        for other, edit in filling(store, frame_id.path, track, span, indexes[:1]):
            before = store.load(other).sample
            count += len(indexes) if edit(before) is not before else 0
    return count


def _beside(
    store: Store, frame_id: FrameId, track: int
) -> list[tuple[tuple[int, int], tuple[int, ...]]]:
    """The spans that a frame lies in or borders on, and the frames in them that are filled."""
    known = places(store, frame_id.path, track)
    spans = spans_at(known.keys, frame_id.index)
    return [(s, tuple(i for i in known.interpolated if s[0] < i < s[1])) for s in spans]


def keyframes_near(
    store: Store, frame_id: FrameId, track: int
) -> tuple[tuple[int, Annotation], ...]:
    """The keyframes before and after a frame, or at it: their indexes and objects."""
    path, index = frame_id.path, frame_id.index
    keys = places(store, path, track).keys
    before = [key for key in keys if key <= index][-1:]
    after = [key for key in keys if key >= index][:1]
    found = [
        (i, on_track(store.load(FrameId(path, i)).sample, track)) for i in sorted({*before, *after})
    ]
    return tuple((i, a) for i, a in found if a is not None and is_keyframe(a))
