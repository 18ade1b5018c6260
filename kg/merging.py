"""One paper, several sources: records with the same folded title are one paper with the facts of all.

The rule: of two abstracts the longer one is kept, of two lists of authors the longer one, of two dates the earlier, of
other single facts the one that is there (of two that differ, the alphabetically first); other lists that differ are
united and sorted. So the order of the sources has no influence. The same identifier with another title stays another
paper.
"""

from collections.abc import Iterable
from typing import Any

from kg.records import Extraction, Paper, fold_title

_LONGER = ("abstract", "authors")
_UNITED = ("categories", "keywords", "code")


def merge(papers: Iterable[Paper], known: dict[str, Extraction]) -> tuple[dict[str, Paper], int]:
    """Papers by key, the known ones among them, and how many records told of a paper that another told of."""
    found = {fold_title(record.paper.title): record.paper for record in known.values()}
    fresh: set[str] = set()
    merged = 0
    for paper in papers:
        title = fold_title(paper.title)
        merged += title in fresh
        fresh.add(title)
        found[title] = united(found[title], paper) if title in found else paper
    return {paper.key: paper for paper in found.values()}, merged


def united(a: Paper, b: Paper) -> Paper:
    """The facts of two records of one paper.

    >>> united(Paper(title="A b", abstract="Longer."), Paper(title="A B", id="7")).id
    '7'
    """
    return a if a == b else Paper(**{name: _chosen(name, getattr(a, name), getattr(b, name)) for name in _NAMES})


_NAMES = tuple(Paper.model_fields)


def _chosen(name: str, one: Any, two: Any) -> Any:
    if one == two or not (one and two):
        return one or two
    if name in _LONGER:
        return max(one, two, key=lambda value: (len(value), value))
    return tuple(sorted({*one, *two})) if name in _UNITED else min(one, two)
