"""The command line, one file per subcommand."""

import importlib
import pkgutil


def load_all() -> None:
    """Import every module here, so that each registers its command."""
    for module in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        importlib.import_module(module.name)
