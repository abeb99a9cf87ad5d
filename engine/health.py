"""What this machine has for Maskloop. No probe can stop the others."""

import ctypes
import importlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

OK, WARNING, PROBLEM = "ok", "warning", "problem"
GB = 1 << 30
QT_PROBE = "from PySide6.QtGui import QGuiApplication as A; print(A([]).platformName())"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination; `advice` says what to do unless all is well."""

    what: str
    state: str
    found: str
    advice: str = ""


def examine() -> list[Finding]:
    """All findings, the important ones first."""
    return [_safely(what, probe) for what, probe in PROBES.items()]


def _safely(what: str, probe: Callable[[], tuple[str, str, str]]) -> Finding:
    """A probe's finding; whatever goes wrong in it is a finding too."""
    try:
        return Finding(what, *probe())
    except ImportError as error:
        return Finding(what, PROBLEM, str(error).splitlines()[0], "Run make setup again.")
    except Exception as error:  # a broken driver may raise anything, and others still count
        found = f"{type(error).__name__}: {error}".strip().splitlines()[0]
        return Finding(what, WARNING, found, "This could not be examined; the rest still was.")


def _python() -> tuple[str, str, str]:
    text = f"{platform.python_version()} on {platform.platform()}, {os.cpu_count()} cores"
    return OK, text, ""


def _qt() -> tuple[str, str, str]:
    if util.find_spec("PySide6") is None:
        return WARNING, "not installed", "The command line works; for the window install PySide6."
    # In a process of its own: Qt aborts the whole program when a display refuses it.
    done = subprocess.run(
        [sys.executable, "-c", QT_PROBE],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    version = metadata.version("PySide6-Essentials")
    if done.returncode == 0:
        return OK, f"PySide6 {version}, platform {done.stdout.strip()}", ""
    reason = (done.stderr.strip().splitlines() or ["it ended without a word"])[0]
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return WARNING, f"PySide6 {version}, no display", "The window needs a display; see --help."
    return WARNING, f"PySide6 {version}: {reason}", _missing_libraries()


def _missing_libraries() -> str:
    packages = {
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
        "libEGL.so.1": "libegl1",
        "libGL.so.1": "libgl1",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
    }
    missing = [package for library, package in packages.items() if not _can_load(library)]
    if missing:
        return f"Install what Qt needs: sudo apt-get install {' '.join(missing)}"
    return "Check DISPLAY or WAYLAND_DISPLAY, and that you may use that display."


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _opencv() -> tuple[str, str, str]:
    import cv2

    build = cv2.getBuildInformation()
    gui = next((line.split(":")[1].strip() for line in build.splitlines() if "GUI:" in line), "")
    lacking = [name for name in ("grabCut", "DISOpticalFlow_create") if not hasattr(cv2, name)]
    text = f"{cv2.__version__}, window part: {gui or 'none'}"
    if lacking:
        return WARNING, text, f"This build lacks {', '.join(lacking)}; install opencv-python."
    return OK, text, ""


def _torch() -> tuple[str, str, str]:
    import torch

    names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names.append("Apple GPU (mps)")
    devices = ", ".join(names) if names else "no GPU: networks run on the CPU"
    text = f"{torch.__version__}, {devices}"
    if not names and shutil.which("nvidia-smi") and torch.version.cuda is None:
        return WARNING, text, "There is an NVIDIA driver, but this torch was built without CUDA."
    return OK, text, ""


def _torchvision() -> tuple[str, str, str]:
    try:
        import torchvision
    except RuntimeError as error:  # operators that its torch does not have
        return PROBLEM, str(error).splitlines()[0], "Reinstall: pip install -U torch torchvision"
    return OK, str(torchvision.__version__), ""


def _openvino() -> tuple[str, str, str]:
    openvino = importlib.import_module("openvino")
    core = openvino.Core()
    cpu = core.get_property("CPU", "FULL_DEVICE_NAME")
    return OK, f"{openvino.__version__.split('-')[0]}, CPU {cpu}", ""


def _codecs() -> tuple[str, str, str]:
    import av

    wanted = {"h264": "H.264", "hevc": "H.265", "vp9": "VP9", "av1": "AV1", "mjpeg": "MJPEG"}
    here = [text for name, text in wanted.items() if name in av.codecs_available]
    lacking = [text for name, text in wanted.items() if name not in av.codecs_available]
    text = f"PyAV {av.__version__}: {', '.join(here)}"
    return (
        (WARNING, text, f"Videos in {', '.join(lacking)} will not open.")
        if lacking
        else (
            OK,
            text,
            "",
        )
    )


def _cameras() -> tuple[str, str, str]:
    from engine.sources.camera_list import cameras
    from engine.sources.webcam import can_open

    found = cameras(can_open)
    names = ", ".join(f"{camera.number}: {camera.name}" for camera in found)
    return OK, names or "none", ""


def _cache() -> tuple[str, str, str]:
    from engine.folders import cache_folder

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        advice = "Choose a folder you may write with the variable MASKLOOP_CACHE."
        return WARNING, f"{folder}: {error.strerror}", advice
    text = f"{folder}, {free / GB:.1f} GB free"
    if free < GB:
        return WARNING, text, "Free some space: downloads and training need a gigabyte or more."
    return OK, text, ""


def _memory() -> tuple[str, str, str]:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return OK, "not told by this system", ""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if total < 4 * GB:
        return WARNING, f"{total / GB:.1f} GB", "Training wants 4 GB or more; use small batches."
    return OK, f"{total / GB:.1f} GB", ""


def _weights() -> tuple[str, str, str]:
    from engine.weights.library import available

    here = [entry.name for entry in available() if entry.path is not None]
    if not here:
        return WARNING, "none", "Download some: maskloop weights, or train your own."
    return OK, ", ".join(here), ""


def _program() -> tuple[str, str, str]:
    try:
        return OK, f"{metadata.version('maskloop')} in {Path(__file__).parents[1]}", ""
    except metadata.PackageNotFoundError:
        return WARNING, "not installed", "Run make setup, or: pip install -e ."


PROBES: dict[str, Callable[[], tuple[str, str, str]]] = {
    "Maskloop": _program,
    "Python": _python,
    "Qt": _qt,
    "OpenCV": _opencv,
    "torch": _torch,
    "torchvision": _torchvision,
    "OpenVINO": _openvino,
    "codecs": _codecs,
    "cameras": _cameras,
    "memory": _memory,
    "cache": _cache,
    "weights": _weights,
}
