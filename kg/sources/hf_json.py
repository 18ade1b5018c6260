"""Daily Papers as JSON: what ``/api/daily_papers`` answers, a list of ``{"paper": {"id", "title", "summary", …}, …}``.

The identifier of a paper there is its arXiv identifier. A paper is dated by the daily list it stood on, where that is
told, else by its publication.
"""

from collections.abc import Iterator
from datetime import date as Date
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.fields import arxiv_id, links, names, paper_of, plain, text, words
from kg.sources.json_values import is_json, keys, records
from kg.sources.opening import Source

MARKS = {
    "paper", "publishedAt", "upvotes", "submittedOnDailyAt", "submittedOnDailyBy", "ai_keywords", "ai_summary",
    "numComments", "githubRepo", "githubStars", "isAuthorParticipating", "discussionId", "projectPage", "summary",
}  # fmt: skip


def sniff(head: str) -> bool:
    """True for JSON with three of the keys that this service uses."""
    return is_json(head) and len(MARKS & keys(head)) >= 3


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper an entry."""
    return records(source, date, entry)


def entry(found: dict[str, Any], place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper of an entry of a daily list, or of an answer of ``/api/papers/ID``, which is the inner object alone."""
    inner = found.get("paper")
    paper: dict[str, Any] = inner if isinstance(inner, dict) else found
    number = text(paper.get("id"))
    times = (o.get(k) for k in ("submittedOnDailyAt", "publishedAt") for o in (paper, found))
    return paper_of(
        place,
        source,
        date,
        title=plain(paper.get("title") or found.get("title")),
        abstract=plain(paper.get("summary") or found.get("summary")),
        id=number,
        url=f"https://huggingface.co/papers/{number}" if arxiv_id(number) else "",
        date=next((t for t in times if t), None),
        authors=names(paper.get("authors")),
        arxiv_id=arxiv_id(number),
        keywords=words(paper.get("ai_keywords")),
        code=links(paper.get("githubRepo"), paper.get("projectPage")),
    )
