"""Arguments and options that several commands share."""

from datetime import date as Date
from pathlib import Path
from typing import Annotated

import typer

Sources = Annotated[
    list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, globs, URLs or - for standard input.")
]
Folder = Annotated[Path, typer.Argument(metavar="OUTPUTS", help="The folder of a built graph.")]
From = Annotated[str | None, typer.Option("--from", metavar="FORMAT", help="Name the format instead of sniffing it.")]
Day = Annotated[
    str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Year of dates without one; date of undated papers.")
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes that extract; all cores by default.")]

Accurate = Annotated[
    bool | None,
    typer.Option("--accurate/--fast", help="Have a small transformer read each text, too: better, and far slower."),
]


def parse_day(text: str | None) -> Date | None:
    """A date given on the command line; raises BadParameter where it is none."""
    try:
        return Date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"--date {text}: not a date like 2025-09-18") from error


def parse_list(text: str) -> list[str]:
    """The words of a comma-separated option."""
    return [word.strip() for word in text.split(",") if word.strip()]
