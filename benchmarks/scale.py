"""How a build grows with the number of papers, what bounds each stage, and the same work done the obvious way.

    python benchmarks/scale.py [ABSTRACTS] [--sizes 1000,5000,20000,80000] [--output benchmarks/scale.md]

Every size is built in a process of its own, in the same run in which ``spacy.blank("en").pipe`` reads the same texts.
Without a file it reads ../shared/data/abstracts.jsonl.gz if that is there, else the example page many times over.
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared/data/abstracts.jsonl.gz"
SIZES = (1000, 5000, 20_000, 80_000)
NAIVE = {"links": 2000, "rdf": 1000, "cnn": 300}
"""Papers on which the obvious ways are measured."""
PROFILED = 10_000
"""Papers of the build that is profiled."""
WAITING = ("selectors.py", "threading.py", "multiprocessing/")
"""Where a process waits for another one; py-spy takes some of it for work."""
BOUND = {
    "read": "JSON and the checks of every field, one core",
    "extract": "Python over words and features, all cores",
    "records": "the disk",
    "resolve and assemble": "two passes over the records on all cores; the graph, one core",
    "link": "the sparse product, which grows with papers x hub size",
    "ttl": "triples, one core; the evidence in a process of its own",
    "graphml": "text of nodes and edges, one core",
    "html": "PageRank over the links; the page itself has at most 1,500 nodes",
}


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block."""
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*args: Any, **options: Any) -> Any:
            with self.stage(name):
                return function(*args, **options)

        return timed


def tree_memory(process: int) -> int:
    """Bytes that a process and its children hold; what they share is divided among them (Linux)."""
    total, queue = 0, [process]
    while queue:
        pid = queue.pop()
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                queue += map(int, (task / "children").read_text().split())
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return total


