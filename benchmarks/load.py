"""``kg serve`` under load: 200 clients ask pages, searches, named queries and SPARQL at once, on this machine alone.

    python benchmarks/load.py [--folder OUTPUTS] [--papers 20000] [--source ../shared/data/abstracts.jsonl.gz]
                              [--clients 200] [--seconds 60] [--output benchmarks/load.md]

With `--folder` a built graph is taken, else one of the first papers of the source is built. wrk asks (Debian: wrk) and
shares the processors with the server. Memory is that of the server and its workers together (proportional set size),
before the first request, after a short warm-up and at the end.
"""

import argparse
import gzip
import itertools
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx

WARM_UP = 5
"""Seconds of load before the load that is measured."""
RDF, ROWS = "text/turtle", "application/sparql-results+json"
MIX = """\
local asked = {%s}
local at = 0
function init(args) math.randomseed(os.time()); at = math.random(#asked) end
function request()
  at = at %% #asked + 1
  return wrk.format("GET", asked[at][1], {["Accept"] = asked[at][2]})
end
"""
"""The script of wrk: every client goes through the same requests."""


def main() -> None:
    """Measure and write a page of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument("--source", type=Path, default=Path("../shared/data/abstracts.jsonl.gz"))
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("benchmarks/load.py needs wrk; on Debian: apt-get install wrk")
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or built(given.source, given.papers, Path(scratch))
        text = measured(folder, Path(scratch), given.clients, given.seconds)
    (given.output.write_text(text, encoding="utf-8") if given.output else print(text))


def built(source: Path, papers: int, scratch: Path) -> Path:
    """A graph of the first papers of a source."""
    from kg.building import build

    lines = scratch / "papers.jsonl"
    with gzip.open(source, "rt", encoding="utf-8") as file:
        lines.write_text("".join(itertools.islice(file, papers)), encoding="utf-8")
    build([str(lines)], scratch / "outputs", formats=["ttl"])
    return scratch / "outputs"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """``kg serve`` on a free port of 127.0.0.1: its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "kg", "serve", str(folder), "--port", str(port)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(1200):
                try:
                    if httpx.get(f"{address}/health", timeout=10).status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.5)
            yield address, process.pid
        finally:
            process.terminate()


def requests(address: str) -> list[tuple[str, str]]:
    """Paths and what they accept: pages and data of papers and concepts, searches, named queries, SPARQL."""
    query = "SELECT ?n { { SELECT ?n { ?n a %s } LIMIT 20 } }"
    found: list[tuple[str, str]] = []
    for kind in ("schema:ScholarlyArticle", "skos:Concept"):
        rows = httpx.get(f"{address}/sparql", params={"query": query % kind}, timeout=60).raise_for_status().json()
        ids = [row["n"]["value"].partition("/id/")[2] for row in rows["results"]["bindings"]]
        found += [(f"/id/{i}", accept) for i, accept in zip(ids, itertools.cycle(("text/html", RDF)), strict=False)]
        found += [(f"/api/node/{i}", "application/json") for i in ids[:5]]
    found += [(f"/api/search?q={word}", "application/json") for word in ("transformer", "resnet", "graph", "diffusion")]
    named = [
        f"/api/queries/{name}?concept={quote(c)}"
        for name in ("papers-using", "code-for-method")
        for c in ("LSTM", "ResNet")
    ]
    found += [(path, ROWS) for path in named]
    texts = (
        "ASK { ?s a kg:Dataset }",
        "SELECT ?t { ?p dcterms:title ?t } LIMIT 20",
        "SELECT ?l (COUNT(?p) AS ?n) { VALUES ?l { 'LSTM' 'ImageNet' } ?c skos:prefLabel ?l . ?p kg:mentions ?c } GROUP BY ?l",
    )
    return found + [(f"/sparql?query={quote(text)}", ROWS) for text in texts]


def measured(folder: Path, scratch: Path, clients: int, seconds: int) -> str:
    """The page."""
    papers = sum(1 for _ in (folder / "records.jsonl").open("rb"))
    with serving(folder) as (address, process):
        asked = requests(address)
        for path, accept in asked:
            status = httpx.get(address + path, headers={"accept": accept}, timeout=60).status_code
            assert status == 200, f"{path}: {status}"
        script = scratch / "mix.lua"
        script.write_text(MIX % ", ".join(f'{{"{path}", "{accept}"}}' for path, accept in asked), encoding="utf-8")
        sizes = [memory(process)]
        load(address, script, clients, WARM_UP)
        sizes.append(memory(process))
        said = load(address, script, clients, seconds)
        sizes.append(memory(process))
    return page(said, sizes, papers, clients, seconds, len(asked))


def load(address: str, script: Path, clients: int, seconds: int) -> str:
    """What wrk says of so many clients for so many seconds."""
    words = [
        "wrk",
        "-t",
        "1",
        "-c",
        str(clients),
        "-d",
        f"{seconds}s",
        "--timeout",
        "30s",
        "--latency",
        "-s",
        str(script),
    ]
    return subprocess.run([*words, address], capture_output=True, text=True, check=True).stdout


def memory(process: int) -> float:
    """Megabytes of a process and all below it, shared pages in proportion."""
    total = 0.0
    waiting = [process]
    while waiting:
        one = waiting.pop()
        try:
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(found[1]) / 1024 if found else 0
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def page(said: str, sizes: list[float], papers: int, clients: int, seconds: int, asked: int) -> str:
    """The figures as Markdown."""

    def first(pattern: str, otherwise: str = "0") -> str:
        found = re.search(pattern, said)
        return found[1] if found else otherwise

    answered = r"(\d+) requests in"
    sockets = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    broken = sum(map(int, sockets.groups())) if sockets else 0
    rows = [
        ("requests answered", f"{int(first(answered)):,}"),
        ("requests per second", first(r"Requests/sec:\s+([\d.]+)")),
        ("half of the answers within", first(r"50%\s+(\S+)")),
        ("99 % of the answers within", first(r"99%\s+(\S+)")),
        ("answers that were no 2xx or 3xx", first(r"Non-2xx or 3xx responses: (\d+)")),
        ("broken connections and time-outs (30 s)", str(broken)),
        ("memory before the first load", f"{sizes[0]:,.0f} MB"),
        (f"memory after {WARM_UP} s of load", f"{sizes[1]:,.0f} MB"),
        ("memory at the end", f"{sizes[2]:,.0f} MB"),
    ]
    machine = (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, load of the machine {os.getloadavg()[2]:.1f}"
    )
    return (
        "# `kg serve` under load\n\n"
        f"{clients} clients for {seconds} s against a graph of {papers:,} papers; {asked} different requests in turn:\n"
        "pages and Turtle of papers and concepts, the JSON API, searches, named queries and SPARQL. wrk runs on the same\n"
        f"machine ({machine}).\n\n"
        "| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows) + "\n"
        "Made by `python benchmarks/load.py`. Clients wait for one another: with so many at once the time of an answer is\n"
        "the number of clients over the requests per second.\n"
    )


if __name__ == "__main__":
    main()
