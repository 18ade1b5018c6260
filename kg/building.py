"""The whole story on one page: read → extract → resolve → assemble → link → export."""

import json
import os
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Date
from heapq import nsmallest
from pathlib import Path

from kg import __version__, passes
from kg.corpus import Intake, Progress, gather, kept, no_papers, read_texts
from kg.errors import KgError, NoPapers, NotFound
from kg.exporters import DEFAULT_FORMATS, EXPORTERS
from kg.exporters.content import Content, Papers
from kg.extraction import extract, version
from kg.extraction.parallel import Readers
from kg.graph import add_links, assemble
from kg.linking import Bag, bag_of, link
from kg.merging import find, merge
from kg.ontology import BASE, scheme
from kg.processes import cores, rarely_collecting
from kg.record_files import (
    JOURNAL,
    RECORDS,
    REJECTED,
    Settings,
    Shelf,
    locked,
    read_records,
    read_rejected,
    read_settings,
    write_records,
    write_rejected,
    write_settings,
)
from kg.records import Extraction, Link, Mention, Paper, Rejected, fold_title
from kg.resolution import Resolver
from kg.writing import make_folder, together

_BASE = re.compile(r"(?:https?://|urn:)[^\s<>\"{}|\\^`]+[/#:]")


@dataclass(frozen=True)
class Report:
    """What a build did: counts by kind, the links with the labels of their papers and concepts, what was rejected."""

    papers: int
    kinds: dict[str, int]
    links: int
    strongest: list[tuple[str, str, float, list[str]]]
    rejected: list[Rejected]
    merged: int
    fresh: int
    seconds: float


