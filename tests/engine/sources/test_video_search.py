"""Any frame, read first of all from a video just opened, is the one that playing shows."""

import os
import socket
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.open import open_source
from engine.sources.video import VideoSource
from tests.make_video import moving, write_moving

REFRESH = {"x264-params": "intra-refresh=1:keyint=12"}
OPEN = {"x264-params": "open-gop=1:keyint=12:bframes=3"}


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("refresh.mp4", "libx264", REFRESH),  # no whole key frame but the first
        ("refresh.ts", "libx264", REFRESH),
        ("open.mkv", "libx264", OPEN),
        ("late.ts", "mpeg4", {"bf": "2"}),  # lands behind the key frame
        ("counted.mpg", "mpeg1video", {"bf": "2"}),  # few frames have a time
        ("large.mpg", "mpeg2video", {"bf": "2", "b": "4000000", "minrate": "4000000"}),
        ("order.avi", "libx264", {}),  # the times are those of decoding
        ("odd.rm", "rv20", {}),  # cannot be searched
    ],
)
def test_a_frame_read_first_is_the_one_played(
    tmp_path: Path, name: str, codec: str, options: dict[str, str]
) -> None:
    path = write_moving(tmp_path / name, codec, **options)
    source = VideoSource(path)
    played = [frame.pixels.astype(int) for frame in source.frames(CancelToken())]
    source.close()
    assert len(played) == 60
    for index in (13, 22, 31, 40, 50, 58, 59):
        assert np.abs(played[index] - moving(index)).mean() < 20
        source = VideoSource(path)
        for again in (index, index - 7):
            difference = np.abs(source.read(again).pixels - played[again]).mean()
            assert difference < 0.5, (again, difference)
        source.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")
    for open_it in (VideoSource, open_source):
        with pytest.raises(SourceError, match="named pipe"):
            open_it(tmp_path / "a.mp4")


def test_a_list_of_addresses_in_a_file_makes_no_connection(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.01)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        path = tmp_path / "a.mp4"
        path.write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n"
        )
        with pytest.raises(SourceError):
            VideoSource(path)
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_name_that_looks_like_an_address_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_moving(tmp_path / "a.mp4", "libx264", 5).rename(tmp_path / "concat:b.mp4")
    source = VideoSource(Path("concat:b.mp4"))
    assert source.count == 5
    source.close()


@pytest.mark.parametrize("name", ["refresh.mp4", "refresh.mkv"])
def test_a_gradual_refresh_is_awaited(tmp_path: Path, name: str) -> None:
    options = {"x264-params": "intra-refresh=1:keyint=12:bframes=0"}
    path = write_moving(tmp_path / name, "libx264", is_wild=True, **options)
    source = VideoSource(path)
    played = [frame.pixels.astype(int) for frame in source.frames(CancelToken())]
    source.close()
    for index in (30, 54, 56, 59):
        source = VideoSource(path)
        assert np.abs(source.read(index).pixels - played[index]).mean() < 0.5, index
        source.close()


def test_giant_frames_are_refused(tmp_path: Path) -> None:
    path = write_moving(tmp_path / "a.avi", "huffyuv", 3)
    size = (64).to_bytes(4, "little") + (48).to_bytes(4, "little")
    giant = (16000).to_bytes(4, "little") * 2
    path.write_bytes(path.read_bytes().replace(size, giant))
    with pytest.raises(SourceError, match="16000"):
        VideoSource(path)
