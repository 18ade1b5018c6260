"""``kg serve [OUTPUTS]``: a SPARQL endpoint and pages for a built graph."""

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Folder


def command(
    folder: Folder = Path("outputs"),
    host: Annotated[str, typer.Option(help="Address to listen at; only this machine by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 takes a free one.")] = 8000,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which a query is ended.")] = 10.0,
    rows: Annotated[int, typer.Option(min=1, help="The most rows or triples of an answer.")] = 100_000,
    workers: Annotated[int | None, typer.Option(min=1, help="Queries that run at once.")] = None,
) -> None:
    """Serve a built graph read-only: SPARQL at /sparql, pages and data of its IRIs at /id/."""
    from kg.serve import run

    run(folder, host=host, port=port, timeout=timeout, rows=rows, workers=workers)
