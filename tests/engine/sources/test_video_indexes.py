from pathlib import Path

from engine.sources.video_index import VideoIndex
from engine.sources.video_indexes import index_of

INDEX = VideoIndex((0, 1), (0,))


class Scan:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> VideoIndex:
        self.times += 1
        return INDEX


def test_a_file_is_scanned_once_until_it_changes(tmp_path: Path) -> None:
    path, scan = tmp_path / "a.mp4", Scan()
    path.write_bytes(b"1")
    assert index_of(str(path), scan) == INDEX
    assert index_of(str(path), scan) == INDEX
    assert scan.times == 1
    path.write_bytes(b"22")
    index_of(str(path), scan)
    assert scan.times == 2


def test_a_file_that_grows_meanwhile_is_not_taken_for_known(tmp_path: Path) -> None:
    path, scan = tmp_path / "a.mp4", Scan()
    path.write_bytes(b"1")

    def while_it_grows() -> VideoIndex:
        path.write_bytes(b"22")
        return scan()

    index_of(str(path), while_it_grows)
    index_of(str(path), scan)
    assert scan.times == 2


def test_only_so_many_are_kept_and_what_is_gone_is_scanned(tmp_path: Path) -> None:
    scan = Scan()
    for number in range(20):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(b"1")
        index_of(str(path), scan)
    index_of(str(tmp_path / "0.mp4"), scan)
    assert scan.times == 21
    index_of(str(tmp_path / "gone.mp4"), scan)
    assert scan.times == 22
