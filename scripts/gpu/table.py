"""What a day with a GPU is made of: systems to measure, Runs to make again, and the time of each.

Another model joins by one entry.
"""

from dataclasses import dataclass

LIMIT_S = 570.0
"""All of it, in seconds: a lent machine gives a command ten minutes."""
MOST_BYTES = 16 * 2**20
"""The largest file that comes back."""

SYSTEMS = ("unet32", "fcn8s", "deeplab_v3plus", "yolo_v3", "mask_rcnn")
"""Measured frame by frame and in batches."""
LIVE = ("unet32", "fcn8s", "deeplab_v3plus")
"""Measured live, too: random weights find no objects, but do label every pixel."""


@dataclass(frozen=True)
class Training:
    """A Run of configs/, and what a GPU changes in it, as KEY=VALUE.

    `epochs` are the most, of which as many are planned as fit into the time.
    """

    config: str
    changes: tuple[str, ...]
    epochs: int


TRAININGS = (
    Training(
        "everyday-deeplab_v3plus-first",
        (
            "options={backbone: efficientnet_lite0, channels: 128}",
            "freeze=none",
            "size_hw=[256, 256]",
            "batch_size=16",
            "learning_rate=0.0008",
            "validate_every=5",
            "ema=0.998",
        ),
        epochs=120,
    ),
    Training(
        "everyday-yolo_v3-first",
        ("freeze=none", "batch_size=32", "learning_rate=0.0015", "validate_every=5"),
        epochs=150,
    ),
    Training(
        "click_lite0-first",
        ("freeze=none", "batch_size=32", "learning_rate=0.002", "validate_every=5", "ema=0.998"),
        epochs=60,
    ),
)

TESTS, SPEED = "tests", "speed"
WEIGHTS = {TESTS: 2.0, SPEED: 3.0} | {each.config: 4.0 for each in TRAININGS}
"""The parts in order. One gets its share of the time left by those before it."""


@dataclass(frozen=True)
class Settings:
    """How large everything is. `device` is cuda, or cpu for the rehearsal; `changes` are of every
    Run, as are the most `epochs`."""

    device: str = "cuda"
    side: int = 512
    batches: tuple[int, ...] = (1, 16)
    matrix: int = 8192
    seconds: float = 1.5
    frame_hw: tuple[int, int] = (1080, 1920)
    systems: tuple[str, ...] = SYSTEMS
    live: tuple[str, ...] = LIVE
    changes: tuple[str, ...] = ()
    epochs: int | None = None


FULL = Settings()
TINY = Settings(
    device="cpu",
    side=64,
    batches=(1, 2),
    matrix=64,
    seconds=0.01,
    frame_hw=(48, 64),
    systems=("lraspp_mobilenet_v3_large",),
    live=("lraspp_mobilenet_v3_large",),
    changes=("batch_size=2", "size_hw=[64, 64]", "workers=0"),
    epochs=1,
)


def settings(*, tiny: bool) -> Settings:
    """Those of a rehearsal, or of the day."""
    return TINY if tiny else FULL
