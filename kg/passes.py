"""Passes over the records of a large corpus: each in several processes, and the second one written down.

The first pass counts names (`kg.resolution.Tally`), the second resolves every record and keeps the outcome in scratch
files, so that graph, links and formats read what is resolved and resolve nothing again. The records come in pieces of
the file that end with a line; the outcome is the same for every number of pieces.
"""

import os
import pickle
import tempfile
import weakref
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from json import JSONDecoder
from pathlib import Path
from typing import Any

import networkx as nx

from kg.errors import NotBuilt
from kg.exporters import STATEMENTS, exporter
from kg.exporters.content import Content
from kg.ontology import scheme
from kg.processes import new_pool
from kg.record_files import RECORDS, line_of, record_of
from kg.records import Concept, Extraction, Link, Mention, Paper, key_of
from kg.resolution import Glossary, Resolver, Tally, resolved, tally_of
from kg.writing import text_file

SMALL = 8_000_000
"""Up to so many bytes of records (some 4,000 papers) one process is faster."""
PIECES = 3
"""Pieces a process: the first ones can be read while the last ones are resolved."""

Piece = tuple[Path, int, int]
"""A file of records, and where in it a piece begins and ends."""


class Resolved:
    """The papers of a corpus with their resolved mentions, read from scratch files as often as wanted.

    A file that is still being written is waited for. Other processes can be sent this object once all are. `pool` has
    the processes that write the files and may do more; files and processes go with the object that made them.
    """

    def __init__(
        self, files: tuple[Path, ...], running: Sequence[Future[None]] = (), pool: ProcessPoolExecutor | None = None
    ) -> None:
        self.files = files
        self.pool = pool
        self.evidence: dict[tuple[Path, str], Future[None]] = {}
        self._running = running

    def __call__(self) -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
        """The papers in the order of their keys."""
        for future, file in zip_longest(self._running, self.files):
            if future:
                future.result()
            yield from read_resolved(file)

    def of(self, keys: Container[str]) -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
        """Some of the papers; of the others no more is read than the title."""
        for file in self.files:
            with file.open(encoding="utf-8") as lines:
                for line in lines:
                    title, _ = _title.raw_decode(line, len(_HEAD))
                    if key_of(title) in keys:
                        yield pair_of(line)

    def __reduce__(self) -> tuple[type["Resolved"], tuple[tuple[Path, ...]]]:
        return Resolved, (self.files,)


_HEAD = '{"paper":{"title":'
_title = JSONDecoder()


def resolve(folder: Path, scratch: Path, workers: int) -> tuple[Resolver, Resolved]:
    """Run both passes over the records in `folder`; the second one is still running on return.

    Scratch files go to the folder `scratch`, or where that is read-only to the system's own.
    """
    found = pieces(folder / RECORDS, PIECES * workers)
    place = scratch if os.access(scratch, os.W_OK) else Path(tempfile.gettempdir())
    files = tuple(place / f".resolved-{number}.{os.getpid()}.tmp" for number in range(len(found)))
    key = place / f".glossary.{os.getpid()}.tmp"
    pool = new_pool(workers)
    try:
        tally = Tally()
        for part in pool.map(tally_piece, found):
            tally.update(part)
        resolver = Resolver(tally, scheme())
        key.write_bytes(pickle.dumps(resolver.glossary))
        running = [pool.submit(resolve_piece, piece, key, file) for piece, file in zip(found, files, strict=True)]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    papers = Resolved(files, running, pool)
    weakref.finalize(papers, clear, pool, (*files, key))
    return resolver, papers


def export(content: Content, formats: Iterable[str], folder: Path) -> None:
    """Write a graph in some formats; what is said in RDF of a large one in other processes meanwhile."""
    papers, formats = content.papers, list(formats)
    told = [name for name in formats if name in STATEMENTS]
    if not (told and isinstance(papers, Resolved) and papers.pool):
        for name in formats:
            exporter(name)(content, folder)
        return
    if content.evidence:
        start_evidence(content, told, folder)
    parts = pack(content, papers.files[0].parent)
    facts = (content.base, content.version, content.time, content.evidence)
    running = [papers.pool.submit(export_graph, parts, facts, papers, folder, name) for name in told]
    running += [papers.evidence.pop((folder, name)) for name in told if content.evidence]
    for name in formats:
        if name not in told:
            exporter(name)(content, folder)
    for future in running:
        future.result()
    remove(parts)


