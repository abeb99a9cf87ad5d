"""How long each stage takes, as the panels tell it."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication


def stage_text(times_ms: Mapping[str, float]) -> str:
    """`preprocess 2.1 · network 30.0 ms`."""
    tr = QCoreApplication.translate
    names = {
        "capture": tr("stages", "capture"),
        "proposals": tr("stages", "proposals"),
        "track": tr("stages", "track"),
        "record": tr("stages", "record"),
        "display": tr("stages", "display"),
        "preprocess": tr("stages", "preprocess"),
        "network": tr("stages", "network"),
        "refine": tr("stages", "refine"),
        "decode": tr("stages", "decode"),
    }
    parts = [f"{names.get(stage, stage)} {ms:.1f}" for stage, ms in times_ms.items()]
    return " · ".join(parts) + " ms" if parts else ""
