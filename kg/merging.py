"""One paper, several sources: records whose titles fold to the same letters are one paper with the facts of all.

The rule, field by field, is the table `RULES`. Each rule picks or unites values without regard to their order, and
gives the same whether it sees all values at once or the outcome for some of them and the rest: so feeds may come in any
order, in one build or in many. Identifiers do not make two titles one paper: the same identifier with another title is
another paper, and `shared_identifiers` counts it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.records import Extraction, Origin, Paper, digest, fold_title

_COMPACT = 64
"""Records of one paper that are held before they are united: 100,000 records of one title need no more memory."""

_MARKUP = re.compile(r"[{}\\$<>]")
_RESOLVER = re.compile(
    r"^(?:(?:arxiv|doi):\s*|(?:https?://)?(?:www\.)?(?:(?:dx\.)?doi\.org/|arxiv\.org/(?:abs|pdf|html)/)?)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})v\d+$", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """A paper with all that was told of it; `origins` as in `Extraction`."""

    paper: Paper
    origins: tuple[Origin, ...] = ()


def merge(papers: Iterable[Paper], known: Iterable[Extraction] = ()) -> list[Told]:
    """The papers that records tell of, sorted by key; `known` are papers that earlier builds merged.

    >>> [told] = merge([Paper(title="A b", id="7", source="x"), Paper(title="A B", abstract="We sum.", source="y")])
    >>> told.paper.id, told.paper.abstract, [origin.source for origin in told.origins]
    ('7', 'We sum.', ['x', 'y'])
    """
    groups: dict[str, _Group] = {}
    for record in known:
        group = groups.setdefault(fold_title(record.paper.title), _Group())
        group.add(record.paper, record.origins)
    for paper in map(normal, papers):
        groups.setdefault(fold_title(paper.title), _Group()).add(paper)
    return sorted((group.told() for group in groups.values()), key=lambda told: told.paper.key)


@dataclass
class _Group:
    """What was told so far of one paper."""

    papers: list[Paper] = field(default_factory=list)
    origins: set[Origin] = field(default_factory=set)

    def add(self, paper: Paper, origins: Iterable[Origin] = ()) -> None:
        """Where a single record came from need not be found out: nearly all papers have but one."""
        if self.papers and not self.origins:
            self.origins.add(origin_of(self.papers[0]))
        if self.papers or origins:
            self.origins.update(origins or (origin_of(paper),))
        self.papers.append(paper)
        if len(self.papers) >= _COMPACT:
            self.papers = [united(self.papers)]

    def told(self) -> Told:
        ranked = sorted(self.origins, key=lambda o: (o.source, o.id, o.url, o.hash))
        return Told(united(self.papers), tuple(ranked) if len(ranked) > 1 else ())


def normal(paper: Paper) -> Paper:
    """A paper with its identifiers as every source writes them: no version, no resolver, DOI in lower case.

    >>> told = normal(Paper(title="A", arxiv_id="arXiv:2509.12345v2", doi="https://doi.org/10.18653/V1/N19-1423"))
    >>> told.arxiv_id, told.doi
    ('2509.12345', '10.18653/v1/n19-1423')
    """
    arxiv_id, doi = _VERSION.sub(r"\1", bare(paper.arxiv_id)), bare(paper.doi).lower()
    same = arxiv_id == paper.arxiv_id and doi == paper.doi
    return paper if same else paper.model_copy(update={"arxiv_id": arxiv_id, "doi": doi})


def bare(identifier: str) -> str:
    """An identifier without the address or the word before it.

    >>> bare("https://arxiv.org/abs/2509.12345v2"), bare("doi: 10.1/x")
    ('2509.12345v2', '10.1/x')
    """
    return _RESOLVER.sub("", identifier.strip(), count=1)


def origin_of(paper: Paper) -> Origin:
    """Where a record came from; two that say the same in one source are the same."""
    said = paper.model_dump_json(exclude_defaults=True, exclude={"source"})
    return Origin(source=paper.source, id=paper.id, url=paper.url, hash=digest(said)[:12])


def united(records: Sequence[Paper]) -> Paper:
    """One paper with the facts of several records of it.

    >>> united([Paper(title="A b", abstract="Longer."), Paper(title="A B", id="7")]).id
    '7'
    """
    first = records[0]
    if all(record == first for record in records):
        return first
    facts: dict[str, Any] = {}
    for name in Paper.model_fields:
        given = {value for record in records if (value := getattr(record, name))}
        if given:
            facts[name] = given.pop() if len(given) == 1 else RULES[name](given)
    return Paper(**facts)


def best_title(titles: Iterable[str]) -> str:
    """The title in ordinary letters and without markup; of several such, the alphabetically first.

    >>> best_title(["DEEP NETS", "Deep nets", "{D}eep Nets", "Deep Nets"])
    'Deep Nets'
    """
    return min(titles, key=lambda t: (t.isupper() or t.islower(), bool(_MARKUP.search(t)), t))


def longest(texts: Iterable[str]) -> str:
    """The longest text; of equally long ones the alphabetically last."""
    return max(texts, key=lambda text: (len(text), text))


def shortest(texts: Iterable[str]) -> str:
    """The shortest text; of equally short ones the alphabetically first."""
    return min(texts, key=lambda text: (len(text), text))


def best_url(urls: Iterable[str]) -> str:
    """An address that is encrypted before one that isn't, then the shortest."""
    return min(urls, key=lambda url: (not url.startswith("https://"), len(url), url))


