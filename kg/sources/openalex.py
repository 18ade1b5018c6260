"""OpenAlex works: an answer ``{"meta", "results": […]}``, an array, or JSON Lines as in its snapshots.

Abstracts come as an inverted index (word → places), since the service may not print them as text.
"""

from collections.abc import Iterator
from datetime import date as Date
from itertools import islice
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.fields import arxiv_id, doi, link, paper_of, plain, text, words
from kg.sources.json_values import is_json, keys, records
from kg.sources.opening import Source

MARKS = {
    "abstract_inverted_index", "authorships", "publication_date", "publication_year", "primary_location",
    "primary_topic", "referenced_works", "open_access", "best_oa_location", "cited_by_count", "counts_by_year",
    "display_name", "ids",
}  # fmt: skip

MOST_WORDS = 100_000
"""Words of an abstract that are put together; a place beyond is a mistake or a trap."""


def sniff(head: str) -> bool:
    """True for JSON with three of the keys that this service uses."""
    return is_json(head) and len(MARKS & keys(head)) >= 3


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper a work."""
    return records(source, date, work)


def work(found: dict[str, Any], place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper that a work is."""
    locations = [found.get("primary_location"), found.get("best_oa_location"), *_list(found.get("locations"))]
    pages = [text(at.get(k)) for at in locations if isinstance(at, dict) for k in ("landing_page_url", "pdf_url")]
    homes = [at.get("source") for at in locations if isinstance(at, dict)]
    topics = [found.get("primary_topic"), *_list(found.get("topics"))]
    return paper_of(
        place,
        source,
        date,
        title=plain(found.get("title") or found.get("display_name")),
        abstract=plain(upright(found.get("abstract_inverted_index")) or found.get("abstract")),
        id=text(found.get("id")).rpartition("/")[2],
        url=link(next((page for page in pages if page), "")) or link(found.get("doi")) or link(found.get("id")),
        date=found.get("publication_date") or found.get("publication_year"),
        authors=tuple(filter(None, (_author(one) for one in _list(found.get("authorships"))))),
        arxiv_id=next(filter(None, map(arxiv_id, [text(found.get("doi")), *pages])), ""),
        doi=doi(found.get("doi")),
        venue=next((text(home.get("display_name")) for home in homes if isinstance(home, dict)), ""),
        categories=words([t for t in topics if isinstance(t, dict)]),
        keywords=words([k for k in _list(found.get("keywords")) if isinstance(k, dict | str)]),
    )


def upright(index: object) -> str:
    """The text of an inverted index.

    >>> upright({"We": [0], "sum": [1, 3], "and": [2]})
    'We sum and sum'
    """
    if not isinstance(index, dict):
        return ""
    places = ((at, word) for word, ats in index.items() if isinstance(ats, list) for at in ats if isinstance(at, int))
    return " ".join(word for _, word in sorted(islice(places, MOST_WORDS)))


def _author(authorship: object) -> str:
    if not isinstance(authorship, dict):
        return ""
    author = authorship.get("author")
    name = author.get("display_name") if isinstance(author, dict) else ""
    return text(name) or text(authorship.get("raw_author_name"))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
