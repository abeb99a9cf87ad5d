"""Why a project is not at its place, in words for the person."""

import errno
import sqlite3

from engine.errors import ProjectError
from engine.files import is_full
from engine.project.place import ProjectPlace


def vanished(place: ProjectPlace) -> ProjectError:
    """The folder of an open project was deleted, renamed or disconnected."""
    return ProjectError(
        f"The project's folder {place.folder} is not there any more.",
        hint="What you do is kept apart until the folder is back. Or choose another place for it.",
    )


def why(place: ProjectPlace, error: Exception) -> ProjectError:
    """Why a project could not be brought to its place."""
    if not place.root.is_dir():
        return vanished(place)
    hint = "What you do is kept apart until it can. Or choose another place for it."
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    is_out_of_space = code == sqlite3.SQLITE_FULL or (isinstance(error, OSError) and is_full(error))
    if is_out_of_space:
        return ProjectError(f"The disk is full: {place.folder} cannot be written.", hint=hint)
    return ProjectError(f"The project cannot be written to {place.folder}: {error}.", hint=hint)


_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EINVAL}


def is_forbidden(error: Exception) -> bool:
    """Whether files can never be made there, so that another place is needed."""
    if isinstance(error, OSError):
        return error.errno in _FORBIDDEN
    codes = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes
