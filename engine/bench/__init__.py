"""Measurements of what we promise, each beside a named rival where there is one."""

import importlib
import pkgutil


def load_all() -> None:
    """Import every module here, so that each registers its measurements."""
    for module in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        importlib.import_module(module.name)
