"""How quickly the graph of many papers goes into Neo4j, Fuseki and Oxigraph; rows a second, side by side in one run.

    python benchmarks/loading.py [--papers 20000] [--source ../shared/data/abstracts.jsonl.gz] [--output FILE]

Needs what ``make services`` installs. The graph is built once and kept; every server starts empty. The naive way sends
one MERGE a row, each in a transaction of its own, and is measured on the first rows alone.
"""

import argparse
import gzip
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("KG_SERVICES_HEAP", "3g")  # Fuseki holds all triples in memory

from kg.building import build, derive
from kg.exporters import exporter
from kg.loaders import neo4j as bolt
from kg.loaders import sparql
from kg.rows import Rows
from tests.services import servers
from tests.services.servers import NEO4J_PASSWORD

NAIVE = 3_000
"""Rows that the naive way is measured on."""


@dataclass(frozen=True)
class Figure:
    """A way, what it counts, how many of them, and the seconds it took."""

    way: str
    unit: str
    count: int
    seconds: float

    def line(self) -> str:
        """A row of the table."""
        return f"| {self.way} | {self.count:,} {self.unit} | {self.seconds:,.1f} | {self.count / self.seconds:,.0f} |"


def papers(source: Path, count: int) -> Iterator[str]:
    """The first lines of a gzipped file of JSON Lines."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        yield from itertools.islice(file, count)


def built(source: Path, count: int, folder: Path) -> Path:
    """The folder of the built graph; built only once."""
    outputs = folder / f"outputs-{count}"
    if not (outputs / "graph.ttl").exists():
        lines = folder / f"papers-{count}.jsonl"
        lines.write_text("".join(papers(source, count)), encoding="utf-8")
        build([str(lines)], outputs, formats=("ttl",))
    return outputs


def timed(action: Callable[[], object]) -> float:
    """The seconds that something takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def naive(url: str, rows: Rows) -> Figure:
    """One MERGE a row, each in its own transaction, as a first script does it; with the same constraints."""
    import neo4j

    chosen = list(itertools.islice(rows.edges(), NAIVE // 2))
    ends = {iri for edge in chosen for iri in (edge.source, edge.target)}
    nodes = [bolt.node_row(node) for node in rows.nodes() if node.iri in ends]
    some = [*nodes, *map(bolt.edge_row, chosen)]
    with neo4j.GraphDatabase.driver(url, auth=("neo4j", NEO4J_PASSWORD)) as driver, driver.session() as session:
        for statement in bolt.constraints():
            session.run(statement).consume()
        seconds = timed(lambda: [session.run(statement, rows=[row]).consume() for statement, row in some])
        return Figure("Neo4j, one MERGE a row", "rows", len(some), seconds)


def measure(outputs: Path, folder: Path) -> Iterator[Figure]:
    """All ways, one after the other."""
    content = derive(outputs)
    rows = Rows(content.graph, content.papers, content.concepts, content.links)
    count = rows.count()
    login = bolt.Login("neo4j", NEO4J_PASSWORD)
    with servers.neo4j(folder / "naive") as server:
        yield naive(server.url, rows)
    with servers.neo4j(folder / "bolt") as server:
        yield Figure("Neo4j, `kg load neo4j`, empty", "rows", count, timed(lambda: bolt.load(server.url, rows, login)))
        yield Figure("Neo4j, the same again", "rows", count, timed(lambda: bolt.load(server.url, rows, login)))
    yield Figure(
        "`kg export --formats neo4j-csv`", "rows", count, timed(lambda: exporter("neo4j-csv")(content, outputs))
    )
    home = servers.neo4j_home(folder / "csv", 1)
    path = f"{servers.admin_script(folder / 'csv' / 'bin', home)}{os.pathsep}{os.environ['PATH']}"
    command = ["sh", str(outputs / "neo4j-csv" / "import.sh")]
    env = os.environ | {"PATH": path, "TMPDIR": str(folder)}
    yield Figure(
        "`neo4j-admin database import`", "rows", count,
        timed(lambda: subprocess.run(command, env=env, capture_output=True, check=True)),
    )  # fmt: skip
    stores = (("Fuseki in memory", servers.fuseki, "/data"), ("Oxigraph on disk", servers.oxigraph, "/store"))
    for name, start, end in stores:
        sent = 0
        with start(folder / name.split()[0]) as server:

            def run(url: str = server.url + end) -> None:
                nonlocal sent
                sent = sparql.load(url, outputs, sparql.Login())

            seconds = timed(run)
            yield Figure(f"{name}, `kg load sparql`", "triples", sent, seconds)


def main() -> None:
    """Measure and print a table; with --output also into a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument("--source", type=Path, default=Path("../shared/data/abstracts.jsonl.gz"))
    parser.add_argument("--folder", type=Path, default=None, help="where the built graph is kept")
    parser.add_argument("--output", type=Path, default=None, help="figures as JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        keep = given.folder or Path(scratch)
        keep.mkdir(parents=True, exist_ok=True)
        outputs = built(given.source, given.papers, keep)
        print(f"{given.papers:,} papers, {os.cpu_count()} cores, Python {platform.python_version()}\n")
        print("| way | what | seconds | a second |\n|---|---:|---:|---:|")
        figures = []
        for figure in measure(outputs, Path(scratch)):
            print(figure.line(), flush=True)
            figures.append(vars(figure))
        if given.output:
            given.output.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
