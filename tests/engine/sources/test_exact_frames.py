"""Index n is the n-th frame shown, in whatever order frames are asked for."""

from pathlib import Path

import av
import numpy as np
import pytest

from engine.jobs import CancelToken
from engine.sources.video import VideoSource
from tests.make_video import number_in, numbered, write_numbered

BACKWARDS = tuple(range(59, -1, -1))
AT_RANDOM = tuple(int(i) for i in np.random.default_rng(3).permutation(60))
OPEN_GOP = {"x264-params": "open-gop=1:keyint=12:min-keyint=12:scenecut=0:bframes=3"}
PYRAMID = {"x264-params": "keyint=12:bframes=6:b-pyramid=strict"}
HIDDEN_FRAMES = {"auto-alt-ref": "1", "lag-in-frames": "25"}
QUIET = {"x265-params": "keyint=12:bframes=4:open-gop=1:log-level=none"}


def uneven(index: int) -> int:
    """Times that no frame rate explains."""
    return 40 * index + 5 * (index % 7) + index * index // 3


@pytest.mark.parametrize(
    ("name", "codec", "more"),
    [
        ("b.mp4", "libx264", {"bf": "3"}),
        ("pyramid.mkv", "libx264", PYRAMID),
        ("open.mp4", "libx264", OPEN_GOP),
        ("open.ts", "libx264", OPEN_GOP),
        ("uneven.mp4", "libx264", {"times_ms": uneven}),
        ("uneven.mkv", "libx264", {"times_ms": uneven}),
        ("uneven.webm", "libvpx-vp9", {"times_ms": uneven}),
        ("hidden.webm", "libvpx-vp9", HIDDEN_FRAMES),
        ("a.avi", "mjpeg", {"pix_fmt": "yuvj420p"}),
        ("a.mov", "mjpeg", {"pix_fmt": "yuvj420p"}),
        ("late.mp4", "libx264", {"times_ms": lambda index: 4000 + 40 * index}),
        ("open10.mkv", "libx265", {"pix_fmt": "yuv420p10le"} | QUIET),
        ("deep.mkv", "ffv1", {"pix_fmt": "yuv422p10le"}),
    ],
)
def test_every_frame_shows_its_number(
    tmp_path: Path, name: str, codec: str, more: dict[str, object]
) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"This PyAV writes no {codec}.")
    path = write_numbered(tmp_path / name, codec, **more)
    source = VideoSource(path)
    played = [number_in(frame.pixels) for frame in source.frames(CancelToken())]
    assert played == list(range(60))
    assert source.warning == ""
    for index in (*BACKWARDS, *AT_RANDOM):
        assert number_in(source.read(index).pixels) == index
    source.close()
    for index in (59, 31, 13, 12, 11):
        source = VideoSource(path)
        assert number_in(source.read(index).pixels) == index
        source.close()


@pytest.mark.parametrize("bf", ["0", "3"])
def test_frames_that_an_edit_list_hides_are_not_counted(tmp_path: Path, bf: str) -> None:
    """Phones trim so: what is shown begins between key frames."""
    path = write_numbered(
        tmp_path / "trimmed.mp4",
        "libx264",
        times_ms=lambda index: 40 * index - 400,
        container={"avoid_negative_ts": "disabled", "use_editlist": "1"},
        **{"x264-params": f"keyint=12:min-keyint=12:scenecut=0:bframes={bf}"},
    )
    source = VideoSource(path)
    assert source.count == 50
    assert source.warning == "", "hidden is not damaged"
    played = [number_in(frame.pixels) for frame in source.frames(CancelToken())]
    assert played == list(range(10, 60))
    for index in (49, 1, 0, 2, 14, 1, 30):
        assert number_in(source.read(index).pixels) == index + 10
    source.close()


def test_ten_bits_are_scaled_to_eight(tmp_path: Path) -> None:
    path = tmp_path / "grey.mkv"
    values = np.arange(64, dtype=np.uint16) * 16
    with av.open(str(path), "w") as file:
        stream = file.add_stream("ffv1", rate=25)
        stream.height, stream.width, stream.pix_fmt = 48, 64, "gray10le"
        row = np.broadcast_to(values, (48, 64)).copy()
        file.mux(stream.encode(av.VideoFrame.from_ndarray(row, "gray10le")))
        file.mux(stream.encode(None))
    source = VideoSource(path)
    shown = source.read(0).pixels[24].astype(int)
    assert np.abs(shown - (values[:, None] / 1023 * 255)).max() <= 2
    source.close()


def test_interlaced_video_is_said(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "tv.ts", "mpeg2video", flags="+ildct+ilme")
    source = VideoSource(path)
    assert "interlaced" in source.warning
    assert number_in(source.read(5).pixels) == 5
    source.close()


def test_a_video_opened_again_is_not_scanned_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="engine.sources.video")
    path = write_numbered(tmp_path / "a.mp4", "libx264")
    for _ in range(3):
        source = VideoSource(path)
        assert number_in(source.read(40).pixels) == 40
        source.close()
    assert caplog.text.count("Indexed a.mp4") == 1


def test_a_video_that_was_replaced_is_scanned_again(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", "libx264")
    VideoSource(path).close()
    with av.open(str(tmp_path / "b.mp4"), "w") as file:
        stream = file.add_stream("mpeg4", rate=25)
        stream.height, stream.width, stream.pix_fmt = 48, 64, "yuv420p"
        for index in range(7, 12):
            frame = av.VideoFrame.from_ndarray(numbered(index), "rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    (tmp_path / "b.mp4").replace(path)
    source = VideoSource(path)
    assert source.count == 5
    assert number_in(source.read(4).pixels) == 11
    source.close()
