"""Files are written whole: a temporary file beside the target, then one replace. And a lock."""

import errno
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from engine.errors import DatasetError

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, which takes its place when the block ends without an error.

    The folder is made. Trouble of the disk stays an OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file that one process at a time can hold. BlockingIOError where another one does.

    The file is made and stays; the system lets go of it even if the process is killed.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def is_locked(path: Path) -> bool:
    """Whether a process holds this file now; looking makes none."""
    if not path.is_file():
        return False
    try:
        with locked(path):
            return False
    except BlockingIOError:
        return True
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(*error.args) from error
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_unseen: ContextVar[str] = ContextVar("unseen", default="")


@contextmanager
def unseen(folder: Path) -> Iterator[None]:
    """Write files below this folder straight to their names, which is several times as fast.

    For one that nobody looks into before it is renamed as a whole.
    """
    token = _unseen.set(os.path.join(folder, ""))
    try:
        yield
    finally:
        _unseen.reset(token)


def write_bytes(path: Path, data: bytes | memoryview) -> None:
    """Write the file whole or not at all. DatasetError for a full disk or read-only folder."""
    with disk_errors(path):
        below = _unseen.get()
        if below and str(path).startswith(below):
            # What is there may be a link to somebody's file.
            path.unlink(missing_ok=True)
            try:
                path.write_bytes(data)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            return
        with replacing(path) as temporary:
            temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with LF, whole or not at all."""
    write_bytes(path, encoded(text))


def encoded(text: str) -> bytes:
    """The text as UTF-8; DatasetError for a file name in it that is none.

    Where the system's own encoding is ASCII, Python holds a name's other bytes as surrogates.
    """
    try:
        data = text.encode("utf-8", "surrogateescape")
        data.decode("utf-8")
    except UnicodeError as error:
        name = text.encode("utf-8", "backslashreplace").decode()
        raise DatasetError(
            f"The name {name.strip()[:200]} is not valid UTF-8.", hint="Rename that file or folder."
        ) from error
    return data


def is_full(error: OSError) -> bool:
    """Whether there is no more space."""
    return error.errno in _FULL


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn trouble of the disk into a DatasetError that says what to do."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            hint = "Free some space or choose a folder on another disk, then start again."
            raise DatasetError(f"The disk is full: cannot write {path.name}.", hint=hint) from error
        if error.errno in _FORBIDDEN:
            hint = "Choose a folder you may write to."
            message = f"The folder {path.parent} is read-only."
            raise DatasetError(message, hint=hint) from error
        hint = "Choose another folder."
        raise DatasetError(f"Cannot write {path}: {error.strerror}.", hint=hint) from error


def write_all(files: dict[Path, str]) -> None:
    """Write several texts so that all appear, or none when the disk cannot take them."""
    with ExitStack() as stack:
        for path, text in files.items():
            stack.enter_context(disk_errors(path))
            stack.enter_context(replacing(path)).write_bytes(encoded(text))
