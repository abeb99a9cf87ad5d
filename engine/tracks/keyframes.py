"""What a track is in a Sample: an Annotation with a track number, a keyframe or interpolated."""

from engine.values import Annotation, Sample

INTERPOLATED = "interpolated"
"""The origin of an Annotation that lies between two keyframes. Whatever changes it makes it a
person's, as with a model's: then it is a keyframe itself."""


def is_keyframe(annotation: Annotation) -> bool:
    """Whether somebody said of this very frame where the object is: a person, or a model that a
    person believed."""
    return annotation.track is not None and annotation.origin != INTERPOLATED


def on_track(sample: Sample, track: int) -> Annotation | None:
    """The object of a track in a Sample, not waiting any more."""
    return next((a for a in sample.annotations if a.track == track), None)