class Memory(threading.Thread):
    """Watches the memory of this process and its children."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0

    def run(self) -> None:
        """Look twice a second."""
        while True:
            self.peak = max(self.peak, tree_memory(os.getpid()))
            time.sleep(0.5)


def processor() -> float:
    """Processor seconds of this process and its finished children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def one(source: Path) -> dict[str, Any]:
    """Build one file and time its stages, beside plain tokenisation."""
    import spacy

    from kg import building, passes

    texts = [f"{d['title']}\n\n{d['abstract']}" for d in map(json.loads, source.open(encoding="utf-8"))]
    nlp = spacy.blank("en")
    before, started = processor(), time.perf_counter()
    for _ in nlp.pipe(texts):
        pass
    blank, blank_processor = time.perf_counter() - started, processor() - before
    del texts, nlp
    clock, memory = Clock(), Memory()
    memory.start()
    names = {"merge": "read", "read_texts": "extract", "write_records": "records", "link": "link"}
    for function, name in names.items():
        setattr(building, function, clock.wrap(name, getattr(building, function)))
    setattr(building, "derive", clock.wrap("resolve and assemble", building.derive))  # noqa: B010
    find = passes.exporter
    setattr(passes, "exporter", lambda format: clock.wrap(format, find(format)))  # noqa: B010
    write_all = passes.export
    setattr(passes, "export", clock.wrap("export", write_all))  # noqa: B010
    before, started = processor(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = building.build([source], folder)
        seconds = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    stages = dict(clock.seconds)
    stages["resolve and assemble"] -= stages["link"]
    stages["ttl"] = stages.pop("export") - stages["graphml"] - stages["html"]
    return {
        "papers": report.papers, "links": report.links, "blank": blank, "blank_processor": blank_processor,
        "seconds": seconds, "processor": processor() - before, "memory": memory.peak, "size": size, "stages": stages,
    }  # fmt: skip


def seconds_of(action: Callable[[], object]) -> float:
    """Processor seconds of this process for an action."""
    started = time.process_time()
    action()
    return time.process_time() - started


def obvious(lines: list[str], folder: Path) -> list[tuple[str, int, float, float]]:
    """Way, papers, its processor seconds, and ours, all on one core."""
    import networkx as nx
    import rdflib

    from kg.building import derive
    from kg.exporters import exporter
    from kg.extraction import extract
    from kg.linking import bag_of, link
    from kg.ontology import scheme
    from kg.record_files import write_records
    from kg.records import Extraction, Paper

    papers = [Paper(title=d["title"], abstract=d["abstract"]) for d in map(json.loads, lines[: NAIVE["links"]])]
    list(extract(papers[:50]))
    records = [r for r in extract(papers) if isinstance(r, Extraction)]
    records.sort(key=lambda r: r.paper.key)
    write_records(folder, records)
    content = derive(folder, workers=1)
    bags = [bag_of(p.key, ms) for p, ms in content.papers()]
    found = []

    bipartite: nx.Graph[str] = nx.Graph()
    bipartite.add_nodes_from(b.key for b in bags)
    bipartite.add_edges_from((b.key, f"concept/{c}") for b in bags for c in b.concepts)

    def concept(ident: str) -> Any:
        return content.concepts[ident]

    theirs = seconds_of(lambda: nx.bipartite.weighted_projected_graph(bipartite, [b.key for b in bags]))
    ours = seconds_of(lambda: link(bags, concept, scheme().ancestors))
    found.append(("links: networkx projection on papers", len(bags), theirs, ours))

    write_records(folder, records[: NAIVE["rdf"]])
    content = derive(folder, workers=1)
    ours = seconds_of(lambda: exporter("ttl")(content, folder))
    graph = rdflib.Graph()
    exporter("nt")(content, folder)
    for name in ("graph.nt", "evidence.nt"):
        graph.parse(folder / name)
    theirs = seconds_of(lambda: graph.serialize(folder / "rdflib.ttl", format="turtle"))
    found.append(("Turtle: rdflib, from triples that are there", NAIVE["rdf"], theirs, ours))

    cnn, some = small_cnn(), papers[: NAIVE["cnn"]]
    theirs = seconds_of(lambda: list(cnn.pipe(f"{p.title}\n\n{p.abstract}" for p in some)))
    ours = seconds_of(lambda: list(extract(some)))
    found.append(("extraction: tok2vec, tagger, parser and ner of spaCy", len(some), theirs, ours))
    return found


def small_cnn() -> Any:
    """An untrained pipeline of the components and the size of ``en_core_web_sm``: its speed does not depend on training."""
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("en")
    listener = {"model": {"tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}}}
    nlp.add_pipe("tok2vec")
    for name in ("tagger", "parser", "ner"):
        nlp.add_pipe(name, config=listener)
    words = {
        "words": ["We", "train", "BERT"], "tags": ["PRP", "VBP", "NNP"], "heads": [1, 1, 1],
        "deps": ["nsubj", "ROOT", "dobj"], "entities": ["O", "O", "U-METHOD"],
    }  # fmt: skip
    example = Example.from_dict(nlp.make_doc("We train BERT"), words)
    nlp.initialize(lambda: [example])
    return nlp


def profile(lines: list[str], folder: Path) -> str:
    """Rows of the functions of `kg` in which py-spy, two hundred times a second, finds the processes of a build most often."""
    source, samples = folder / "profile.jsonl", folder / "samples"
    source.write_text("".join(lines), encoding="utf-8")
    spy = [str(Path(sys.executable).with_name("py-spy")), "record", "--subprocesses", "--nolineno", "--rate", "200"]
    command = [sys.executable, "-m", "kg", "build", str(source), "-o", str(folder / "profile")]
    subprocess.run(
        [*spy, "--format", "raw", "--output", str(samples), "--", *command], stdout=subprocess.DEVNULL, check=True
    )
    own, whole = Counter[str](), Counter[str]()
    for line in samples.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        functions = [place for place in stack.split(";") if place.endswith(")")]
        if not functions or any(waits in functions[-1] for waits in WAITING):
            continue
        own[functions[-1]] += int(count)
        whole.update(dict.fromkeys(functions, int(count)))
    total = own.total() / 100
    ours = [(name, n) for name, n in whole.most_common() if "(kg/" in name and "(kg/cli/" not in name]
    return "\n".join(f"| `{name}` | {n / total:.1f} | {own[name] / total:.1f} |" for name, n in ours[:40])


def report(runs: list[dict[str, Any]], ways: list[tuple[str, int, float, float]], hot: str) -> str:
    """The Markdown page."""
    kept = ("read", "extract", "records", "resolve and assemble", "link", "ttl", "graphml", "html")
    rows = [
        f"| {r['papers']:,} | {r['seconds']:,.1f} | {r['papers'] / r['seconds']:,.0f} | {r['seconds'] / r['blank']:.1f} "
        f"| {r['processor'] / r['blank_processor']:.1f} | {r['memory'] / 1e9:.2f} | {r['size'] / 1e6:,.0f} |"
        for r in runs
    ]
    shares = []
    for name in kept:
        cells = " | ".join(f"{100 * r['stages'][name] / r['seconds']:.0f} %" for r in runs)
        shares.append(f"| {name} | {cells} | {BOUND[name]} |")
    other = [f"| {w} | {n:,} | {a:,.2f} | {b:,.2f} | {a / b:,.1f} |" for w, n, a, b in ways]
    sizes = " | ".join(f"{r['papers']:,}" for r in runs)
    return f"""\
# How a build grows

Written by `make bench` ({os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; load average \
at the end {os.getloadavg()[2]:.1f}). *Ratio* is the time of the whole `kg build` with its default files over that of \
`spacy.blank("en").pipe` on the same texts in the same run, on the clock and in processor time of all processes. Memory \
is the peak of all processes together. The machine was shared; ratios travel better than seconds.

| papers | seconds | papers/s | ratio | ratio of processor time | memory, GB | files, MB |
|---:|---:|---:|---:|---:|---:|---:|
{chr(10).join(rows)}

## Where the time goes

| stage | {sizes} | bound by |
|---|{"---:|" * len(runs)}---|
{chr(10).join(shares)}

## The obvious way

Processor seconds on one core, both ways in this run.

| way | papers | its seconds | ours | ratio |
|---|---:|---:|---:|---:|
{chr(10).join(other)}

## Profile

A build of {PROFILED:,} papers with default files, all its processes, by py-spy: of the samples taken while they did not wait, \
the share of each function of `kg` with all that it calls, and without, in per cent.

| function | with what it calls | itself |
|---|---:|---:|
{hot}
"""


def lines_of(source: Path, count: int) -> list[str]:
    """Lines spread evenly over a file; repeated with other titles where it has too few."""
    if source.suffix != ".gz":
        from kg.records import Paper
        from kg.sources import read

        papers = [p for p in read(str(source)) if isinstance(p, Paper)]
        rows = ({"title": f"{p.title} {i}", "abstract": p.abstract} for i in range(count) for p in papers)
        return [json.dumps(row) + "\n" for row in islice(rows, count)]
    with gzip.open(source, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    step = max(1, len(lines) // count)
    return lines[::step][:count]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    default = CORPUS if CORPUS.exists() else ROOT / "examples/daily-papers.txt"
    parser.add_argument("source", type=Path, nargs="?", default=default)
    parser.add_argument("--sizes", type=lambda text: list(map(int, text.split(","))), default=list(SIZES))
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/scale.md")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args.source)))
        return
    runs = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        hot = profile(lines_of(args.source, PROFILED), folder)
        ways = obvious(lines_of(args.source, NAIVE["links"]), folder)
        for size in args.sizes:
            part = folder / f"{size}.jsonl"
            part.write_text("".join(lines_of(args.source, size)), encoding="utf-8")
            ran = subprocess.run(
                [sys.executable, __file__, str(part), "--one"], stdout=subprocess.PIPE, text=True, check=True
            )
            runs.append(json.loads(ran.stdout))
            print(f"{size:,}: {runs[-1]}", file=sys.stderr)
            part.unlink()
            args.output.write_text(report(runs, ways, hot), encoding="utf-8")
    print(args.output.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
