"""The named queries on a graph: Oxigraph, ``kg query`` and the endpoint against plain rdflib, side by side in one run.

    python benchmarks/queries.py [--papers 5000] [--source ../shared/data/abstracts.jsonl.gz] [--folder OUTPUTS]
                                 [--without-rdflib] [--output FILE]

With `--folder` a built graph is taken. rdflib holds the graph in memory and gets the same text with the same bindings;
a query that it does not answer within `PATIENCE` seconds counts as that long. Times are medians in milliseconds.
"""

import argparse
import gzip
import itertools
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import rdflib

from kg.store.answers import Question, answer
from kg.store.asking import View
from kg.store.catalogue import NamedQuery, catalogue
from kg.store.names import term
from kg.store.opening import base_of, open_store, prefixes_of, store_path

PATIENCE = 60.0
JOINS = (
    "bridges", "datasets-with-architecture", "influence", "papers-using", "related-papers", "rising-concepts",
    "shared-concepts", "top-concepts", "used-with",
)  # fmt: skip
"""Queries that join or aggregate over the whole graph or much of it."""


def main() -> None:
    """Measure and print a page of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=5000)
    parser.add_argument("--source", type=Path, default=Path("../shared/data/abstracts.jsonl.gz"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--without-rdflib", action="store_true")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or built(given.source, given.papers, Path(scratch))
        page = measured(folder, with_rdflib=not given.without_rdflib)
    (given.output.write_text(page, encoding="utf-8") if given.output else print(page))


def built(source: Path, papers: int, scratch: Path) -> Path:
    """A graph of the first papers of a source."""
    lines = scratch / "papers.jsonl"
    with gzip.open(source, "rt", encoding="utf-8") as file:
        lines.write_text("".join(itertools.islice(file, papers)), encoding="utf-8")
    words = [sys.executable, "-m", "kg", "build", str(lines), "-o", str(scratch / "out"), "--formats", "ttl"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return scratch / "out"


def measured(folder: Path, *, with_rdflib: bool) -> str:
    """All figures as a page."""
    started = time.perf_counter()
    store_path(folder)
    made = time.perf_counter() - started
    view, store = View(folder), open_store(folder)
    asked = {name: parameters(view, query) for name, query in catalogue().items()}
    served = over_http(folder, asked)
    typed = on_the_command_line(folder, asked)
    rows: dict[str, tuple[int, float]] = {}

    def beside(name: str) -> None:
        """Measure Oxigraph next to rdflib, since others may use the machine by turns."""
        rows[name] = in_store(view, catalogue()[name], asked[name])

    loading, plain = in_rdflib(folder, asked, beside) if with_rdflib else (0.0, {})
    for name in asked:
        if name not in rows:
            beside(name)
    lines = [
        f"{len(list(view.rows(papers_query())))} papers, {len(store):,} triples; {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}. The store was made in {made:.1f} s"
        + (f"; rdflib read the files in {loading:.1f} s." if with_rdflib else "."),
        "",
        "| query | rows | rdflib, ms | Oxigraph, ms | ratio | endpoint, ms | overhead, ms | `kg query`, ms |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, (count, took) in rows.items():
        slow = plain.get(name)
        told = "–" if slow is None else f"> {slow:,.0f}" if slow >= 1000 * PATIENCE else f"{slow:,.1f}"
        ratio = "–" if slow is None else f"{slow / took:,.0f}"
        over, more = served[name]
        figures = f"{told} | {took:,.1f} | {ratio} | {over:,.1f} | {more:,.1f} | {typed[name]:,.0f}"
        lines.append(f"| {name} | {count:,} | {figures} |")
    overhead = statistics.median(more for _, more in served.values())
    lines += ["", f"Median overhead of the endpoint: {overhead:.1f} ms a query."]
    if plain:
        ratios = [plain[name] / rows[name][1] for name in JOINS]
        lines.append(
            f"On the joins and aggregations ({', '.join(JOINS)}): median ratio {statistics.median(ratios):,.0f}, "
            f"least {min(ratios):,.0f}."
        )
    return "\n".join(lines) + "\n"


def papers_query() -> NamedQuery:
    """A query for all papers."""
    return NamedQuery("papers", "", "", "SELECT ?paper { ?paper a schema:ScholarlyArticle }")


def parameters(view: View, query: NamedQuery) -> dict[str, str]:
    """Values for a query's parameters: the most named concept and architecture, and the paper with most links."""
    top = view.rows(catalogue()["top-concepts"])
    architecture = next((row for row in top if row["kind"] == "architecture"), top[0])
    paper = view.rows(catalogue()["bridges"])[0]["paper"]
    values = {"concept": architecture["concept"], "paper": paper, "integer": "3"}
    wanted = [p for p in query.parameters if p.type in values]
    return {p.name: values[p.type] for p in (wanted[:1] if query.name == "evidence" else wanted)}


