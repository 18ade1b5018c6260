"""arXiv's query interface: the newest papers of a query, or papers by their numbers, as Atom.

The service asks for three seconds between requests. ``KG_ARXIV_URL`` names another address than its own.
"""

import re
from collections.abc import Iterator

from kg.fetch.client import Client, Request, base_of

BASE = "https://export.arxiv.org"
PACE = 3.0
PAGE = 200
FRESH = 12 * 3600.0
"""Seconds for which a page stands: the service's index changes once a day, and a broken-off run goes on from here."""

_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]{2,})?")
_DIVIDED = ("cs", "econ", "eess", "math", "physics", "stat", "q-bio", "q-fin", "astro-ph", "cond-mat", "nlin")
_WHOLE = ("gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nucl-ex", "nucl-th", "quant-ph")
_PREFIXED = re.compile(r"\b(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate|lastUpdatedDate):")
_TOTAL = re.compile(rb"<(?:\w+:)?totalResults\b[^>]*>\s*(\d+)\s*<")
_ENTRY = re.compile(rb"<(?:\w+:)?entry[\s>]")


def query_pages(client: Client, query: str, most: int) -> Iterator[tuple[str, bytes]]:
    """Address and body of each page of a query, the newest papers first, until `most` papers or the end."""
    start, total = 0, most
    while start < min(most, total):
        request = _request(
            {
                "search_query": search_of(query),
                "start": str(start),
                "max_results": str(min(PAGE, most - start)),
                "sortBy": "submittedDate",
                "sortOrder": "descending",
            },
            start,
        )
        body = client.get(request)
        yield request.address, body
        total = total_of(body)
        start += min(PAGE, most - start)


def number_pages(client: Client, numbers: list[str]) -> Iterator[tuple[str, bytes]]:
    """Address and body of each page that tells of papers by their numbers."""
    for at in range(0, len(numbers), PAGE):
        asked = numbers[at : at + PAGE]
        request = _request({"id_list": ",".join(asked), "max_results": str(len(asked))}, 0)
        yield request.address, client.get(request)


def search_of(query: str) -> str:
    """A query in the service's words: a category, a query with its field names, or words anywhere.

    >>> search_of("cs.LG"), search_of("ti:attention AND cat:cs.CL"), search_of("graph networks")
    ('cat:cs.LG', 'ti:attention AND cat:cs.CL', 'all:"graph networks"')
    """
    query = query.strip()
    if _PREFIXED.search(query):
        return query
    if _CATEGORY.fullmatch(query) and query.partition(".")[0] in _DIVIDED + _WHOLE:
        return f"cat:{query}.*" if query in _DIVIDED else f"cat:{query}"
    return 'all:"{}"'.format(query.replace('"', " "))


def total_of(body: bytes) -> int:
    """How many papers answer the query in all."""
    match = _TOTAL.search(body)
    return int(match[1]) if match else 0


def _request(parameters: dict[str, str], start: int) -> Request:
    def check(body: bytes) -> None:
        if b"<feed" not in body or b"</feed>" not in body[-200:]:
            raise ValueError("no whole Atom feed")
        if not _ENTRY.search(body) and total_of(body) > start:
            raise ValueError("a page without the papers that it counts")  # the service does this when it is busy

    return Request(f"{base_of('KG_ARXIV_URL', BASE)}/api/query", parameters, check, FRESH)
