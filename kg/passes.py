"""Passes over the records of a large corpus: each in several processes, and the second one written down.

The first pass counts names (`kg.resolution.Tally`), the second resolves every record and keeps the outcome in scratch
files, so that graph, links and formats read what is resolved and resolve nothing again. The records come in pieces of
the file that end with a line; the outcome is the same for every number of pieces.
"""

import os
import pickle
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

import networkx as nx

from kg.errors import NotBuilt
from kg.exporters import STATEMENTS, exporter
from kg.exporters.content import Content
from kg.ontology import scheme
from kg.processes import new_pool
from kg.record_files import RECORDS, line_of, record_of
from kg.records import Extraction, Mention, Paper
from kg.resolution import Glossary, Resolver, Tally, tally_of
from kg.writing import text_file

SMALL = 8_000_000
"""Up to so many bytes of records (some 4,000 papers) one process is faster."""
PIECES = 3
"""Pieces a process: the first ones can be read while the last ones are resolved."""

Piece = tuple[Path, int, int]
"""A file of records, and where in it a piece begins and ends."""


class Resolved:
    """The papers of a corpus with their resolved mentions, read from scratch files as often as wanted.

    A file that is still being written is waited for. Other processes can be sent this object once all are; the files
    vanish with the object that made them.
    """

    def __init__(self, files: tuple[Path, ...], running: Sequence[Future[None]] = ()) -> None:
        self.files = files
        self._running = running

    def __call__(self) -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
        """The papers in the order of their keys."""
        for future, file in zip_longest(self._running, self.files):
            if future:
                future.result()
            yield from read_resolved(file)

    def __reduce__(self) -> tuple[type["Resolved"], tuple[tuple[Path, ...]]]:
        return Resolved, (self.files,)


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
    finally:
        pool.shutdown(wait=False)
    papers = Resolved(files, running)
    weakref.finalize(papers, remove, (*files, key))
    return resolver, papers


def export(content: Content, formats: Iterable[str], folder: Path) -> None:
    """Write a graph in some formats; the evidence of a large one in a process of its own meanwhile."""
    formats = list(formats)
    evidence = [name for name in formats if name in STATEMENTS and content.evidence]
    if not (evidence and isinstance(content.papers, Resolved)):
        for name in formats:
            exporter(name)(content, folder)
        return
    from kg.exporters.rdf import write_graph

    small = replace(content, graph=nx.DiGraph(), concepts={}, links=())
    with new_pool(1) as pool:
        running = [pool.submit(export_evidence, small, folder, name) for name in evidence]
        for name in formats:
            if name in evidence:
                write_graph(content, folder, name)
            else:
                exporter(name)(content, folder)
        for future in running:
            future.result()


def export_evidence(content: Content, folder: Path, format: str) -> None:
    """What the process for the evidence does."""
    from kg.exporters.rdf import write_evidence

    write_evidence(content, folder, format)


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
    with text_file(target) as file:
        for record in read_piece(piece):
            file.write(line_of(Extraction(paper=record.paper, mentions=known.resolve(record))))


@lru_cache(maxsize=1)
def load_glossary(path: Path) -> Glossary:
    """The glossary that this program's first pass has written a moment ago."""
    found: Glossary = pickle.loads(path.read_bytes())  # noqa: S301
    return found


def read_resolved(file: Path) -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
    """The papers of a scratch file."""
    with file.open("rb") as lines:
        for line in lines:
            record = Extraction.model_validate_json(line)
            yield record.paper, record.mentions


def remove(files: tuple[Path, ...]) -> None:
    """Remove files that may be gone."""
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
