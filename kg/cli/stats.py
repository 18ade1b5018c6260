"""``kg stats``: the figures of a built graph."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Folder


def command(
    outputs: Folder = Path("outputs"),
    days: Annotated[int, typer.Option(min=1, help="Length of the last week, up to the newest date.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Count papers, concepts and links; tell what is covered, on top, rising and new."""
    from kg.building import derive
    from kg.record_files import read_records, read_rejected
    from kg.statistics import statistics, table

    found = statistics(derive(outputs), read_records(outputs), read_rejected(outputs), days)
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n" if as_json else table(found)
    typer.echo(text, nl=False)
