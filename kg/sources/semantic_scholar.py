"""Semantic Scholar: answers ``{"total", "data": […]}``, arrays of the batch service, JSON Lines of its data sets."""

from collections.abc import Iterator
from datetime import date as Date
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.fields import arxiv_id, doi, link, names, paper_of, plain, text, words
from kg.sources.json_values import is_json, keys, records
from kg.sources.opening import Source

MARKS = {
    "paperId", "corpusId", "corpusid", "externalIds", "externalids", "s2FieldsOfStudy", "s2fieldsofstudy",
    "fieldsOfStudy", "citationCount", "citationcount", "influentialCitationCount", "publicationDate", "publicationdate",
    "openAccessPdf",
    "publicationVenue", "publicationTypes", "isOpenAccess", "isopenaccess", "referenceCount", "authorId",
}  # fmt: skip


def sniff(head: str) -> bool:
    """True for JSON with ``paperId`` and an abstract, or two of the other keys that this service uses."""
    found = keys(head)
    return is_json(head) and (len(MARKS & found) >= 2 or {"paperId", "abstract"} <= found)


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper an object; an entry of a list of citations or recommendations may hold it one level down."""
    return records(source, date, entry)


def entry(found: dict[str, Any], place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper of an object."""
    for wrapper in ("citingPaper", "citedPaper", "paper"):
        if isinstance(found.get(wrapper), dict):
            found = found[wrapper]
    ids = found.get("externalIds") or found.get("externalids")
    ids = ids if isinstance(ids, dict) else {}
    journal = found.get("journal")
    pdf = found.get("openAccessPdf")
    pdf = text(pdf.get("url")) if isinstance(pdf, dict) else ""
    return paper_of(
        place,
        source,
        date,
        title=plain(found.get("title")),
        abstract=plain(found.get("abstract")),
        id=text(found.get("paperId")) or str(found.get("corpusid") or found.get("corpusId") or ""),
        url=link(found.get("url")) or link(pdf),
        date=found.get("publicationDate") or found.get("publicationdate") or found.get("year"),
        authors=names(found.get("authors")),
        arxiv_id=arxiv_id(ids.get("ArXiv")) or arxiv_id(pdf),
        doi=doi(ids.get("DOI")),
        venue=text(found.get("venue")) or text(journal.get("name") if isinstance(journal, dict) else ""),
        categories=words(_fields(found)),
    )


def _fields(found: dict[str, Any]) -> list[str]:
    own = found.get("fieldsOfStudy") or []
    more = found.get("s2FieldsOfStudy") or found.get("s2fieldsofstudy") or []
    more = [f.get("category") for f in more if isinstance(f, dict)] if isinstance(more, list) else []
    return [f for f in [*(own if isinstance(own, list) else []), *more] if isinstance(f, str)]
