"""Networks: tensors in, tensors out."""

import importlib
import pkgutil


def load_all() -> None:
    """Import every module below, so that each registers its models."""
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        importlib.import_module(module.name)
