"""Content negotiation: which of the formats on offer suits an Accept header best (RFC 9110, 12.5.1)."""

from collections.abc import Mapping, Sequence

Offer = Mapping[str, Sequence[str]]

ROWS: Offer = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
"""Format → its media type and further names under which it is asked for, in the order of the server's preference."""
GRAPHS: Offer = {
    "ttl": ("text/turtle", "application/x-turtle"),
    "nt": ("application/n-triples", "text/plain"),
    "jsonld": ("application/ld+json", "application/json"),
    "rdf": ("application/rdf+xml", "application/xml", "text/xml"),
}
PAGES: Offer = {"html": ("text/html", "application/xhtml+xml")}
CHARSET = {"csv", "tsv", "ttl", "html"}
"""Formats whose media type says that they are UTF-8; the others always are."""


def choose(accept: str | None, offer: Offer) -> str | None:
    """The format that suits an Accept header best, the first one where it leaves a choice; None where none suits.

    >>> choose("text/csv;q=0.5, application/sparql-results+xml", ROWS), choose("image/png", ROWS), choose(None, ROWS)
    ('xml', None, 'json')
    """
    if not accept or not accept.strip():
        return next(iter(offer))
    ranges = parse(accept)
    best, best_quality = None, 0.0
    for format, types in offer.items():
        quality = max(quality_of(type, ranges) for type in types)
        if quality > best_quality:
            best, best_quality = format, quality
    return best


def parse(accept: str) -> dict[str, float]:
    """The media ranges of an Accept header with their q-values; what cannot be read is left out.

    >>> parse("text/html, */*;q=0.1, text/turtle;q=x")
    {'text/html': 1.0, '*/*': 0.1}
    """
    found = {}
    for part in accept.lower().split(",")[:64]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        given = dict(p.split("=", 1) for p in parameters if "=" in p)
        try:
            quality = float(given.get("q", "1"))
        except ValueError:
            continue
        if name.count("/") == 1 and 0 <= quality <= 1:
            found[name] = quality
    return found


def quality_of(type: str, ranges: Mapping[str, float]) -> float:
    """The q-value of a media type: that of the most specific range it falls into.

    >>> quality_of("text/csv", {"text/*": 0.5, "*/*": 0.1, "text/csv": 0})
    0
    """
    for name in (type, f"{type.partition('/')[0]}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def media_type(format: str, offer: Offer) -> str:
    """The value of Content-Type for a format.

    >>> media_type("csv", ROWS), media_type("json", ROWS)
    ('text/csv; charset=utf-8', 'application/sparql-results+json')
    """
    return offer[format][0] + ("; charset=utf-8" if format in CHARSET else "")
