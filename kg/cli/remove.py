"""``kg remove PAPER...``: take papers out of a built graph."""

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.printing import printable


def command(
    papers: Annotated[
        list[str], typer.Argument(metavar="PAPER...", help="Ids, arXiv ids, DOIs, URLs, titles, or parts of titles.")
    ],
    graph: Annotated[Path, typer.Option("-g", "--graph", help="The folder of a built graph.")] = Path("outputs"),
) -> None:
    """Take papers out and write the files of the graph anew; a name that means several papers removes none."""
    from kg.building import remove

    for paper in remove(papers, graph):
        typer.echo(f"removed  {printable(paper.title)}")
