"""What a track is in a Sample: an Annotation with a track number, a keyframe or interpolated."""

from engine.values import Annotation, Sample, SampleState

INTERPOLATED = "interpolated"
"""The origin of an Annotation that lies between two keyframes. Whatever changes it makes it a
person's, as with a model's: then it is a keyframe itself."""
FOLLOWED = "optical flow"
"""The origin of what was found by following an object through a video."""


def is_keyframe(annotation: Annotation) -> bool:
    """Whether somebody said of this very frame where the object is: a person, or a model that a
    person believed."""
    return annotation.track is not None and annotation.origin != INTERPOLATED


def is_unaccepted(sample: Sample, annotation: Annotation) -> bool:
    """Whether an interpolated object lies in a frame that nobody has looked at yet."""
    return annotation.origin == INTERPOLATED and sample.state is SampleState.PREDICTED


def on_track(sample: Sample, track: int) -> Annotation | None:
    """The object of a track in a Sample, not waiting any more."""
    return next((a for a in sample.annotations if a.track == track), None)


def waiting(sample: Sample) -> tuple[Annotation, ...]:
    """The proposals that come from following: a model's answers do not take their place."""
    return tuple(a for a in sample.proposals if a.origin == FOLLOWED)
