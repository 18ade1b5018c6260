"""One paper, several sources: records with the same folded title are one paper with the facts of all.

The rule: of two abstracts the longer one is kept, of two dates the earlier, of other single facts the one that is
there (of two that differ, the alphabetically first), and lists are united. So the order of the sources has no influence. The same identifier
with another title stays another paper.
"""

from collections.abc import Iterable
from typing import Any

from kg.records import Extraction, Paper

_LISTS = ("authors", "categories", "keywords", "code")


def merge(papers: Iterable[Paper], known: dict[str, Extraction]) -> tuple[dict[str, Paper], int]:
    """Papers by key, the known ones among them, and how many records told of a paper that another told of."""
    found: dict[str, Paper] = {key: record.paper for key, record in known.items()}
    fresh: set[str] = set()
    merged = 0
    for paper in papers:
        old = found.get(paper.key)
        merged += paper.key in fresh
        fresh.add(paper.key)
        found[paper.key] = united(old, paper) if old else paper
    return found, merged


def united(a: Paper, b: Paper) -> Paper:
    """The facts of two records of one paper.

    >>> united(Paper(title="A b", abstract="Longer."), Paper(title="A B", id="7")).id
    '7'
    """
    if a == b:
        return a
    facts: dict[str, Any] = {}
    for name in Paper.model_fields:
        one, two = getattr(a, name), getattr(b, name)
        if name in _LISTS:
            facts[name] = one if one == two else tuple(dict.fromkeys((*min(one, two), *max(one, two))))
        elif name == "abstract":
            facts[name] = max(one, two, key=lambda text: (len(text), text))
        elif name == "title":
            facts[name] = min(one, two)
        elif one and two:
            facts[name] = min(one, two)
        else:
            facts[name] = one or two
    return Paper(**facts)
