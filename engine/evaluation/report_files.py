"""Writes a report: its JSON, and the page beside it."""

from pathlib import Path
from typing import Any

from engine import plain_json
from engine.errors import ConfigError
from engine.evaluation.page.page import page
from engine.evaluation.report import Report
from engine.files import write_text


def report_paths(out: Path) -> tuple[Path, Path]:
    """Where the JSON and the page go: beside each other, or into a folder as report.*.

    A path with an ending names the files, one without is a folder.
    """
    if out.suffix.lower() == ".html":
        return out.with_suffix(".json"), out
    if out.suffix and not out.is_dir():
        return out, out.with_suffix(".html")
    return out / "report.json", out / "report.html"


def write_report(out: Path, report: Report, *, weights: str, data: str) -> tuple[Path, Path]:
    """Write both files and say where. ConfigError if that cannot be."""
    json_path, page_path = report_paths(out)
    content: dict[str, Any] = {"weights": weights, "data": data, **report.content()}
    try:
        json_path.parent.mkdir(parents=True, exist_ok=True)
        write_text(json_path, plain_json.dumps(content, indent=1) + "\n")
        write_text(page_path, page(report, weights=weights, data=data))
    except OSError as error:
        raise ConfigError(f"Cannot write {json_path}.", hint="Choose another place.") from error
    return json_path, page_path
