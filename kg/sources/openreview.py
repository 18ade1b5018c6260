"""OpenReview notes: ``{"notes": […]}``, an array or JSON Lines.

The fields of `content` are plain in version 1 of the interface, and ``{"value": …}`` in version 2.
"""

from collections.abc import Iterator
from datetime import date as Date
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.fields import arxiv_id, code_links, doi, links, names, paper_of, plain, text, words
from kg.sources.json_values import is_json, keys, records
from kg.sources.opening import Source

MARKS = {
    "content", "forum", "invitation", "invitations", "signatures", "replyto", "tcdate", "cdate", "tmdate", "mdate",
    "pdate", "readers", "writers", "nonreaders", "authorids", "venueid",
}  # fmt: skip

_CODE = ("code", "code_url", "code_repository", "project_page", "software", "github", "supplementary_code")


def sniff(head: str) -> bool:
    """True for JSON with three of the keys that this service uses."""
    return is_json(head) and len(MARKS & keys(head)) >= 3


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper a submission; reviews and decisions, which answer another note, are told of and left out."""
    return records(source, date, note)


def note(found: dict[str, Any], place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper of a submission."""
    if found.get("replyto") and found.get("replyto") != found.get("id"):
        return Rejected(source=source, record=place, reason="a reply to another note, not a paper")
    inner = found.get("content")
    content: dict[str, Any] = {k: _value(v) for k, v in inner.items()} if isinstance(inner, dict) else {}
    number = text(found.get("forum") or found.get("id"))
    return paper_of(
        place,
        source,
        date,
        title=plain(content.get("title")),
        abstract=plain(content.get("abstract")),
        id=number,
        url=f"https://openreview.net/forum?id={number}" if number else "",
        date=found.get("pdate") or found.get("odate") or found.get("cdate") or found.get("tcdate"),
        authors=names(content.get("authors")),
        arxiv_id=arxiv_id(content.get("arxiv") or content.get("arxiv_id") or content.get("preprint_url")),
        doi=doi(content.get("doi")),
        venue=text(content.get("venue")),
        categories=words(content.get("primary_area") or content.get("subject_areas")),
        keywords=words(content.get("keywords")),
        code=tuple(dict.fromkeys([*links(*(content.get(k) for k in _CODE)), *code_links(content.get("html"))])),
    )


def _value(field: object) -> object:
    return field.get("value") if isinstance(field, dict) else field