def median(action: Callable[[], Any], least: int = 5, seconds: float = 3.0) -> float:
    """The median time of an action in milliseconds, of so many runs or as many as fit."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < least or (time.perf_counter() < end and len(times) < 50):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
        if sum(times) > 4 * seconds:
            break
    return 1000 * statistics.median(times)


def question_of(view: View, query: NamedQuery, given: dict[str, str]) -> Question:
    """A named query with its parameters, rows as CSV."""
    types = {p.name: p.type for p in query.parameters}
    terms = {name: term(view.store, view.base, types[name], value) for name, value in given.items()}
    return Question(query.text, prefixes_of(view.folder), terms, rows="csv", graph="nt")


def in_store(view: View, query: NamedQuery, given: dict[str, str]) -> tuple[int, float]:
    """How many rows a query has, and its time in this process."""
    question = question_of(view, query, given)
    body = answer(view.store, question).body
    return body.count(b"\n") - (b"," in body.split(b"\r\n")[0]), median(lambda: answer(view.store, question))


def over_http(folder: Path, asked: dict[str, dict[str, str]]) -> dict[str, tuple[float, float]]:
    """The times over a connection that is kept open, and how much longer that is than in this process, side by side."""
    words = [sys.executable, "-m", "kg", "serve", str(folder), "--port", "0", "--timeout", "60", "--rows", "10000000"]
    accept = {"accept": "text/csv, application/n-triples"}
    view, found = View(folder), {}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().partition(" at ")[2].split("/ ")[0]
        with httpx.Client(base_url=address, headers=accept, timeout=90) as client:
            for name, given in asked.items():
                question = question_of(view, catalogue()[name], given)
                pairs = []
                for _ in range(15):
                    direct = median(lambda q=question: answer(view.store, q), 1, 0)
                    served = median(lambda n=name, g=given: client.get(f"/api/queries/{n}", params=g).content, 1, 0)
                    pairs.append((served, served - direct))
                served, more = (statistics.median(column) for column in zip(*pairs[1:], strict=True))
                found[name] = (served, more)
        process.terminate()
    return found


def on_the_command_line(folder: Path, asked: dict[str, dict[str, str]]) -> dict[str, float]:
    """The times of the command, the start of Python included."""

    def run(name: str, given: dict[str, str]) -> None:
        options = [word for key, value in given.items() for word in (f"--{key}", value)]
        words = [sys.executable, "-m", "kg", "query", "-g", str(folder), name, *options]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    return {name: median(lambda name=name, given=given: run(name, given), 3, 1.0) for name, given in asked.items()}


def in_rdflib(
    folder: Path, asked: dict[str, dict[str, str]], beside: Callable[[str], None]
) -> tuple[float, dict[str, float]]:
    """Seconds to read the files, and the times of the queries; each runs in a copy of this process."""
    started = time.perf_counter()
    graph = rdflib.Graph().parse(folder / "graph.ttl")
    if (folder / "evidence.ttl").exists():
        graph.parse(folder / "evidence.ttl")
    loading = time.perf_counter() - started
    base, spaces = base_of(folder), {k: rdflib.Namespace(v) for k, v in prefixes_of(folder).items()}
    fork = multiprocessing.get_context("fork")
    found = {}
    for name, given in asked.items():
        beside(name)
        bound = {key: rdflib.URIRef(v) if v.startswith(base) else rdflib.Literal(int(v)) for key, v in given.items()}
        out, end = fork.Pipe(duplex=False)

        def run(name: str = name, bound: Any = bound, end: Any = end) -> None:
            end.send(
                median(lambda: list(graph.query(catalogue()[name].text, initNs=spaces, initBindings=bound)), 1, 1.0)
            )

        process = fork.Process(target=run)
        process.start()
        end.close()
        try:
            found[name] = out.recv() if out.poll(PATIENCE) else 1000 * PATIENCE
        except EOFError:
            found[name] = 1000 * PATIENCE
        process.kill()
        process.join()
        print(json.dumps({name: round(found[name], 1)}), file=sys.stderr, flush=True)
    return loading, found


if __name__ == "__main__":
    main()
