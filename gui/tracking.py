"""What the actions call that lead an object through the frames of a video."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.formats.report import sample_name
from engine.values import Annotation, FrameId, Polyline
from engine.words import counted
from gui.controllers.track_jobs import Following
from gui.controllers.tracks import TracksController
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.tracks.follow import Followed

FIRST_FRAMES, MOST_FRAMES = 30, 10_000


class Tracking(QObject):
    """One method for each row of the table in `gui.actions` whose call begins with `tracking.`"""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._annotations = session.annotations
        self._frames = FIRST_FRAMES
        self.tracks = TracksController(
            session.jobs, session.project, session.annotations, session.frames, session.large, self
        )
        self.tracks.failed.connect(session.failed)
        self.tracks.filled.connect(self._on_filled)
        self.tracks.accepted.connect(self._on_accepted)
        self.tracks.followed.connect(self._on_followed)
        self.tracks.left_behind.connect(self._on_left_behind)
        session.at_close(self.tracks.stop)
        window.ask_before_closing(self._may_close)

    def _may_close(self) -> bool:
        busy = self.tr("An object is being followed.")
        return not self.tracks.is_following or ask.ends_work(self._window, busy)

    # One frame

    def start(self) -> None:
        """Give the selected object a track."""
        annotation = self._one_object()
        if annotation is None:
            return
        if annotation.track is not None:
            self._window.say(self.tr("It is on track {0} already.").format(annotation.track))
            return
        self.tracks.start(annotation, self.tr("Start a track"))
        text = self.tr("Track {0} starts here: go on to a later frame, freeze it and press J.")
        self._window.say(text.format(self.tracks.number))

    def set_keyframe(self) -> None:
        """Make the track's object here a keyframe; put it here if it is not."""
        if self._video_frame() is None:
            return
        if self.tracks.number is None:
            self._window.say(self.tr("Select an object that is on a track first."))
        elif self.tracks.set_keyframe(self.tr("Set a keyframe")):
            text = self.tr("A keyframe of track {0}: correct it if it is not quite right.")
            self._window.say(text.format(self.tracks.number))
        else:
            self._window.say(self.tr("The track in hand has no keyframe in this video."))

    def go(self, direction: int) -> None:
        """Go to the next keyframe of the track in a direction."""
        frame_id = self.tracks.near(direction)
        if frame_id is None:
            self._window.say(self.tr("No further keyframe of the track in this direction."))
        else:
            self._session.go_to(frame_id)

    # Many frames

    def fill(self) -> None:
        """Interpolate the track from this frame to the keyframes around it."""
        from engine.tracks.interpolate import spans_at

        frame_id, places = self._video_frame(), self.tracks.places
        if frame_id is None:
            return
        if places is None or frame_id.path != self.tracks.path:
            self._window.say(self.tr("Select an object that is on a track first."))
            return
        spans = spans_at(places.keys, frame_id.index)
        if not any(last - first > 1 for first, last in spans):
            message = self.tr("There is nothing between two keyframes here.")
            hint = self.tr("Set another keyframe on a later frame: freeze it, and press J.")
            self._window.notice.show_error(AppError(message, hint=hint))
            return
        if not any(self._can_fill(frame_id.path, span) for span in spans):
            message = self.tr("The object cannot go from one of these keyframes to the other.")
            hint = self.tr(
                "Both need to be boxes or masks, outlines with as many holes, or lines of as many "
                "points."
            )
            self._window.notice.show_error(AppError(message, hint=hint))
            return
        self.tracks.fill(self.tr("Fill between keyframes"))

    def _can_fill(self, path: str, span: tuple[int, int]) -> bool:
        """Whether something lies between these two keyframes of the track in hand."""
        from engine.tracks.interpolate import can_become

        project, track = self._session.project.project, self.tracks.number
        assert project is not None
        assert track is not None
        found = [project.keyframes_near(FrameId(path, index), track) for index in span]
        regions = [annotation.region for near in found for _, annotation in near]
        return len(regions) == 2 and can_become(*regions)

    @Slot(int)
    def _on_filled(self, count: int) -> None:
        text = self.tr("Nothing had to be filled.")
        if count:
            text = self.tr("Filled {0} between the keyframes of track {1}.")
            text = text.format(counted(count, "frame"), self.tracks.number)
        hint = self.tr("They follow when a keyframe is moved; one that you move is a keyframe too.")
        self._tell(text, hint if count else "", can_accept=count > 0)

    @Slot(int)
    def _on_left_behind(self, count: int) -> None:
        text = self.tr("{0} beside this keyframe did not follow: they are many.")
        self._window.notice.show_note(
            text.format(counted(count, "frame")),
            button=self.tr("Fill them anew"),
            act=self.fill,
        )

    def follow(self, direction: int) -> None:
        """Ask through how many frames, and follow the selected object."""
        annotation = self._one_object()
        if annotation is None:
            return
        if isinstance(annotation.region, Polyline):
            text = self.tr("Lines and points cannot be followed: set keyframes (J), and fill.")
            self._window.say(text)
            return
        if self.tracks.is_following:
            self._window.say(self.tr("An object is being followed: wait for it, or cancel it."))
            return
        title = self.tr("Follow forward") if direction > 0 else self.tr("Follow backward")
        frames = ask.frames(self._window, title, self._frames, MOST_FRAMES)
        if frames is not None:
            self._frames = frames
            self.tracks.follow(annotation, direction * frames, self.tr("Following an object"))

    @Slot(object)
    def _on_followed(self, following: Following) -> None:
        followed = following.followed
        assert followed is not None
        asked = abs(following.request.frames)
        count, track = len(followed.found), following.annotation.track
        if not count:
            text = self.tr("The object could not be followed at all.")
        else:
            last = sample_name(FrameId(following.request.frame_id.path, followed.found[-1].index))
            text = self.tr("Followed through {0} of {1}, until {2}: proposals of track {3}.")
            text = text.format(count, counted(asked, "frame"), last, track)
        self._tell(text, self._why(followed), can_accept=count > 0)

    def _why(self, followed: "Followed") -> str:
        """Why it is not known any further."""
        from engine.tracks.follow import Ending

        return {
            Ending.DONE: self.tr("Y accepts one, N rejects it."),
            Ending.LOST: self.tr(
                "Then it was lost from sight: motion there and back agreed on {0:.0%} of it."
            ).format(followed.confidence),
            Ending.LEFT: self.tr("Then it left the picture."),
            Ending.CUT: self.tr("Then another scene begins."),
            Ending.KNOWN: self.tr("There the track goes on already."),
            Ending.VIDEO_END: self.tr("There the video ends."),
        }[followed.ending]

    def _tell(self, text: str, hint: str, *, can_accept: bool) -> None:
        """Say what came of it, with a button that accepts the track."""
        accept = self.tr("Accept all of them") if can_accept else ""
        self._window.notice.show_note(text, hint, button=accept, act=self.accept_track)

    def accept_track(self) -> None:
        """Accept what waits of the track, whatever frame it is in: proposals, and what is filled
        and counts as predicted so far."""
        places = self.tracks.places
        if places is None or not places.waiting:
            self._window.say(self.tr("Nothing of the track in hand waits to be accepted."))
        else:
            self.tracks.accept(self.tr("Accept the track"))

    @Slot(int)
    def _on_accepted(self, count: int) -> None:
        self._window.notice.dismiss(self.accept_track)
        text = self.tr("Accepted track {0} in {1}.")
        self._window.say(text.format(self.tracks.number, counted(count, "frame")))

    # What is there

    def _video_frame(self) -> FrameId | None:
        """The shown frame of a video; else say what to do."""
        from engine.sources.frame_reader import is_video_frame

        sample = self._annotations.sample
        if self._session.mode is CanvasMode.LIVE:
            self._window.say(self.tr("Freeze this frame first (Shift+Space)."))
        elif sample is None or not is_video_frame(sample.frame_id):
            self._window.say(self.tr("Only frames of a video have tracks."))
        else:
            return sample.frame_id
        return None

    def _one_object(self) -> Annotation | None:
        """The selected object of a video's frame; else say what to do."""
        if self._video_frame() is None:
            return None
        annotation, sample = self.tracks.selected, self._annotations.sample
        if annotation is None or sample is None:
            self._window.say(self.tr("Select one object first."))
        elif annotation in sample.proposals:
            self._window.say(self.tr("Accept this proposal first (Y)."))
        else:
            return annotation
        return None
