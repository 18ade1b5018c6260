"""``kg query QUERY``: ask a built graph in SPARQL."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Literal["table", "json", "csv", "tsv", "xml", "ttl", "nt", "jsonld", "rdf"]
SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Parameters of named queries are options that only the query knows."""


def command(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(metavar="[QUERY|FILE.rq|NAME]", help="SPARQL text, a file, or a named query.")
    ] = None,
    graph: Annotated[Path, typer.Option("-g", "--graph", help="The folder of a built graph.")] = Path("outputs"),
    format: Annotated[Format | None, typer.Option(help="A table on a terminal, else CSV or Turtle.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which the query is ended.")] = 60.0,
) -> None:
    """Run a SPARQL query, or a named one with its parameters: kg query papers-using --concept LSTM.

    Without a query, the named ones are listed.
    """
    from kg.cli.results import choose, show
    from kg.store.asking import ask

    if query is None:
        list_queries()
        return
    given = parameters(context.args)
    rows, triples = choose(format, sys.stdout.isatty())
    answer = ask(graph, query, given, rows=rows, graph=triples, limit=limit, timeout=timeout)
    show(
        answer, as_table=format == "table" or (format is None and sys.stdout.isatty()), hidden=set(given), folder=graph
    )


def parameters(words: list[str]) -> dict[str, str]:
    """Options as a dict; raises UsageError where a word is no option or lacks its value.

    >>> parameters(["--concept", "LSTM", "--min=3"])
    {'concept': 'LSTM', 'min': '3'}
    """
    found, waiting = {}, list(words)
    while waiting:
        word = waiting.pop(0)
        name, given, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name or (not given and not waiting):
            raise typer.BadParameter(f"{word}: parameters of a query are written --name value")
        found[name.replace("-", "_")] = value if given else waiting.pop(0)
    return found


def list_queries() -> None:
    """Print the named queries with what they answer and their parameters."""
    from kg.store.catalogue import catalogue

    for name, query in catalogue().items():
        typer.echo(f"{name}\n    {query.comment}")
        for parameter in query.parameters:
            typer.echo(f"    --{parameter.name}  {parameter.comment}")
