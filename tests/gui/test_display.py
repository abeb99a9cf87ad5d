import socket
import sys

import pytest

from engine.errors import AppError
from gui.display import check_display

needs_sockets = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no X")


@pytest.mark.parametrize(
    "environment",
    [
        {"QT_QPA_PLATFORM": "offscreen"},
        {"QT_QPA_PLATFORM": "minimal:enable_fonts", "DISPLAY": ":9999"},
        {"WAYLAND_DISPLAY": "wayland-0"},
    ],
)
def test_no_x_server_is_needed_for_these(environment):
    check_display(environment, "linux")


def test_other_systems_always_have_one():
    check_display({}, "darwin")
    check_display({}, "win32")


@needs_sockets
def test_nothing_named_and_nobody_there_are_said():
    with pytest.raises(AppError, match="no display"):
        check_display({}, "linux")
    for named in (":9876", "127.0.0.1:1234", "nonsense"):
        with pytest.raises(AppError, match=named):
            check_display({"DISPLAY": named}, "linux")


@needs_sockets
def test_a_server_that_listens_is_found():
    for port in range(6100, 6200):
        with socket.socket() as server:
            try:
                server.bind(("127.0.0.1", port))
            except OSError:
                continue
            server.listen()
            check_display({"DISPLAY": f"127.0.0.1:{port - 6000}.0"}, "linux")
            return
    pytest.skip("No free port.")
