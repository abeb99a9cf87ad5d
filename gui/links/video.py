"""Between the session and the timeline: playing, recording, and a stream that is lost."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from engine.errors import AppError
from engine.pipeline.recorded import Recorded
from engine.sources.codecs import MJPEG
from gui.controllers.live import LiveInfo
from gui.controllers.recording import recordings_folder
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.pipeline.reconnect import Lost


class VideoLink(QObject):
    """Keeps the timeline up to date, and says what becomes of a video, an address or a camera."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._said = self._opening = ""
        self._newest: Recorded | None = None
        self._has_ended = False
        """Whether a recording ended because what was recorded is lost."""
        timeline, live, recording = window.timeline, session.live, session.recording
        timeline.play_requested.connect(session.toggle_play)
        timeline.step_requested.connect(self._on_step)
        timeline.freeze_requested.connect(session.freezing.freeze)
        timeline.record_requested.connect(self.toggle_recording)
        timeline.kinds.set_kinds(session.store.now.recorded)
        timeline.kinds.chosen.connect(self._on_kinds)
        timeline.leave_requested.connect(session.close_live)
        timeline.speed_requested.connect(live.set_speed)
        timeline.loop_requested.connect(live.set_loop)
        timeline.marks_requested.connect(live.set_marks)
        live.opening.connect(self._on_opening)
        live.opening_given_up.connect(self._end_opening)
        live.opened.connect(self._on_opened)
        live.failed.connect(self._end_opening)
        live.ended.connect(self._on_ended)
        live.lost.connect(self._on_lost)
        live.position_changed.connect(self._on_position)
        live.playing_changed.connect(timeline.set_playing)
        recording.changed.connect(self._on_recording)
        recording.finished.connect(self._on_recorded)
        self._on_recording(False)

    @Slot(str)
    def _on_opening(self, name: str) -> None:
        """Until it is open or not: a long video, or one behind a slow line, takes its time."""
        self._opening = self.tr("Opening {0}…").format(name)
        self._window.statusBar().showMessage(self._opening)

    @Slot(object)
    def _on_opened(self, info: LiveInfo) -> None:
        self._end_opening()
        self._window.notice.withdraw(self._said)
        self._window.timeline.set_source(info.count, info.fps)
        self._window.timeline.show()
        if info.is_folder:
            self._window.say(self.tr("New pictures in {0} are shown.").format(info.name))
        if info.warning:
            # No error: that it opened would count as its end.
            self._window.notice.show_note(info.warning, info.advice)
            self._said = self._window.notice.text

    @Slot(int)
    def _on_position(self, index: int) -> None:
        live = self._session.live
        if live.info is not None and live.info.is_folder and live.shot is not None:
            self._window.timeline.set_picture(Path(live.shot.frame.id.path).name)
        else:
            self._window.timeline.set_index(index)

    @Slot()
    def _end_opening(self) -> None:
        if self._window.statusBar().currentMessage() == self._opening:
            self._window.statusBar().clearMessage()

    @Slot()
    def _on_ended(self) -> None:
        self._window.timeline.hide()
        self._window.rates.clear()
        self._window.notice.withdraw(self._said)

    @Slot(int)
    def _on_step(self, count: int) -> None:
        if self._session.mode is CanvasMode.LIVE:
            self._session.live.step(count)

    @Slot(object)
    def _on_lost(self, lost: "Lost | None") -> None:
        notice = self._window.notice
        if lost is None:
            notice.withdraw(self._said)
            self._window.say(self.tr("It sends again."))
            if self._newest is not None and self._has_ended:
                self._on_recorded(self._newest)
            self._has_ended = False
            return
        self._has_ended |= self._newest is not None and self._newest.ended == lost.error.message
        if lost.wait is None:
            hint = self.tr("{0} It was tried {1} times; the last picture stays.")
            error = AppError(lost.error.message, hint=hint.format(lost.error.hint, lost.tries))
            again = (self.tr("Try again"), self._session.live.play)
            notice.show_choices(error, (again,))
        else:
            hint = self.tr("Connecting again: try {0} in {1:.1f} s. The last picture stays.")
            hint = hint.format(lost.tries, lost.wait)
            if self._has_ended:
                hint = f"{hint} {self.tr('The recording ended with it, and is kept.')}"
            notice.show_error(AppError(lost.error.message, hint=hint))
        self._said = notice.text

    # Recording

    @Slot()
    def toggle_recording(self) -> None:
        """Record what is seen, or finish that."""
        recording = self._session.recording
        if recording.is_on:
            recording.end()
        elif self._session.mode is CanvasMode.LIVE:
            recording.begin(recordings_folder(), self._session.store.now.recorded)
        else:
            self._on_recording(False)
            self._window.say(self.tr("Only a video or camera that plays can be recorded."))

    @Slot(tuple)
    def _on_kinds(self, kinds: tuple[str, ...]) -> None:
        self._session.store.change(recorded=kinds)

    @Slot(bool)
    def _on_recording(self, is_on: bool) -> None:
        places = self._session.recording.places
        place = str(places.paths[0] if places is not None else recordings_folder())
        self._window.timeline.set_recording(is_on, place)
        self._window.say(self.tr("Recording into {0}").format(place) if is_on else "")

    @Slot(object)
    def _on_recorded(self, recorded: Recorded) -> None:
        self._newest = recorded
        text = self.tr("Recorded {0:.1f} s in {1} frames.")
        parts = [text.format(recorded.seconds, recorded.frames)]
        if recorded.ended:
            parts.append(self.tr("It ended by itself: {0}").format(recorded.ended))
        if recorded.codec == MJPEG:
            parts.append(self.tr("As MJPEG, which takes much room: H.264 is missing here."))
        self._window.notice.show_note(
            " ".join(parts),
            "\n".join(str(path) for path in recorded.paths),
            button=self.tr("Show folder"),
            act=self._show_folder,
        )

    @Slot()
    def _show_folder(self) -> None:
        if self._newest is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._newest.path.parent)))
