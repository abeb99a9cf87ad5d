"""Mouse modes: each turns presses, moves and releases in frame coordinates into one Edit. No Qt."""

import importlib
import pkgutil


def load_all() -> None:
    """Import every module below, so that each registers its Tool."""
    for module in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        importlib.import_module(module.name)
