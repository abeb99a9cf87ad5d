"""What the person prefers: one frozen value, stored as JSON holding only what differs."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QByteArray, QObject, Signal

from engine.errors import DatasetError
from engine.files import replacing
from engine.pipeline.recorded import KINDS, SEEN
from engine.plain_json import read_json
from engine.project.place import BESIDE, DATA
from engine.thresholds import Thresholds
from gui import keymap
from gui.key_presets import OURS, PRESETS
from gui.language import LANGUAGES
from gui.tools.scene import (
    FEWEST_SUPERPIXELS,
    MOST_SUPERPIXELS,
    MOST_TOLERANCE,
    THINNEST,
    WIDEST,
    Scene,
)

logger = logging.getLogger(__name__)

THEMES = ("auto", "dark", "light")
COLORED_BY = ("auto", "label", "object", "track", "origin")
ASK, ACCEPT, REJECT = "ask", "accept", "reject"
UNDECIDED = (ASK, ACCEPT, REJECT)
"""What becomes of undecided proposals when their picture is verified."""
PLOTTED = ("rate", "delay", "memory")
"""Of what is live, the course of this is drawn."""
NEVER, FIRST, ALWAYS = "never", "first", "always"
LABEL_ASKED = (NEVER, FIRST, ALWAYS)
"""When the label of a new object is asked for: else it gets the chosen one."""


@dataclass(frozen=True)
class Settings:
    """Every preference and its default."""

    theme: str = "auto"
    device: str = "auto"
    backend: str = "auto"
    live: bool = True
    conf: float = Thresholds.conf
    iou: float = Thresholds.iou
    least_area: int = Thresholds.least_area
    fills_holes: bool = Thresholds.fills_holes
    tile: int = Thresholds.tile
    smoothing: float = Thresholds.smoothing
    tracks: bool = Thresholds.tracks
    has_trails: bool = True
    is_after_open: bool = False
    opacity: float = 0.45
    cache_mb: int = 512
    last_weights: str = ""
    last_folder: str = ""
    last_tool: str = ""
    asker: str = ""
    card_language: str = "auto"
    is_card_open: bool = True
    are_labels_open: bool = True
    are_objects_open: bool = True
    object_columns: str = "shown locked label state"
    refine: str = "none"
    colored_by: str = "auto"
    new_projects: str = BESIDE
    undecided: str = ASK
    asks_label: str = NEVER
    keeps_tool: bool = True
    goes_on: bool = False
    search_below: bool = True
    brush_radius: float = Scene.radius
    keeps_others: bool = Scene.keeps_others
    is_square: bool = Scene.is_square
    fill_tolerance: int = Scene.tolerance
    superpixels: int = 600
    keeps_view: bool = True
    outlines_only: bool = False
    dims_others: bool = False
    has_crosshair: bool = False
    has_rulers: bool = False
    has_navigator: bool = True
    is_picture_open: bool = False
    plotted: str = "rate"
    collect_rules: str = ""
    train_form: str = ""
    recorded: tuple[str, ...] = (SEEN,)
    has_toured: bool = False
    key_preset: str = OURS
    own_keys: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise ValueError(f"The theme is one of {', '.join(THEMES)}, not {self.theme}.")
        if self.colored_by not in COLORED_BY:
            raise ValueError(f"Objects are colored by {', '.join(COLORED_BY)}.")
        if self.plotted not in PLOTTED:
            raise ValueError(f"Plotted is one of {', '.join(PLOTTED)}.")
        if not self.recorded or not set(self.recorded) <= set(KINDS):
            raise ValueError(f"What is recorded: one or more of {', '.join(KINDS)}.")
        if self.undecided not in UNDECIDED:
            raise ValueError(f"Undecided proposals: {', '.join(UNDECIDED)}.")
        if self.asks_label not in LABEL_ASKED:
            raise ValueError(f"Labels are asked for: {', '.join(LABEL_ASKED)}.")
        if self.card_language not in LANGUAGES:
            raise ValueError(f"The language is one of {', '.join(LANGUAGES)}.")
        if self.new_projects not in (BESIDE, DATA) and not Path(self.new_projects).is_absolute():
            raise ValueError("New projects go beside the pictures, to data, or to a whole path.")
        if self.key_preset not in [preset.name for preset in PRESETS]:
            raise ValueError(f"There are no keys like those of {self.key_preset}.")
        keymap.from_rows(self.own_keys)
        for name in ("conf", "iou", "opacity"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is 0 to 1, not {getattr(self, name)}.")
        self.thresholds  # noqa: B018 - ValueError where they make no sense
        if not THINNEST <= self.brush_radius <= WIDEST:
            raise ValueError(f"The brush is {THINNEST} to {WIDEST}, not {self.brush_radius}.")
        if not 0 <= self.fill_tolerance <= MOST_TOLERANCE:
            raise ValueError(f"A fill's tolerance is 0 to {MOST_TOLERANCE}.")
        if not FEWEST_SUPERPIXELS <= self.superpixels <= MOST_SUPERPIXELS:
            raise ValueError(f"Superpixels: {FEWEST_SUPERPIXELS} to {MOST_SUPERPIXELS}.")
        if not 64 <= self.cache_mb <= 65536:
            raise ValueError(f"The picture cache is 64 to 65536 MB, not {self.cache_mb}.")

    @property
    def thresholds(self) -> Thresholds:
        """How the model's answers are decided, and followed from frame to frame."""
        return Thresholds(
            self.conf,
            self.iou,
            least_area=self.least_area,
            fills_holes=self.fills_holes,
            tile=self.tile,
            smoothing=self.smoothing,
            tracks=self.tracks,
            trails=self.tracks and self.has_trails,
        )


