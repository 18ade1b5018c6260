"""The papers of a day or a week on one page of Markdown: what is new, what it builds on, what belongs together, code.

Papers belong together where the graph links them densely (V. D. Blondel et al., "Fast unfolding of communities in
large networks", 2008); the concepts that they share are given as the reason. The page is ``report.md.template`` with
its gaps filled; every text that comes from a paper passes `escaped`, and only http(s) addresses become links.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote

import networkx as nx

from kg.errors import NotFound
from kg.records import Mention, Paper

if TYPE_CHECKING:
    from kg.exporters.content import Content

TEMPLATE = Path(__file__).parent / "report.md.template"
MANY = 15
"""Entries of a section; how many more there are is said."""

_MARKUP = re.compile(r"([\\`*_\[\]#|~!$^{}@])")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SENTENCE = re.compile(r"[.!?]\s+(?=[A-Z])")


@dataclass(frozen=True)
class Window:
    """The papers of a span of days, each with its resolved mentions; `first` and `last` None: papers without dates."""

    first: Date | None
    last: Date | None
    papers: dict[str, tuple[Paper, tuple[Mention, ...]]]


def report(content: "Content", first: Date | None = None, last: Date | None = None, days: int = 7) -> str:
    """The page about the papers from `first` to `last`; by default the last `days` up to the newest date.

    Raises NotFound where no paper is of these days. A graph without any date is told of as a whole.
    """
    window = windowed(content, first, last, days)
    code = with_code(content, window)
    facts = {
        "title": f"Papers {span(window)}",
        "summary": summary(content, window, len(code)),
        "introduced": section(introduced(content, window), "No paper introduces a method or dataset by name."),
        "foundations": section(foundations(content, window), "No concept stands in two papers."),
        "groups": section(groups(content, window), "No two papers of these days share a specific concept."),
        "ties": section(ties(content, window), "No earlier paper shares a specific concept with these."),
        "code": section(code, "No paper gives an address of code."),
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(facts)


def windowed(content: "Content", first: Date | None, last: Date | None, days: int) -> Window:
    """The papers between two dates, both included."""
    newest = max((p.date for p, _ in content.papers() if p.date), default=None)
    if newest is None and first is None and last is None:
        return Window(None, None, {p.key: (p, found) for p, found in content.papers()})
    last = last or newest or Date.max
    first = first or last - timedelta(days - 1)
    papers = {p.key: (p, found) for p, found in content.papers() if p.date and first <= p.date <= last}
    if not papers:
        what = f"the newest is of {newest}" if newest else "none has a date"
        raise NotFound(f"no paper is dated from {first} to {last}; {what}; choose other days with --from and --to")
    return Window(first, last, papers)


def span(window: Window) -> str:
    """The days of a window in words."""
    if window.first is None:
        return "without dates"
    return f"of {window.last}" if window.first == window.last else f"from {window.first} to {window.last}"


def summary(content: "Content", window: Window, code: int) -> str:
    """How many papers and concepts there are, and how many give code."""
    named = {m.concept for _, found in window.papers.values() for m in found if m.concept}
    count = len(window.papers)
    links = sum(found.source in window.papers and found.target in window.papers for found in content.links)
    counts = [counted(count, "paper"), counted(len(named), "concept"), f"{counted(links, 'link')} among them"]
    return ", ".join([*counts, f"{code:,} with code."])


def introduced(content: "Content", window: Window) -> list[str]:
    """Each concept that a paper introduces, with the paper and its words; those that most papers use first."""
    found: dict[str, tuple[Paper, Mention]] = {}
    for paper, mentions in window.papers.values():
        for m in sorted(mentions, key=lambda m: (m.field != "abstract", m.start)):
            if m.role == "introduces" and m.concept:
                found.setdefault(m.concept, (paper, m))
    uses = usage(window)
    lines = []
    for ident in sorted(found, key=lambda i: (-uses[i], content.concepts[i].label.casefold(), i)):
        paper, mention = found[ident]
        concept = content.concepts[ident]
        name = f"**{escaped(concept.label)}** ({concept.kind.lower()})"
        quoted = f"  \n  “{quotation(paper, mention)}”" if mention.field == "abstract" else ""
        lines.append(f"- {name} — {linked(paper)}{quoted}")
    return lines


def foundations(content: "Content", window: Window) -> list[str]:
    """The concepts that most papers use without introducing them."""
    papers: dict[str, list[Paper]] = {}
    for paper, mentions in window.papers.values():
        own = {m.concept for m in mentions if m.role == "introduces"}
        for ident in sorted({m.concept for m in mentions if m.concept} - own):
            if not content.concepts[ident].generic:
                papers.setdefault(ident, []).append(paper)
    often = sorted(
        (i for i in papers if len(papers[i]) > 1), key=lambda i: (-len(papers[i]), content.concepts[i].label)
    )
    return [
        f"- **{escaped(content.concepts[i].label)}** ({content.concepts[i].kind.lower()}) in {len(papers[i])} papers: "
        f"{'; '.join(linked(p) for p in papers[i][:3])}{' …' if len(papers[i]) > 3 else ''}"
        for i in often
    ]


def groups(content: "Content", window: Window) -> list[str]:
    """Papers that are densely linked, under the concepts that most of them share."""
    keys = sorted(window.papers)
    number = {key: n for n, key in enumerate(keys)}
    graph: nx.Graph[int] = nx.Graph()
    for found in content.links:
        if found.source in number and found.target in number:
            graph.add_edge(number[found.source], number[found.target], weight=found.weight)
    lines = []
    communities = nx.community.louvain_communities(graph, weight="weight", seed=0) if graph else []
    for members in sorted(map(sorted, communities), key=lambda m: (-len(m), m)):
        together = [keys[n] for n in members]
        why = ", ".join(f"**{escaped(label)}**" for label in shared(content, together))
        titles = [f"  - {linked(window.papers[key][0])}" for key in together]
        lines.append(f"- {why}\n{section(titles, '', indent='  ')}")
    return lines


def shared(content: "Content", keys: Sequence[str]) -> list[str]:
    """The labels of the concepts that the links of a group rest on, those of most links first."""
    inside = set(keys)
    weights: dict[str, float] = {}
    for found in content.links:
        if found.source in inside and found.target in inside:
            for place, ident in enumerate(found.shared):
                weights[ident] = weights.get(ident, 0.0) + found.weight / (1 + place)
    best = sorted(weights, key=lambda i: (-round(weights[i], 9), i))[:4]
    return [content.concepts[ident].label for ident in best]


def ties(content: "Content", window: Window) -> list[str]:
    """The strongest links from these papers to papers outside, with what they share."""
    outside = {p.key: p for p, _ in content.papers() if p.key not in window.papers}
    lines = []
    for found in sorted(content.links, key=lambda link: (-link.weight, link.source, link.target)):
        ours, theirs = sorted((found.source, found.target), key=lambda key: key in outside)
        if ours in window.papers and theirs in outside:
            why = ", ".join(escaped(content.concepts[i].label) for i in found.shared[:4])
            date = f" ({outside[theirs].date})" if outside[theirs].date else ""
            lines.append(f"- {linked(window.papers[ours][0])} — {linked(outside[theirs])}{date}: {why}")
    return lines


def with_code(content: "Content", window: Window) -> list[str]:
    """The papers that give addresses of code, with these."""
    lines = []
    for key, (paper, _) in sorted(window.papers.items(), key=lambda item: item[1][0].title.casefold()):
        urls = [node for _, node, kind in content.graph.out_edges(key, data="kind") if kind == "HAS_CODE"]
        if urls:
            lines.append(f"- {linked(paper)}: {', '.join(address(url) for url in sorted(urls))}")
    return lines


def usage(window: Window) -> Counter[str]:
    """In how many papers each concept stands."""
    return Counter(i for _, found in window.papers.values() for i in {m.concept for m in found if m.concept})


def section(lines: Sequence[str], otherwise: str, indent: str = "") -> str:
    """The first lines of a section and how many more there are."""
    more = [f"{indent}- … and {len(lines) - MANY} more"] if len(lines) > MANY else []
    return "\n".join([*lines[:MANY], *more]) or otherwise


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "paper"), counted(2000, "paper")
    ('1 paper', '2,000 papers')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def quotation(paper: Paper, mention: Mention) -> str:
    """The sentence of the abstract that a mention stands in, the mention in bold, cut where it is long."""
    text = paper.abstract
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    start = max((end for end in ends if end <= mention.start), default=0)
    end = min((end for end in ends if end >= mention.end), default=len(text))
    before, after = text[start : mention.start].lstrip(), text[mention.end : end].rstrip()
    if len(before) > 120:
        before = "…" + before[-120:].partition(" ")[2]
    if len(after) > 120:
        after = after[:120].rpartition(" ")[0] + "…"
    return f"{escaped(before)}**{escaped(mention.text)}**{escaped(after)}"


def linked(paper: Paper) -> str:
    """The title of a paper, as a link where the paper has an address."""
    page = paper.url or (f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else "")
    title = escaped(paper.title)
    return f"[{title}](<{safe(page)}>)" if is_web(page) else title


def address(url: str) -> str:
    """An address as a link; what is no web address stays text."""
    shown = escaped(url.partition("://")[2].removeprefix("www.").rstrip("/"))
    return f"[{shown}](<{safe(url)}>)" if is_web(url) else escaped(url)


def is_web(url: str) -> bool:
    """True for http and https."""
    return url.lower().startswith(("http://", "https://"))


def safe(url: str) -> str:
    """An address without characters that could end a link.

    >>> safe("https://example.org/a b>(c)")
    'https://example.org/a%20b%3E(c)'
    """
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def escaped(text: str) -> str:
    """A text in which nothing is markup, on one line, without marks that turn the direction of writing.

    >>> escaped("<b>*x*</b> [a](b)")
    '&lt;b&gt;\\\\*x\\\\*&lt;/b&gt; \\\\[a\\\\](b)'
    """
    plain = _MARKUP.sub(r"\\\1", _UNSEEN.sub("", re.sub(r"\s+", " ", text)))
    return "".join(_ENTITIES.get(c, c) for c in plain)
