"""The whole story on one page: read → extract → resolve → assemble → link → export."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path

from kg import __version__
from kg.errors import KgError, NoPapers, SourceError
from kg.exporters import DEFAULT_FORMATS, EXPORTERS, exporter
from kg.exporters.content import Content
from kg.extraction import extract, version
from kg.graph import add_links, assemble
from kg.linking import bag_of, link
from kg.merging import merge
from kg.ontology import BASE, scheme
from kg.record_files import (
    JOURNAL,
    REJECTED,
    line_of,
    locked,
    read_journal,
    read_records,
    write_records,
    write_rejected,
)
from kg.records import Extraction, Link, Mention, Paper, Rejected
from kg.resolution import Resolver
from kg.sources import read
from kg.writing import make_folder, together

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Report:
    """What a build did: counts by kind, the links with the labels of their papers and concepts, what was rejected."""

    papers: int
    kinds: dict[str, int]
    links: int
    strongest: list[tuple[str, str, float, list[str]]]
    rejected: list[Rejected]
    merged: int
    seconds: float
    files: list[str] = field(default_factory=list)


def build(
    sources: Iterable[str],
    output: Path | str = "outputs",
    *,
    formats: Iterable[str] = DEFAULT_FORMATS,
    append: bool = False,
    date: Date | None = None,
    strict: bool = False,
    evidence: bool = True,
    workers: int | None = None,
    base: str = BASE,
    format: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read sources and write the graph of all their papers into a folder; returns what was done.

    With `append`, the papers already there stay, and only new or changed ones are read. Raises KgError with the way
    out in words; files of an earlier build are then as they were.
    """
    started, folder, formats = time.monotonic(), Path(output), list(formats)
    check(formats, base)
    make_folder(folder)
    with locked(folder):
        known = {r.paper.key: r for r in kept(folder)} if append else {}
        rejected: list[Rejected] = []
        papers, merged = merge(gather(sources, format, date, strict, rejected), known)
        if not papers:
            why = f" ({rejected[0].record}: {rejected[0].reason})" if rejected else ""
            raise NoPapers(f"{', '.join(sources)}: no usable paper there{why}; see README for the formats kg reads")
        with together(folder) as new:
            write_records(new, extracted(papers, known, folder, workers, progress, rejected))
            write_rejected(new, rejected)
            content = derive(new, base=base, evidence=evidence)
            for name in formats:
                exporter(name)(content, new)
        (folder / JOURNAL).unlink(missing_ok=True)
        clear(folder, *([] if evidence else ["evidence.*"]), *([] if rejected else [REJECTED]))
    return report(content, rejected, merged, time.monotonic() - started)


def clear(folder: Path, *patterns: str) -> None:
    """Remove files that an earlier build wrote and that this one has no reason to write."""
    for pattern in patterns:
        for path in folder.glob(pattern):
            path.unlink()


def check(formats: Iterable[str], base: str) -> None:
    """Refuse unknown formats and a base that is no IRI before anything is read."""
    for name in formats:
        if name not in EXPORTERS:
            raise KgError(f"--formats: {name!r} is none; there are: {', '.join(EXPORTERS)}")
    if not base.startswith(("http://", "https://", "urn:")) or not base.endswith(("/", "#", ":")):
        raise KgError(f"--base: {base!r} must be an http(s) or urn IRI that ends in / or #")


def gather(
    sources: Iterable[str], format: str | None, date: Date | None, strict: bool, rejected: list[Rejected]
) -> Iterator[Paper]:
    """The papers of all sources; what is no paper is noted, or with `strict` an error."""
    for name in sources:
        for found in read(name, format=format, date=date):
            if isinstance(found, Paper):
                yield found
            elif strict:
                raise SourceError(f"{found.source}, {found.record}: {found.reason}; mend it or leave out --strict")
            else:
                rejected.append(found)


def kept(folder: Path) -> Iterator[Extraction]:
    """The records of the last build, and those that a killed one had finished since."""
    if (folder / "records.jsonl").exists():
        yield from read_records(folder)
    yield from read_journal(folder)


