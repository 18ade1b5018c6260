"""``kg load neo4j|sparql URL [OUTPUTS]``: put the graph into a running server."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

Prune = Annotated[bool, typer.Option("--prune", help="Remove what earlier loads left and the graph has no longer.")]


def command(
    system: Annotated[Literal["neo4j", "sparql"], typer.Argument(help="What the server is.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="bolt://HOST:7687, or a graph store http://HOST/…")],
    outputs: Annotated[Path, typer.Argument(metavar="[OUTPUTS]", help="The folder of a built graph.")] = Path(
        "outputs"
    ),
    prune: Prune = False,
    evidence: Annotated[Literal["full", "none"] | None, typer.Option(help="Neo4j: quote the papers on edges.")] = None,
    graph: Annotated[str | None, typer.Option(metavar="IRI", help="SPARQL: a named graph; else the default.")] = None,
) -> None:
    """Load the graph into Neo4j (Bolt) or a triple store (SPARQL Graph Store Protocol).

    Loading twice changes nothing. User and password come from NEO4J_USER and NEO4J_PASSWORD, or SPARQL_USER and
    SPARQL_PASSWORD; NEO4J_DATABASE names another database than the server's own.
    """
    if system == "neo4j":
        _neo4j(url, outputs, prune, evidence)
    else:
        _sparql(url, outputs, prune, graph)


def _neo4j(url: str, outputs: Path, prune: bool, evidence: str | None) -> None:
    from kg.building import derive
    from kg.loaders.neo4j import Login, load
    from kg.rows import Rows

    content = derive(outputs)
    quoted = content.evidence if evidence is None else evidence == "full"
    rows = Rows(content.graph, content.papers, content.concepts, content.links, quoted)
    env = os.environ
    login = Login(env.get("NEO4J_USER", "neo4j"), env.get("NEO4J_PASSWORD"), env.get("NEO4J_DATABASE"))
    with counting("rows") as advance:
        done = load(url, rows, login, prune=prune, progress=advance)
    nodes, edges = content.graph.number_of_nodes(), content.graph.number_of_edges()
    typer.echo(f"{nodes:,} nodes ({_change(done.nodes_created, done.nodes_deleted)})")
    typer.echo(f"{edges:,} edges ({_change(done.edges_created, done.edges_deleted)})")


def _sparql(url: str, outputs: Path, prune: bool, graph: str | None) -> None:
    from kg.loaders.sparql import Login, load

    login = Login(os.environ.get("SPARQL_USER", ""), os.environ.get("SPARQL_PASSWORD"))
    with counting("bytes") as advance:
        sent = load(url, outputs, login, graph=graph, replace=prune, progress=advance)
    typer.echo(f"{sent:,} triples")


def _change(new: int, gone: int) -> str:
    return f"{new:,} new" + (f", {gone:,} removed" if gone else "")


@contextmanager
def counting(unit: str) -> Iterator[Callable[[int, int], None] | None]:
    """A function that shows how far a load is, on a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return

    def advance(done: int, total: int) -> None:
        print(f"\r{100 * done // max(total, 1):3} %  {done:,}/{total:,} {unit}", end="", file=sys.stderr, flush=True)

    try:
        yield advance
    finally:
        print("\r\x1b[K", end="", file=sys.stderr)