def read_settings(path: Path) -> Settings:
    """The stored settings; what is missing or makes no sense keeps its default."""
    settings = Settings()
    known = {name: type(value) for name, value in asdict(settings).items()}
    for name, value in _read_json(path).items():
        kind = known.get(name)
        if kind is float and type(value) is int:
            value = float(value)
        if kind is tuple and isinstance(value, list):
            value = tuple(tuple(row) if isinstance(row, list) else row for row in value)
        if kind is None or type(value) is not kind:
            logger.info("The setting %s was skipped.", name)
            continue
        try:
            settings = changed(settings, {name: value})
        except ValueError as error:
            logger.info("The setting %s was skipped: %s", name, error)
    return settings


def changed(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """Settings with some values replaced. ValueError if one makes no sense."""
    return replace(settings, **values)


def write_settings(path: Path, settings: Settings) -> None:
    """Store what differs from the defaults."""
    defaults = asdict(Settings())
    different = {k: v for k, v in asdict(settings).items() if v != defaults[k]}
    _write_json(path, different)


class SettingsStore(QObject):
    """The settings now, and their file; every change is applied and written at once."""

    changed = Signal(object)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder or Path(platformdirs.user_config_dir("maskloop", appauthor=False))
        self.now = read_settings(self.folder / "settings.json")

    def change(self, **values: Any) -> None:
        """Replace some settings; `changed` follows if anything differs."""
        new = changed(self.now, values)
        if new == self.now:
            return
        self.now = new
        try:
            write_settings(self.folder / "settings.json", new)
        except OSError as error:
            logger.warning("The settings could not be stored: %s", error)
        self.changed.emit(new)

    def read_window(self) -> tuple[QByteArray, QByteArray] | None:
        """The stored geometry and layout of the window."""
        stored = _read_json(self.folder / "window.json")
        if not isinstance(stored.get("geometry"), str) or not isinstance(stored.get("state"), str):
            return None
        geometry, state = stored["geometry"].encode(), stored["state"].encode()
        return QByteArray.fromBase64(geometry), QByteArray.fromBase64(state)

    def write_window(self, geometry: QByteArray, state: QByteArray) -> None:
        """Store the geometry and layout of the window."""
        texts = {
            "geometry": bytes(geometry.toBase64().data()).decode(),
            "state": bytes(state.toBase64().data()).decode(),
        }
        try:
            _write_json(self.folder / "window.json", texts)
        except OSError as error:
            logger.warning("The window layout could not be stored: %s", error)


def _read_json(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        content = read_json(path)
    except DatasetError as error:
        logger.info("%s", error)
        return {}
    return content if isinstance(content, dict) else {}


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
