"""Papers from the live services: `kg.fetch` brings the pages, the readers read them as if they had been saved."""

import io
from collections.abc import Iterable, Iterator
from datetime import date as Date
from pathlib import Path

from kg.errors import NoPapers, SourceError
from kg.fetch import Client, arxiv, hf
from kg.fetch.client import Limits, service_cache
from kg.records import Paper, Rejected
from kg.sources import read_source
from kg.sources.fields import arxiv_id
from kg.sources.opening import source_of


def hf_papers(
    date: Date | None = None,
    days: int = 1,
    *,
    cache: Path | None = None,
    pace: float = hf.PACE,
    limits: Limits | None = None,
) -> Iterator[Paper | Rejected]:
    """The Daily Papers of a date and the days before it, or the newest list; raises ServiceError, NoPapers."""
    with Client(pace, service_cache(cache), limits) as client:
        yield from _some(_papers(hf.pages(client, date, days), "hf"), f"Daily Papers of {date or 'the newest list'}")


def arxiv_papers(
    query: str = "",
    most: int = 100,
    numbers: Iterable[str] = (),
    *,
    cache: Path | None = None,
    pace: float = arxiv.PACE,
    limits: Limits | None = None,
) -> Iterator[Paper | Rejected]:
    """The newest papers of a query, or the papers of these numbers; raises ServiceError, NoPapers, SourceError."""
    wanted = [_number(one) for one in numbers]
    with Client(pace, service_cache(cache), limits) as client:
        pages = arxiv.number_pages(client, wanted) if wanted else arxiv.query_pages(client, query, most)
        yield from _some(_papers(pages, "feed"), f"arXiv {', '.join(wanted) or query}")


def _papers(pages: Iterator[tuple[str, bytes]], format: str) -> Iterator[Paper | Rejected]:
    seen: set[str] = set()
    for address, body in pages:
        for found in read_source(source_of(address, io.BytesIO(body)), format):
            if isinstance(found, Paper):
                if found.id in seen:  # a list that grows while it is paged moves papers to the next page
                    continue
                seen.add(found.id)
                found = found.model_copy(update={"source": "arXiv" if format == "feed" else "Daily Papers"})
            yield found


def _some(papers: Iterator[Paper | Rejected], what: str) -> Iterator[Paper | Rejected]:
    found = False
    for paper in papers:
        found = True
        yield paper
    if not found:
        raise NoPapers(f"{what}: the service has no paper there; try another day, query or number")


def _number(text: str) -> str:
    number = arxiv_id(text)
    if not number:
        raise SourceError(f"{text}: no arXiv number; write one like 2509.12345 or hep-th/9901001")
    return number
