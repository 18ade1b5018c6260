"""Looking back over a built graph: how much there is, how much of it is covered, what is on top, rising and new.

Weeks are counted back from the newest date among the papers, not from today, so that the figures of a folder stay
the same. What rises is ranked by Dunning's log-likelihood ratio of a concept's share of the last papers against its
share of the earlier ones (T. Dunning, "Accurate methods for the statistics of surprise and coincidence", 1993): it
favours neither the concept of one paper nor the one that was always there.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date as Date
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kg.merging import shared_identifiers
from kg.records import Extraction, Paper, Rejected

if TYPE_CHECKING:
    from kg.exporters.content import Content

TOP = 10


@dataclass(frozen=True)
class Used:
    """A concept and in how many papers it stands: in all of those counted, and before them."""

    label: str
    kind: str
    papers: int
    before: int = 0


@dataclass(frozen=True)
class Statistics:
    """The figures of a built folder. `days` is the length of the last week, `recent` the papers dated in it."""

    papers: int
    without_abstract: int
    undated: int
    first: Date | None
    last: Date | None
    concepts: dict[str, int]
    links: int
    code: int
    papers_with_code: int
    papers_without_concept: int
    papers_without_link: int
    merged_records: int
    merged_papers: int
    shared_identifiers: int
    rejected: int
    days: int
    recent: int
    top: list[Used]
    rising: list[Used]
    new: list[Used]

    def as_json(self) -> dict[str, Any]:
        """The figures as plain data, dates as text."""
        return asdict(self) | {
            name: day.isoformat() if (day := getattr(self, name)) else None for name in ("first", "last")
        }


def statistics(
    content: "Content", records: Iterable[Extraction], rejected: Iterable[Rejected], days: int = 7
) -> Statistics:
    """The figures of a graph, of the records that it is made of and of those that were rejected."""
    graph = content.graph
    kinds = Counter(kind for _, kind in graph.nodes(data="kind"))
    counts, papers, origins = concepts_by_paper(content), list[Paper](), list[int]()
    for record in records:
        papers.append(record.paper)
        origins.append(len(record.origins))
    dates = [paper.date for paper in papers if paper.date]
    last = max(dates, default=None)
    recent = {p.key for p in papers if last and p.date and in_window(p.date, last, days)}
    earlier = {p.key for p in papers if p.date} - recent
    linked = {end for found in content.links for end in (found.source, found.target)}
    coded = {paper for paper, _, kind in graph.edges(data="kind") if kind == "HAS_CODE"}
    return Statistics(
        papers=len(papers),
        without_abstract=sum(not p.abstract for p in papers),
        undated=len(papers) - len(dates),
        first=min(dates, default=None),
        last=last,
        concepts={kind: kinds[kind] for kind in ("Method", "Architecture", "Dataset", "Task") if kinds[kind]},
        links=len(content.links),
        code=kinds["Code"],
        papers_with_code=len(coded),
        papers_without_concept=sum(not counts.get(p.key) for p in papers),
        papers_without_link=sum(p.key not in linked for p in papers),
        merged_records=sum(n - 1 for n in origins if n),
        merged_papers=sum(n > 1 for n in origins),
        shared_identifiers=len(shared_identifiers(papers)),
        rejected=sum(1 for _ in rejected),
        days=days,
        recent=len(recent),
        top=top(counts, counts, content),
        rising=rising(counts, recent, earlier, content),
        new=new(counts, recent, earlier, content),
    )


def in_window(day: Date, last: Date, days: int) -> bool:
    """True for the `days` days that end with `last`."""
    return timedelta() <= last - day < timedelta(days)


def concepts_by_paper(content: "Content") -> dict[str, set[str]]:
    """The concepts that each paper names itself, as identifiers."""
    return {
        paper.key: {m.concept for m in mentions if m.concept and m.type != "Code"}
        for paper, mentions in content.papers()
    }


def tally(counts: dict[str, set[str]], papers: Iterable[str]) -> Counter[str]:
    """In how many of the papers each concept stands."""
    return Counter(concept for paper in papers for concept in counts[paper])


def top(counts: dict[str, set[str]], papers: Iterable[str], content: "Content") -> list[Used]:
    """The concepts of the most papers, without those too generic to tell anything."""
    found = [used(ident, n, 0, content) for ident, n in specific(tally(counts, papers), content)]
    return sorted(found, key=lambda u: (-u.papers, u.label))[:TOP]


def rising(counts: dict[str, set[str]], recent: set[str], earlier: set[str], content: "Content") -> list[Used]:
    """The concepts of two papers and more whose share has grown, the least likely to have done so by chance first."""
    if not recent or not earlier:
        return []
    now, before = tally(counts, recent), tally(counts, earlier)
    ranked = []
    for ident, n in specific(now, content):
        score = surprise(n, len(recent), before[ident], len(earlier))
        if n >= 2 and before[ident] and score > 0:
            ranked.append((-score, used(ident, n, before[ident], content)))
    return [found for _, found in sorted(ranked, key=lambda pair: (round(pair[0], 9), pair[1].label))[:TOP]]


def new(counts: dict[str, set[str]], recent: set[str], earlier: set[str], content: "Content") -> list[Used]:
    """The concepts that the last papers name and no earlier one does, those of the most papers first."""
    if not earlier:
        return []
    before = tally(counts, earlier)
    found = [used(i, n, 0, content) for i, n in specific(tally(counts, recent), content) if not before[i]]
    return sorted(found, key=lambda u: (-u.papers, u.label))[:TOP]


def surprise(now: int, papers_now: int, before: int, papers_before: int) -> float:
    """How surprising a concept's share of the last papers is; negative where it fell.

    >>> surprise(5, 10, 5, 100) > surprise(2, 10, 5, 100) > 0 > surprise(0, 10, 50, 100)
    True
    """
    rate = (now + before) / (papers_now + papers_before)
    cells = [
        (hits, n * chance)
        for k, n in ((now, papers_now), (before, papers_before))
        for hits, chance in ((k, rate), (n - k, 1 - rate))
    ]
    ratio = sum(hits * math.log(hits / expected) for hits, expected in cells if hits)
    return math.copysign(2 * ratio, now / papers_now - before / papers_before) if ratio > 1e-12 else 0.0


def specific(tallied: Counter[str], content: "Content") -> Iterator[tuple[str, int]]:
    """The counts of concepts that are not generic."""
    return ((ident, n) for ident, n in tallied.items() if not content.concepts[ident].generic)


def used(ident: str, papers: int, before: int, content: "Content") -> Used:
    """A concept by name, with its counts."""
    concept = content.concepts[ident]
    return Used(concept.label, concept.kind, papers, before)


def table(found: Statistics) -> str:
    """The figures as text for a terminal."""
    n = found.papers
    into = f"  into {found.merged_papers:,} papers" if found.merged_papers else ""
    span = f"  ({found.first} to {found.last})" if found.first else ""
    rows: list[tuple[str, int, str]] = [
        ("papers", n, span),
        *((f"{kind.lower()}s", count, "") for kind, count in found.concepts.items()),
        ("code links", found.code, ""),
        ("links", found.links, ""),
        ("", 0, ""),
        ("papers with code", found.papers_with_code, share(found.papers_with_code, n)),
        ("without a concept", found.papers_without_concept, share(found.papers_without_concept, n)),
        ("without a link", found.papers_without_link, share(found.papers_without_link, n)),
        ("without an abstract", found.without_abstract, share(found.without_abstract, n)),
        ("without a date", found.undated, share(found.undated, n)),
        ("", 0, ""),
        ("records merged", found.merged_records, into),
        ("shared identifiers", found.shared_identifiers, "  of different titles" if found.shared_identifiers else ""),
        ("records rejected", found.rejected, "  listed in rejected.jsonl" if found.rejected else ""),
    ]
    lines = [f"{name:>20}  {count:>8,}{note}" if name else "" for name, count, note in rows]
    week = f"the {found.days} days up to {found.last} ({found.recent:,} papers)"
    lines += ["", "Most used", *map(line, found.top)]
    if found.rising:
        lines += ["", f"Rising in {week}", *map(line, found.rising)]
    if found.new:
        lines += ["", f"New in {week}", *map(line, found.new)]
    return "\n".join(lines) + "\n"


def line(found: Used) -> str:
    """A concept as a line of the table."""
    name = "".join(c if c.isprintable() else " " for c in found.label)
    earlier = f", {found.before:,} before" if found.before else ""
    return f"{found.papers:>20,}  {name} ({found.kind}{earlier})"


def share(part: int, whole: int) -> str:
    """A part in percent of the whole.

    >>> share(1, 3), share(0, 0)
    ('  33 %', '')
    """
    return f"  {100 * part / whole:.0f} %" if whole else ""
