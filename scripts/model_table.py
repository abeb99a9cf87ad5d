"""Writes resources/models.json anew: what listings tell of the models without importing torch.

    python scripts/model_table.py

To be run after a model, its card or its options changed; a test says so.
"""

import models
from engine import model_table
from engine.model_facts import facts_from
from models import registry


def main() -> None:
    """Count the parameters of every registered model, and write the table."""
    models.load_all()
    every = [facts_from(registry.get(name)) for name in registry.names()]
    model_table.path().write_text(model_table.as_text(every), encoding="utf-8")
    print(f"{model_table.path()}: {len(every)} models")


if __name__ == "__main__":
    main()
