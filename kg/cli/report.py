"""``kg report``: the papers of a day or a week on one page."""

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Folder, parse_day


def command(
    outputs: Folder = Path("outputs"),
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write; else it is printed.")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day, else the newest.")] = None,
    days: Annotated[int, typer.Option(min=1, help="Number of days, where --from is not given.")] = 7,
) -> None:
    """Tell in Markdown what is new, what it builds on, which papers belong together, which have code."""
    from kg.building import derive
    from kg.reporting import report
    from kg.writing import text_file

    page = report(derive(outputs), parse_day(first), parse_day(last), days)
    if output is None:
        typer.echo(page, nl=False)
        return
    with text_file(output) as file:
        file.write(page)
