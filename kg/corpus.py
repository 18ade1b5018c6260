"""The records of a build: papers gathered from sources and from the last build, their texts read where they are new."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date as Date
from pathlib import Path

from kg.errors import NoPapers, SourceError
from kg.extraction.parallel import Readers
from kg.record_files import RECORDS, Shelf, placed_records
from kg.records import Extraction, Paper, Rejected
from kg.sources import read

Progress = Callable[[int, int], None]
STDIN = "standard input"


@dataclass
class Intake:
    """What was read of the sources: how many papers, from where, and what was no paper."""

    papers: int = 0
    sources: set[str] = field(default_factory=set)
    rejected: list[Rejected] = field(default_factory=list)


def gather(
    sources: Iterable[str], format: str | None, date: Date | None, strict: bool, intake: Intake
) -> Iterator[Paper]:
    """The papers of all sources; what is no paper is noted, or with `strict` an error."""
    for name in sources:
        for found in read(name, format=format, date=date):
            if found.source != STDIN:  # the same name every day, another text
                intake.sources.add(found.source)
            if isinstance(found, Paper):
                intake.papers += 1
                yield found
            elif strict:
                raise SourceError(f"{found.source}, {found.record}: {found.reason}; mend it or leave out --strict")
            else:
                intake.rejected.append(found)


def no_papers(sources: Iterable[str], rejected: list[Rejected]) -> NoPapers:
    """The error for sources without a paper, with the first reason."""
    why = f" ({rejected[0].record}: {rejected[0].reason})" if rejected else ""
    return NoPapers(f"{', '.join(sources)}: no usable paper there{why}; see README for the formats kg reads")


def kept(folder: Path, shelf: Shelf) -> Iterator[Extraction]:
    """The records of the last build, noted on the shelf."""
    if (folder / RECORDS).exists():
        for record, place in placed_records(folder):
            shelf.note(record, place)
            yield record


def read_texts(
    papers: Iterable[Paper], shelf: Shelf, readers: Readers, progress: Progress | None, intake: Intake
) -> int:
    """Find the mentions of papers and put them on the shelf; returns how many papers were read."""
    fresh = list(papers)
    with shelf:
        results = zip(fresh, readers.read(fresh), strict=True)
        for done, (paper, found) in enumerate(results, 1):
            if isinstance(found, str):
                shelf.put(paper, found)
            else:
                intake.rejected.append(found)
            if progress:
                progress(done, len(fresh))
    return len(fresh)
