"""`maskloop convert`: from one annotation format into another, with a report of what was lost."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.progress import progress_bar

if TYPE_CHECKING:
    from engine.export.report import ExportReport


@app.command("convert")
def convert(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="A file or folder of labels.")],
    target: Annotated[Path, typer.Argument(metavar="DST", help="A folder that is not there yet.")],
    to: Annotated[str, typer.Option("--to", help="The format to write; see --formats.")] = "",
    from_: Annotated[str, typer.Option("--from", help="The format to read, if not plain.")] = "",
    images: Annotated[Path | None, typer.Option(help="Where the pictures are.")] = None,
    reference: Annotated[
        Path | None, typer.Option(help="The COCO file that a file of results belongs to.")
    ] = None,
    pictures: Annotated[str, typer.Option(help="copy, hard_link, symlink, refer.")] = "copy",
    unheld: Annotated[
        str,
        typer.Option(help="Pictures with objects it cannot hold: leave_out, ignore, without."),
    ] = "leave_out",
    split: Annotated[
        str, typer.Option(help="Shares of train, val and test, as 0.8,0.1,0.1; else as they are.")
    ] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Put aside what is in the folder.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write labels in another format; every object that changes or is lost is reported."""
    from engine.export.convert import convert as run
    from engine.export.convert import options_of

    options = options_of(to, pictures=pictures, unheld=unheld, split=split, replace=overwrite)
    with progress_bar() as progress:
        report = run(
            source,
            target,
            options,
            from_=from_,
            images=images,
            reference=reference,
            progress=progress,
        )
    emit(_result(report), json, report.text)
    if not report.verification.ok:
        raise typer.Exit(1)


@app.command("formats")
def formats(json: JsonOption = False) -> None:
    """List the annotation formats that can be read and written."""
    from engine.formats import registry

    found = [registry.get(name) for name in registry.names()]
    rows = [
        {
            "name": f.name,
            "text": f.text,
            "read": f.open is not None,
            "written": f.writer is not None,
            "regions": sorted(kind.__name__.lower() for kind in f.carries.regions),
        }
        for f in found
    ]
    lines = [
        f"{row['name']:20} {'read' if row['read'] else '':5} "
        f"{'written' if row['written'] else '':8} {row['text']}"
        for row in rows
    ]
    emit(rows, json, "\n".join(lines))


def _result(report: "ExportReport") -> dict[str, object]:
    """The keys that others rely on: read, written, converted, skipped."""
    objects = report.objects
    return {
        "format": report.format,
        "folder": str(report.folder),
        "read": report.written + sum(r.what == "picture" for r in objects.skipped),
        "written": report.written,
        "kept": report.kept,
        "converted": [asdict(remark) for remark in objects.converted],
        "skipped": [asdict(remark) for remark in objects.skipped],
        "notes": report.notes,
    }