def best_doi(dois: Iterable[str]) -> str:
    """The DOI of the publication before that of its preprint."""
    return min(dois, key=lambda doi: (doi.startswith("10.48550/"), len(doi), doi))


def fullest(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The list with the most names, and of these the one with the longest names: lists of authors cannot be mixed.

    >>> fullest([("A. Noor", "K. Lee"), ("Ada Noor", "Kim Lee"), ("Ada Noor",)])
    ('Ada Noor', 'Kim Lee')
    """
    return max(lists, key=lambda names: (len(names), sum(map(len, names)), names))


def union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The members of all lists, sorted."""
    return tuple(sorted({member for one in lists for member in one}))


RULES: dict[str, Callable[[Any], Any]] = {
    "title": best_title,
    "abstract": longest,
    "id": shortest,
    "url": best_url,
    "date": min,
    "authors": fullest,
    "arxiv_id": shortest,
    "doi": best_doi,
    "venue": shortest,
    "categories": union,
    "keywords": union,
    "code": union,
    "source": min,
}
"""Field → the rule for values that differ; a value that only one source gives is taken as it is."""


def shared_identifiers(papers: Iterable[Paper]) -> dict[str, list[str]]:
    """Identifiers that papers of different titles carry, with the keys of those papers.

    >>> shared_identifiers([Paper(title="A", doi="10.1/x"), Paper(title="B", doi="10.1/x"), Paper(title="C", id="3")])
    {'10.1/x': ['paper/a-ca978112', 'paper/b-3e23e816']}
    """
    found: dict[str, list[str]] = {}
    for paper in papers:
        for identifier in {name for name in (paper.id, paper.arxiv_id, paper.doi) if name}:
            found.setdefault(identifier, []).append(paper.key)
    return {identifier: keys for identifier, keys in sorted(found.items()) if len(keys) > 1}


def find(wanted: str, records: Iterable[Extraction]) -> list[Paper]:
    """The papers that a name means: a key or IRI, an identifier, an address, a title; else a part of the title.

    >>> papers = Paper(title="Deep nets", arxiv_id="2509.12345"), Paper(title="Nets")
    >>> records = [Extraction(paper=paper) for paper in papers]
    >>> [[p.title for p in find(name, records)] for name in ("https://arxiv.org/abs/2509.12345v3", "eep", "nets")]
    [['Deep nets'], ['Deep nets'], ['Nets']]
    """
    name, letters = identifier(wanted), fold_title(wanted)
    exact, partial = [], []
    for record in records:
        paper, folded = record.paper, fold_title(record.paper.title)
        if name in names_of(record) or name.endswith(paper.key) or folded == letters:
            exact.append(paper)
        elif letters in folded:
            partial.append(paper)
    return exact or partial


def names_of(record: Extraction) -> set[str]:
    """All the identifiers and addresses by which a paper is known."""
    paper = record.paper
    names = [paper.key, paper.key.removeprefix("paper/"), paper.id, paper.arxiv_id, paper.doi, paper.url]
    names += [name for origin in record.origins for name in (origin.id, origin.url)]
    return {identifier(name) for name in names if name}


def identifier(name: str) -> str:
    """An identifier or address in the form in which all spellings of it meet.

    >>> identifier("https://arxiv.org/pdf/2509.12345v2.pdf"), identifier("doi:10.1/X")
    ('2509.12345', '10.1/x')
    """
    return _VERSION.sub(r"\1", bare(name).removesuffix(".pdf").rstrip("/")).casefold()
