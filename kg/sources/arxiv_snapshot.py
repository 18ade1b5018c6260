"""arXiv's metadata snapshot: JSON Lines with ``id, title, abstract, categories, versions, authors_parsed, doi, …``."""

from collections.abc import Iterator
from datetime import date as Date
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.fields import arxiv_id, code_links, doi, names, paper_of, plain, text, words
from kg.sources.json_values import is_json, keys, records
from kg.sources.opening import Source

MARKS = {
    "authors_parsed", "update_date", "submitter", "journal-ref", "report-no", "versions", "license", "comments",
    "categories",
}  # fmt: skip


def sniff(head: str) -> bool:
    """True for JSON with three of the keys of the snapshot."""
    return is_json(head) and len(MARKS & keys(head)) >= 3


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper a line."""
    return records(source, date, entry)


def entry(found: dict[str, Any], place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper of a line; its date is that of the first version, else of the last change."""
    number = arxiv_id(found.get("id"))
    return paper_of(
        place,
        source,
        date,
        title=plain(found.get("title")),
        abstract=plain(found.get("abstract")),
        id=number or text(found.get("id")),
        url=f"https://arxiv.org/abs/{number}" if number else "",
        date=_created(found.get("versions")) or found.get("update_date"),
        authors=_parsed(found.get("authors_parsed")) or names(found.get("authors")),
        arxiv_id=number,
        doi=doi(found.get("doi")),
        venue=plain(found.get("journal-ref")),
        categories=words(found.get("categories"), r"\s+"),
        code=code_links(found.get("comments")),
    )


def _created(versions: object) -> object:
    first = versions[0] if isinstance(versions, list) and versions else None
    return first.get("created") if isinstance(first, dict) else None


def _parsed(authors: object) -> tuple[str, ...]:
    """Names from ``[["Noor", "Ada", "Jr."], …]``: family name, given name, suffix."""
    if not isinstance(authors, list):
        return ()
    parts = ([text(p) for p in one[:3]] for one in authors if isinstance(one, list) and one)
    return tuple(filter(None, (" ".join(filter(None, [*p[1:2], p[0], *p[2:]])) for p in parts)))