def build(
    sources: Iterable[str | Path] | str | Path,
    output: Path | str = "outputs",
    *,
    formats: Iterable[str] = DEFAULT_FORMATS,
    append: bool = False,
    date: Date | None = None,
    strict: bool = False,
    evidence: bool | None = None,
    workers: int | None = None,
    accurate: bool | None = None,
    base: str | None = None,
    format: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read sources and write the graph of all their papers into a folder; returns what was done.

    With `append`, the papers already there stay, and only new or changed ones are read; `base`, `evidence` and `accurate`
    (see `kg.extract`) are then those of the last build, unless given. Formats that are there already are written, too,
    so that no file tells of other papers than its neighbours. Raises KgError with the way out in words; files of an
    earlier build are then as they were.

    The files of a build (records, Turtle, GraphML, page …) are one generation: all are whole on the disk before the
    first takes its place. A kill between two renames leaves files of two generations side by side, each whole; the
    next build, most simply the same again, puts the rest in place before it does anything else.
    """
    started, folder, formats = time.monotonic(), Path(output), list(formats)
    names = [str(sources)] if isinstance(sources, str | Path) else [str(source) for source in sources]
    check(formats, base or BASE)
    make_folder(folder)
    with locked(folder), rarely_collecting():
        last = read_settings(folder) if append else Settings()
        evidence = last.evidence if evidence is None else evidence
        accurate = last.accurate if accurate is None else accurate
        settings = Settings(base=base or last.base or BASE, evidence=evidence, accurate=accurate)
        formats = list(dict.fromkeys((*formats, *formats_in(folder))))
        intake, shelf = Intake(), Shelf(folder, version(accurate))
        with Readers(workers, accurate) as readers:
            papers = gather(names, format, date, strict, intake)
            # Of what is appended, most may be known: then no process is needed.
            told = merge(papers, kept(folder, shelf)) if append else merge(readers.watch(papers))
            if not intake.papers:
                raise no_papers(names, intake.rejected)
            fresh = read_texts((t.paper for t in told if t.paper not in shelf), shelf, readers, progress, intake)
        earlier = [row for row in read_rejected(folder) if row.source not in intake.sources] if append else []
        records = (shelf.line(t.paper, t.origins) for t in told if t.paper in shelf)
        content = write_all(folder, records, earlier + intake.rejected, settings, formats, workers)
        (folder / JOURNAL).unlink(missing_ok=True)
    merged = sum(len(t.origins) - 1 for t in told if t.origins)
    return report(content, intake.rejected, merged, fresh, time.monotonic() - started)


def export(output: Path | str, formats: Iterable[str]) -> list[str]:
    """Write a built folder in further formats and return the names of the files; its texts are not read again."""
    folder, formats = Path(output), list(formats)
    check(formats, BASE)
    next(read_records(folder), None)
    with locked(folder), rarely_collecting():
        content = derive(folder)
        with together(folder) as new:
            passes.export(content, formats, new)
            return sorted(path.name for path in new.iterdir())


def remove(names: Iterable[str], output: Path | str = "outputs") -> list[Paper]:
    """Take papers out of a built folder and write its files anew; returns the papers.

    A name is what `kg.merging.find` understands. Raises NotFound for a name that no paper or several answer to.
    """
    folder = Path(output)
    next(read_records(folder), None)
    with locked(folder), rarely_collecting():
        gone = {paper.key: paper for name in names for paper in [the_one(name, folder)]}
        records = (record for record in read_records(folder) if record.paper.key not in gone)
        if all(record.paper.key in gone for record in read_records(folder)):
            raise NoPapers(f"{folder}: no paper would be left; delete the folder instead")
        write_all(folder, records, read_rejected(folder), read_settings(folder), formats_in(folder))
    return list(gone.values())


def the_one(name: str, folder: Path) -> Paper:
    """The paper that a name means; raises NotFound where there is none or more than one."""
    found = find(name, read_records(folder))
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"{name}: no paper there has this id, address or title; give its arXiv id, URL or title")
    titles = "; ".join(f"{p.title[:60]} ({p.key.removeprefix('paper/')})" for p in found[:3])
    raise NotFound(f"{name}: {len(found)} papers answer to this: {titles}{' …' * (len(found) > 3)}; name one of them")


def write_all(
    folder: Path,
    records: Iterable[Extraction | str],
    rejected: list[Rejected],
    settings: Settings,
    formats: Iterable[str],
    workers: int | None = None,
) -> Content:
    """Write the records and everything that is derived from them; all files take their places together."""
    with together(folder) as new:
        write_settings(new, settings)
        write_records(new, records)
        write_rejected(new, rejected)
        content = derive(new, folder, workers, formats)
        passes.export(content, formats, new)
    clear(folder, *([] if settings.evidence else ["evidence.*"]), *([] if rejected else [REJECTED]))
    return content


def clear(folder: Path, *patterns: str) -> None:
    """Remove files that an earlier build wrote and that this one has no reason to write."""
    for pattern in patterns:
        for path in folder.glob(pattern):
            path.unlink()


def formats_in(folder: Path) -> list[str]:
    """The formats that a folder holds the graph in."""
    return [name for name in EXPORTERS if any((folder / place).exists() for place in (f"graph.{name}", name))]


def check(formats: Collection[str], base: str) -> None:
    """Refuse no or unknown formats and a base that is no IRI before anything is read."""
    if not formats:
        raise KgError(f"--formats: name at least one of {', '.join(EXPORTERS)}")
    for name in formats:
        if name not in EXPORTERS:
            raise KgError(f"--formats: {name!r} is none; there are: {', '.join(EXPORTERS)}")
    if not _BASE.fullmatch(base):
        raise KgError(f"--base: {base!r} must be an http(s) or urn IRI that ends in / or #")


def derive(
    folder: Path, scratch: Path | None = None, workers: int | None = None, formats: Iterable[str] = ()
) -> Content:
    """Everything that follows from ``records.jsonl``: resolved mentions, concepts, links and the graph.

    Large corpora are resolved by several processes, which leave their work in the folder `scratch` (that of the records)
    until the content is let go of; the evidence in `formats` is written into `folder` from the beginning.
    """
    settings = read_settings(folder)
    base = settings.base or BASE
    resolver, papers = resolved(folder, scratch or folder, workers or cores())
    bags: list[Bag] = []
    facts = (base, __version__, run_time(folder / RECORDS), settings.evidence)

    def noted() -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
        for paper, mentions in papers():
            bags.append(bag_of(paper.key, mentions))
            yield paper, mentions

    graph = assemble(noted(), resolver.concept, base)
    if settings.evidence:
        passes.start_evidence(Content(graph, papers, {}, (), *facts), formats, folder)
    links = tuple(link(bags, resolver.concept, scheme().ancestors))
    add_links(graph, links)
    used = (n.removeprefix("concept/") for n in graph if n.startswith("concept/"))
    concepts = {ident: resolver.concept(ident) for ident in used}
    return Content(graph, papers, concepts, links, *facts)


def resolved(folder: Path, scratch: Path, workers: int) -> tuple[Resolver, Papers]:
    """The concepts of the records in a folder, and its papers with resolved mentions."""
    path = folder / RECORDS
    if workers > 1 and path.exists() and path.stat().st_size > passes.SMALL:
        return passes.resolve(folder, scratch, workers)
    resolver = Resolver(read_records(folder), scheme())
    return resolver, lambda: ((r.paper, resolver.resolve(r)) for r in read_records(folder))


def run_time(records: Path) -> datetime:
    """When the records were written, so that all formats of a build, now or later, tell of one run.

    ``SOURCE_DATE_EPOCH`` fixes another second (https://reproducible-builds.org/specs/source-date-epoch).
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(fixed or records.stat().st_mtime), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise KgError(f"SOURCE_DATE_EPOCH: {fixed!r} is no number of seconds since 1970; unset it") from error


def report(content: Content, rejected: list[Rejected], merged: int, fresh: int, seconds: float) -> Report:
    """Counts and the five strongest links."""
    graph = content.graph
    kinds = Counter(kind for _, kind in graph.nodes(data="kind"))
    best = nsmallest(5, content.links, key=lambda found: (-found.weight, found.source, found.target))
    strongest = [
        (*labels(found, content), found.weight, [content.concepts[c].label for c in found.shared]) for found in best
    ]
    return Report(kinds.pop("Paper", 0), dict(kinds), len(content.links), strongest, rejected, merged, fresh, seconds)


def labels(found: Link, content: Content) -> tuple[str, str]:
    """The titles of the two papers of a link."""
    nodes = content.graph.nodes
    return nodes[found.source]["label"], nodes[found.target]["label"]


def extract_lines(
    sources: Iterable[str],
    *,
    format: str | None = None,
    date: Date | None = None,
    workers: int | None = None,
    accurate: bool = False,
) -> Iterator[str]:
    """What `kg extract` prints: a JSON line a paper, in the order in which the sources first tell of the papers.

    Labels are resolved over all papers given; rejected records follow in words.
    """
    intake = Intake()
    papers = list(gather(sources, format, date, False, intake))
    if not papers:
        raise no_papers(sources, intake.rejected)
    by_title = {fold_title(t.paper.title): t.paper for t in merge(papers)}
    records = []
    order = dict.fromkeys(fold_title(paper.title) for paper in papers)
    for found in extract((by_title[title] for title in order), workers=workers, accurate=accurate):
        if isinstance(found, Extraction):
            records.append(found)
        else:
            intake.rejected.append(found)
    resolver = Resolver(records, scheme())
    for record in records:
        yield line_of_paper(record.paper, resolver.resolve(record))
    for row in intake.rejected:
        yield f"{row.source}, {row.record}: {row.reason}"


def line_of_paper(paper: Paper, mentions: tuple[Mention, ...]) -> str:
    """A paper with its mentions as a line of JSON."""
    facts = paper.model_dump(mode="json", exclude_defaults=True, exclude={"source"})
    shown = [m.model_dump(exclude={"concept", "long_form", "plain"}) for m in mentions]
    first = {"title": paper.title, "abstract": paper.abstract, "url": paper.url, "date": None}
    line = {"id": None, **first, **facts, "mentions": shown} | {"id": paper.id or paper.key}
    return json.dumps(line, ensure_ascii=False) + "\n"
