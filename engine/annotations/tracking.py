"""Edits of an object that goes through the frames of a video, as pure functions on Samples."""

from collections.abc import Collection
from dataclasses import replace

from engine.annotations import edits
from engine.annotations.limits import inside_frame
from engine.tracks.keyframes import INTERPOLATED, is_keyframe, on_track
from engine.values import PERSON, Annotation, Region, Sample, SampleState

SETTLED = (SampleState.VERIFIED, SampleState.SKIPPED)
"""What a person has said of a whole frame holds: nothing is filled in there."""


def start(sample: Sample, annotation_id: str, track: int) -> Sample:
    """Give an object a track: this frame is its first keyframe. A proposal is accepted."""
    sample = edits.accept(sample, {annotation_id})
    return _replaced(sample, annotation_id, track=track)


def set_keyframe(sample: Sample, annotation: Annotation) -> Sample:
    """Make the object of this track a keyframe: the one that is here, as it is, else a new one."""
    assert annotation.track is not None
    found = on_track(sample, annotation.track)
    if found is None:
        return edits.add(sample, annotation)
    if is_keyframe(found):
        return sample
    sample = edits.accept(sample, {found.id})
    return _replaced(sample, found.id, origin=PERSON, score=None)


def fill(sample: Sample, annotation: Annotation, size_hw: tuple[int, int]) -> Sample:
    """Put an interpolated object of a track here, which waits until it is accepted. A keyframe
    stays, and so does a frame that a person has verified or skipped."""
    assert annotation.track is not None
    found = on_track(sample, annotation.track)
    if sample.state in SETTLED or (found is not None and is_keyframe(found)):
        return sample
    inside = inside_frame(annotation.region, size_hw)
    if inside is None:
        return sample
    if found is None:
        return propose(sample, replace(annotation, region=inside), size_hw)
    same = replace(annotation, region=inside, id=found.id, z=found.z)
    return sample if same == found else _put(sample, same)


def interpolated(key: Annotation, region: Region) -> Annotation:
    """The object of this keyframe in a frame behind it."""
    fresh = Annotation(region, key.label_id, origin=INTERPOLATED, track=key.track)
    return replace(fresh, z=key.z, attributes=key.attributes)


def propose(sample: Sample, proposal: Annotation, size_hw: tuple[int, int]) -> Sample:
    """Let an object of a track wait here. It takes the place of what waits of that track."""
    sized = edits.set_size(sample, size_hw) if sample.size_hw == (0, 0) else sample
    others = tuple(a for a in sized.proposals if a.track != proposal.track)
    return edits.set_proposals(replace(sized, proposals=()), (*others, proposal))


def accept_track(sample: Sample, track: int) -> Sample:
    """Accept what waits of a track, unless its object is here already. What is interpolated goes
    on following its keyframes."""
    if any(a.track == track for a in sample.annotations):
        return sample
    return edits.accept(sample, {a.id for a in sample.proposals if a.track == track})


def changed_tracks(before: Sample, after: Sample) -> Collection[int]:
    """The tracks whose keyframe in this Sample is another one now, or gone."""
    old, new = _keyframes(before), _keyframes(after)
    return sorted(track for track in {*old, *new} if old.get(track) != new.get(track))


def _keyframes(sample: Sample) -> dict[int, tuple[Region, int]]:
    """Where the keyframes of a Sample are, and what, by their tracks."""
    return {
        a.track: (a.region, a.label_id)
        for a in sample.annotations
        if a.track is not None and is_keyframe(a)
    }


def _replaced(sample: Sample, annotation_id: str, **values: object) -> Sample:
    found = next((a for a in sample.annotations if a.id == annotation_id), None)
    if found is None:
        return sample
    changed = replace(found, **values)  # type: ignore[arg-type]
    if changed == found:
        return sample
    return edits.set_state(_put(sample, changed), SampleState.CORRECTED)


def _put(sample: Sample, annotation: Annotation) -> Sample:
    """The Sample with this annotation or proposal in the place of its older self."""
    drawn, waiting = (
        tuple(annotation if a.id == annotation.id else a for a in group)
        for group in (sample.annotations, sample.proposals)
    )
    return replace(sample, annotations=drawn, proposals=waiting)
