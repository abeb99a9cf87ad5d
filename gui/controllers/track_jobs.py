"""The work of the Jobs that fill a track, accept it, and follow an object through its video."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from engine.jobs import CancelToken, Progress
from engine.tracks.keyframes import FOLLOWED
from engine.values import Annotation, FrameId

if TYPE_CHECKING:
    from engine.project.project import Project
    from engine.tracks.follow import Followed
    from engine.tracks.through_video import FollowRequest

# engine.annotations and engine.tracks need OpenCV, which the window must not wait for.


@dataclass(frozen=True, eq=False)
class Following:
    """An object that is being followed, and what came of it."""

    annotation: Annotation
    request: "FollowRequest"
    size_hw: tuple[int, int]
    followed: "Followed | None" = None


def fill_track(
    frame_id: FrameId,
    track: int,
    text: str,
    project: "Project",
    progress: Progress,
    cancel: CancelToken,
) -> int:
    """Interpolate a track around a frame; the work of a Job."""
    return project.fill_track(frame_id, track, text, cancel=cancel)


def accept_track(
    ids: tuple[FrameId, ...],
    track: int,
    text: str,
    project: "Project",
    progress: Progress,
    cancel: CancelToken,
) -> int:
    """Accept what waits of a track in these frames; the work of a Job."""
    from engine.annotations import tracking
    from engine.annotations.edits import Edit

    edit = Edit(text, partial(tracking.accept_track, track=track))
    edits = [(frame_id, edit) for frame_id in ids]
    return project.apply_all(edits, text, progress=progress, cancel=cancel)


def follow_object(following: Following, progress: Progress, cancel: CancelToken) -> Following:
    """Follow an object through its video; the work of a Job."""
    from engine.tracks.through_video import follow_in_video

    return replace(following, followed=follow_in_video(following.request, progress, cancel))


def store_followed(
    following: Following, text: str, project: "Project", progress: Progress, cancel: CancelToken
) -> Following:
    """Let what was found wait as proposals, and give the object a track if it had none: one step;
    the work of a Job."""
    from engine.annotations import tracking
    from engine.annotations.edits import Edit

    frame_id, first = following.request.frame_id, following.annotation
    track = project.free_track(frame_id.path) if first.track is None else first.track
    start = partial(tracking.start, annotation_id=first.id, track=track)
    edits: list[tuple[FrameId, Edit]] = [(frame_id, Edit(text, start))]
    assert following.followed is not None
    for found in following.followed.found:
        proposal = replace(Annotation(found.region, first.label_id, FOLLOWED), track=track)
        proposal = replace(proposal, score=found.confidence, attributes=first.attributes)
        change = partial(tracking.propose, proposal=proposal, size_hw=following.size_hw)
        edits.append((FrameId(frame_id.path, found.index), Edit(text, change)))
    project.apply_all(edits, text, progress=progress, cancel=cancel)
    return replace(following, annotation=replace(first, track=track))