def extracted(
    papers: dict[str, Paper],
    known: dict[str, Extraction],
    folder: Path,
    workers: int | None,
    progress: Progress | None,
    rejected: list[Rejected],
) -> Iterator[Extraction]:
    """A record a paper: the known one where text and extractor are the same, else a new one, kept in the journal."""
    fresh = []
    for key, paper in sorted(papers.items()):
        old = known.get(key)
        if old and old.extractor == version() and old.paper.text_hash == paper.text_hash:
            yield old.model_copy(update={"paper": paper})
        else:
            fresh.append(paper)
    with (folder / JOURNAL).open("a" if known else "w", encoding="utf-8", newline="\n") as journal:
        if known:
            journal.write("\n")  # ends a line that a killed build may have left torn
        for done, found in enumerate(extract(fresh, workers=workers), 1):
            if isinstance(found, Rejected):
                rejected.append(found)
                continue
            journal.write(line_of(found))
            journal.flush()
            yield found
            if progress:
                progress(done, len(fresh))


def derive(folder: Path, *, base: str = BASE, evidence: bool = True) -> Content:
    """Everything that follows from ``records.jsonl``: resolved mentions, concepts, links and the graph."""
    resolver = Resolver(read_records(folder), scheme())

    def papers() -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
        return ((r.paper, resolver.resolve(r)) for r in read_records(folder))

    graph = assemble(papers(), resolver.concept, base)
    links = tuple(link((bag_of(p.key, ms) for p, ms in papers()), resolver.concept, scheme().ancestors))
    add_links(graph, links)
    used = (n.removeprefix("concept/") for n in graph if n.startswith("concept/"))
    concepts = {ident: resolver.concept(ident) for ident in used}
    return Content(graph, papers, concepts, links, base, __version__, run_time(), evidence)


def run_time() -> datetime:
    """Now, or the second that ``SOURCE_DATE_EPOCH`` fixes (https://reproducible-builds.org/specs/source-date-epoch)."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC).replace(microsecond=0)


def report(content: Content, rejected: list[Rejected], merged: int, seconds: float) -> Report:
    """Counts and the five strongest links."""
    graph = content.graph
    kinds = Counter(kind for _, kind in graph.nodes(data="kind"))
    best = sorted(content.links, key=lambda found: (-found.weight, found.source, found.target))[:5]
    strongest = [
        (*labels(found, content), found.weight, [content.concepts[c].label for c in found.shared]) for found in best
    ]
    return Report(kinds.pop("Paper", 0), dict(kinds), len(content.links), strongest, rejected, merged, seconds)


def labels(found: Link, content: Content) -> tuple[str, str]:
    """The titles of the two papers of a link."""
    nodes = content.graph.nodes
    return nodes[found.source]["label"], nodes[found.target]["label"]


def extract_lines(
    sources: Iterable[str], *, format: str | None = None, date: Date | None = None, workers: int | None = None
) -> Iterator[str]:
    """What `kg extract` prints: a JSON line a paper, resolved over all papers given; rejected records in words."""
    rejected: list[Rejected] = []
    papers, _ = merge(gather(sources, format, date, False, rejected), {})
    if not papers:
        raise NoPapers(f"{', '.join(sources)}: no usable paper there")
    records = []
    for found in extract(papers.values(), workers=workers):
        if isinstance(found, Extraction):
            records.append(found)
        else:
            rejected.append(found)
    resolver = Resolver(records, scheme())
    for record in records:
        yield line_of_paper(record.paper, resolver.resolve(record))
    for row in rejected:
        yield f"{row.source}, {row.record}: {row.reason}"


def line_of_paper(paper: Paper, mentions: tuple[Mention, ...]) -> str:
    """A paper with its mentions as a line of JSON."""
    facts = paper.model_dump(mode="json", exclude_defaults=True, exclude={"source"})
    shown = [m.model_dump(exclude={"concept", "long_form"}) for m in mentions]
    first = {"title": paper.title, "abstract": paper.abstract, "url": paper.url, "date": None}
    line = {"id": None, **first, **facts, "mentions": shown} | {"id": paper.id or paper.key}
    return json.dumps(line, ensure_ascii=False) + "\n"