def start_evidence(content: Content, formats: Iterable[str], folder: Path) -> None:
    """Have the evidence of a large corpus written by another process; it takes nothing but the resolved papers."""
    papers = content.papers
    if isinstance(papers, Resolved) and papers.pool:
        small = replace(content, graph=nx.DiGraph(), concepts={}, links=())
        for name in formats:
            if name in STATEMENTS and (folder, name) not in papers.evidence:
                papers.evidence[folder, name] = papers.pool.submit(export_evidence, small, folder, name)


def export_evidence(content: Content, folder: Path, format: str) -> None:
    """What a process does for the evidence."""
    from kg.exporters.rdf import write_evidence

    write_evidence(content, folder, format)


def export_graph(parts: Sequence[Path], facts: tuple[Any, ...], papers: Resolved, folder: Path, format: str) -> None:
    """What a process does for the graph; `facts` are those of `Content` after the links."""
    from kg.exporters.rdf import write_graph

    with parts[0].open("rb") as file:
        concepts = {c.id: c for c in map(Concept.model_validate_json, file)}
    with parts[1].open("rb") as file:
        links = tuple(map(Link.model_validate_json, file))
    write_graph(Content(nx.DiGraph(), papers, concepts, links, *facts), folder, format)


def pack(content: Content, place: Path) -> list[Path]:
    """Concepts and links in two scratch files: JSON is the quickest way from process to process for records."""
    parts = [place / f".{name}.{os.getpid()}.tmp" for name in ("concepts", "links")]
    for part, records in zip(parts, (content.concepts.values(), content.links), strict=True):
        with text_file(part) as file:
            file.writelines(record.model_dump_json() + "\n" for record in records)
    return parts


def pieces(path: Path, count: int) -> list[Piece]:
    """Cut a file of lines into about `count` pieces of whole lines."""
    size, bounds = path.stat().st_size, [0]
    with path.open("rb") as file:
        for number in range(1, count):
            file.seek(max(bounds[-1], size * number // count))
            file.readline()
            bounds.append(file.tell())
    return [(path, start, end) for start, end in zip(bounds, [*bounds[1:], size], strict=True) if start < end]


def read_piece(piece: Piece) -> Iterator[Extraction]:
    """The records of a piece; raises NotBuilt for a line that is none."""
    path, position, end = piece
    with path.open("rb") as file:
        file.seek(position)
        while position < end:
            line = file.readline()
            record = record_of(line)
            if record is None:
                raise NotBuilt(f"{path}, byte {position}: not a record of kg; build anew with kg build")
            position += len(line)
            yield record


def tally_piece(piece: Piece) -> Tally:
    """The first pass over a piece."""
    return tally_of(read_piece(piece))


def resolve_piece(piece: Piece, glossary: Path, target: Path) -> None:
    """The second pass over a piece: records with resolved mentions into a file."""
    known = load_glossary(glossary)
    name = lru_cache(maxsize=100_000)(known.name)  # the same names come again and again
    with text_file(target) as file:
        for record in read_piece(piece):
            file.write(line_of(Extraction(paper=record.paper, mentions=resolved(record, name, known.introduced))))


@lru_cache(maxsize=1)
def load_glossary(path: Path) -> Glossary:
    """The glossary that this program's first pass has written a moment ago."""
    found: Glossary = pickle.loads(path.read_bytes())  # noqa: S301
    return found


def read_resolved(file: Path) -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
    """The papers of a scratch file."""
    with file.open("rb") as lines:
        yield from map(pair_of, lines)


def pair_of(line: bytes | str) -> tuple[Paper, tuple[Mention, ...]]:
    """The paper and the mentions of a line."""
    record = Extraction.model_validate_json(line)
    return record.paper, record.mentions


def clear(pool: ProcessPoolExecutor, files: Iterable[Path]) -> None:
    """End the processes and remove the files."""
    pool.shutdown(wait=False, cancel_futures=True)
    remove(files)


def remove(files: Iterable[Path]) -> None:
    """Remove files that may be gone."""
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
