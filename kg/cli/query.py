"""``kg query QUERY``: ask a built graph in SPARQL."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    query: Annotated[str, typer.Argument(metavar="QUERY|FILE.rq|NAME", help="SPARQL text, a file, or a named query.")],
    graph: Annotated[Path, typer.Option("-g", "--graph", help="The folder of a built graph.")] = Path("outputs"),
    format: Annotated[str | None, typer.Option(help="table, json, csv, tsv, xml; ttl or nt for graphs.")] = None,
) -> None:
    """Run a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE."""
    from kg.cli.results import show
    from kg.store import open_store, query_text
    from kg.store import query as run

    show(run(open_store(graph), query_text(query)), format)
