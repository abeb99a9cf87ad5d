"""Networks: tensors in, tensors out."""

import importlib
import pkgutil
from types import ModuleType


def load_all() -> None:
    """Import every module below, so that each registers its models."""
    _load(__path__, __name__)


def load_package(package: ModuleType) -> None:
    """Import every module of one package."""
    _load(package.__path__, package.__name__)


def _load(path: object, name: str) -> None:
    for module in pkgutil.walk_packages(path, prefix=f"{name}."):  # type: ignore[arg-type]
        importlib.import_module(module.name)
