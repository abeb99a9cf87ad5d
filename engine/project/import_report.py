"""What an import did, in sentences and as a file in the project's folder."""

import json
from datetime import datetime
from pathlib import Path

from engine.files import write_text
from engine.formats.remarks import SHOWN, picture_lines, total_lines
from engine.formats.report import Remark
from engine.project.importing import Fate, ImportReport
from engine.words import counted

FOLDER = "imports"
_FATES = {
    Fate.PLACED: ("had none: it gets these labels", "had none: they get these labels"),
    Fate.PROPOSED: (
        "has labels: these wait beside them as proposals",
        "have labels: these wait beside them as proposals",
    ),
    Fate.SUGGESTED: (
        "had none: these wait on it as proposals",
        "had none: these wait on them as proposals",
    ),
    Fate.REPLACED: ("has labels: these take their place", "have labels: these take their place"),
    Fate.SKIPPED: ("has labels and stays as it is", "have labels and stay as they are"),
    Fate.SAME: ("has the same labels already", "have the same labels already"),
    Fate.MISSING: ("is not there and left out", "are not there and left out"),
    Fate.UNREADABLE: (
        "has labels that cannot be read and is left out",
        "have labels that cannot be read and are left out",
    ),
    Fate.UNSAID: (
        "is named without objects, which says nothing of it",
        "are named without objects, which says nothing of them",
    ),
}
"""What is said of one picture, and of several."""


def import_lines(result: ImportReport) -> list[str]:
    """What an import does to the pictures, and every object that changes or is lost on the way."""
    lines = [f"{counted(result.objects, 'object')} on {counted(result.changed, 'picture')}."]
    for fate, (one, several) in _FATES.items():
        if number := result.fates[fate]:
            lines.append(f"{counted(number, 'picture')} {one if number == 1 else several}.")
    if result.new_labels:
        names = ", ".join(label.name for label in result.new_labels)
        lines.append(f"New in the project: {counted(len(result.new_labels), 'label')} ({names}).")
    report = result.report
    lines += [*report.notes, "", *total_lines(report)]
    lines += picture_lines("Left out, by picture", report.skipped, SHOWN)
    lines += picture_lines("Converted, by picture", report.converted, SHOWN)
    return lines


def write_import_report(folder: Path, source: Path, result: ImportReport) -> Path:
    """Keep the report in the project's folder, under the time of now; gives its path."""
    now = datetime.now().astimezone()
    path = folder / FOLDER / f"{now:%Y-%m-%d-%H%M%S}.json"
    content = {
        "source": str(source),
        "policy": str(result.policy),
        "time": now.isoformat(timespec="seconds"),
        "pictures": {str(fate): number for fate, number in result.fates.items()},
        "objects": result.objects,
        "labels": [label.name for label in result.new_labels],
        "kept": dict(result.report.kept),
        "converted": [_plain(r) for r in result.report.converted],
        "skipped": [_plain(r) for r in result.report.skipped],
        "notes": result.report.notes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return path


def _plain(remark: Remark) -> dict[str, object]:
    row: dict[str, object] = {"sample": remark.sample, "what": remark.what, "why": remark.why}
    return row | ({"count": remark.count} if remark.count != 1 else {})
