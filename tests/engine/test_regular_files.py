import os
import socket
from pathlib import Path

import pytest

from engine.errors import DatasetError
from engine.regular_files import check_regular, open_regular, read_regular


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"four")
    assert read_regular(path, 4, DatasetError) == b"four"
    assert check_regular(path, 4, DatasetError) == 4
    with open_regular(path, 4, DatasetError) as file:
        assert file.read(2) == b"fo"
    with pytest.raises(DatasetError, match="larger than 3 bytes"):
        read_regular(path, 3, DatasetError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("read", [check_regular, open_regular, read_regular])
def test_a_pipe_is_refused_at_once(tmp_path: Path, read) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    with pytest.raises(DatasetError, match="named pipe"):
        read(path, 10, DatasetError)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_an_endless_device_is_refused_under_any_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.symlink_to("/dev/zero")
    for name in (path, Path("/dev/zero")):
        with pytest.raises(DatasetError, match="is a device"):
            read_regular(name, 10, DatasetError)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no such sockets")
def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # The name of a socket is short.
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("a.txt")
        with pytest.raises(DatasetError, match="socket"):
            read_regular(tmp_path / "a.txt", 10, DatasetError)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system has no /proc")
def test_a_file_that_hides_its_size_is_bounded_too() -> None:
    with pytest.raises(DatasetError, match="larger than 10 bytes"):
        read_regular(Path("/proc/self/status"), 10, DatasetError)


def test_other_trouble_stays_the_systems_own(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "missing", 10, DatasetError)
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 10, DatasetError)
