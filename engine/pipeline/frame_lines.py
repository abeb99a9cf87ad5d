"""One line of JSON for each live frame: when it came, what was said of it, how long that took."""

import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from engine.errors import DatasetError, SourceError
from engine.files import disk_errors
from engine.pipeline.live import LiveResult
from engine.pipeline.told import as_told


def line_of(result: LiveResult, first_at: float, clock_offset: float) -> dict[str, Any]:
    """What one line tells. `first_at` is when the first frame was captured; `clock_offset` lies
    between the clock that frames have and the wall's."""
    came = datetime.fromtimestamp(result.captured_at + clock_offset, UTC)
    frame_id = result.frame.id
    line: dict[str, Any] = {
        "index": frame_id.index,
        "captured_at": came.isoformat(timespec="microseconds"),
        "seconds": round(result.captured_at - first_at, 6),
        "path": os.path.abspath(frame_id.path) if Path(frame_id.path).is_file() else frame_id.path,
        "size_hw": list(result.frame.size_hw),
    }
    for key, each in (("", result), ("beside", result.beside)):
        if each is not None and each.prediction is not None:
            told = as_told(each.prediction)
            told = {k: v for k, v in told.items() if k not in ("path", "index")}
            told["origin"] = each.prediction.origin
            line |= {key: told} if key else told
    line["times_ms"] = {stage: round(1000 * s, 3) for stage, s in result.seconds.items()}
    return line


class FrameLines:
    """A file of lines under construction; it has its name once it is closed."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(f"{path.stem}.part{path.suffix}")
        self._file: IO[str] | None = None
        self._first_at = 0.0
        self._clock_offset = time.time() - time.perf_counter()

    def write(self, result: LiveResult) -> None:
        """Append a line. SourceError where it cannot be written."""
        try:
            with disk_errors(self._path):
                if self._file is None:
                    self._first_at = result.captured_at
                    # A name that is no UTF-8 becomes an escape, which JSON knows too.
                    self._file = open(  # noqa: SIM115
                        self._part, "w", encoding="utf-8", errors="backslashreplace", newline="\n"
                    )
                line = line_of(result, self._first_at, self._clock_offset)
                self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except DatasetError as error:
            raise SourceError(error.message, hint=error.hint) from error

    def close(self) -> None:
        """Put the file under its name."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            with disk_errors(self._path):
                file.close()
                os.replace(self._part, self._path)
        except DatasetError as error:
            raise SourceError(error.message, hint=error.hint) from error

    def discard(self) -> None:
        """Leave no file."""
        file, self._file = self._file, None
        with suppress(OSError):
            if file is not None:
                file.close()
            self._part.unlink(missing_ok=True)
