"""What a track is in a Sample: an Annotation with a track number, a keyframe or interpolated."""

from engine.values import Annotation, Sample

INTERPOLATED = "interpolated"
"""The origin of what lies between two keyframes: a proposal until it is accepted. Whatever changes
it makes it a person's, as with a model's: then it is a keyframe itself."""
FOLLOWED = "optical flow"
"""The origin of what was found by following an object through a video."""


def is_keyframe(annotation: Annotation) -> bool:
    """Whether somebody said of this very frame where the object is: a person, or a model that a
    person believed."""
    return annotation.track is not None and annotation.origin != INTERPOLATED


def on_track(sample: Sample, track: int) -> Annotation | None:
    """The object of a track in a Sample, also one that is interpolated and still waits."""
    filled = (a for a in sample.proposals if a.origin == INTERPOLATED)
    return next((a for a in (*sample.annotations, *filled) if a.track == track), None)


def waiting(sample: Sample) -> tuple[Annotation, ...]:
    """The proposals that were interpolated or followed: a model's answers do not take their
    place."""
    return tuple(a for a in sample.proposals if a.origin in (INTERPOLATED, FOLLOWED))
