"""Shared by every test: no display, one thread, no camera, fresh settings and caches.

A test fails when our own code logged a warning it did not ask for (with `caplog`), or left a
window behind.
"""

import gc
import logging
import os
import sys
from itertools import count
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_LOGGING_RULES"] = "qt.qpa.*=false"
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"
for _name in ("V4L2", "V4L", "DSHOW", "MSMF", "AVFOUNDATION", "GSTREAMER"):
    os.environ[f"OPENCV_VIDEOIO_PRIORITY_{_name}"] = "0"  # OpenCV then opens no camera
os.environ["OPENCV_LOG_LEVEL"] = "SILENT"

import pytest  # noqa: E402 - the environment above must be set first
from hypothesis import HealthCheck, settings  # noqa: E402

from engine.devices import best  # noqa: E402

OURS = ("engine", "gui", "models", "resources")
FOLDERS = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "MASKLOOP_CACHE")
_numbers = count()

gc.disable()  # Until all is collected: it would look through what is imported and find nothing.

# How long an example takes says more of what else runs here than of what is tested.
settings.register_profile("any_speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_speed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked long, too")
    parser.addoption("--late", metavar="N", help="half of the kinds of Jobs, drawn by N, are late")
    parser.addoption("--inputs", type=int, default=1000, help="how many inputs each of those tries")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes to hours, whatever `-m` says; skip what needs a GPU."""
    for item in items:
        if item.get_closest_marker("gpu") and best().kind != "cuda":
            item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))
    if config.getoption("--long"):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """What was imported stays: the garbage collector need not look at it again and again."""
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the long tests say that they tried."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if getattr(report, "when", "") == "call":
                    terminalreporter.write_line(f"{report.nodeid}: {name}: {value}")


@pytest.fixture(scope="session")
def inputs(request: pytest.FixtureRequest) -> int:
    """How many inputs a long test tries."""
    return int(request.config.getoption("--inputs"))


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="session")
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(autouse=True)
def _fresh_folders(_homes: Path, _compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test gets its own, still empty, folders for settings, data and caches.

    But what OpenVINO has compiled, which is found by a network's every number, all tests share.
    """
    home = _homes / str(next(_numbers))
    for name in FOLDERS:
        monkeypatch.setenv(name, str(home / name.lower()))
    cache = home / "maskloop_cache"
    cache.mkdir(parents=True)
    (cache / "compiled").symlink_to(_compiled, target_is_directory=True)


@pytest.fixture(autouse=True)
def _no_power_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Projects need not wait for the disk, but for those of child processes."""
    from engine.project import schema

    monkeypatch.setattr(schema, "SYNCHRONOUS", "OFF")


class _Warnings(logging.Handler):
    """Remembers every warning of our own loggers."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_stray_warnings(request: pytest.FixtureRequest):
    """Fail on a logged warning, unless the test looks at the log itself."""
    handler = _Warnings()
    for name in OURS:
        logging.getLogger(name).addHandler(handler)
    yield
    for name in OURS:
        logging.getLogger(name).removeHandler(handler)
    if handler.lines and "caplog" not in request.fixturenames:
        pytest.fail("Stray warnings in the log:\n" + "\n".join(handler.lines), pytrace=False)


@pytest.fixture(autouse=True)
def _no_window_left():
    """Fail when a test leaves a window open; pytest-qt has closed those it was told of."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    # Widgets in circles of references, deleted while the list is made, would end the interpreter.
    gc.disable()
    try:
        left = [w for w in widgets.QApplication.topLevelWidgets() if w.isVisible()]
    finally:
        gc.enable()
    for window in left:
        window.close()
    if left:
        names = [type(window).__name__ for window in left]
        pytest.fail(f"Windows left open: {', '.join(names)}", pytrace=False)
