"""SPARQL 1.1 Protocol (W3C Recommendation 2013): a request becomes a question, or a status that says what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
STATUS = {
    "syntax": 400,
    "refused": 400,
    "name": 404,
    "rows": 400,
    "format": 406,
    "failed": 400,
    "time": 503,
    "died": 503,
    "busy": 503,
}
"""What was at fault → the status of the response."""


class Wrong(Exception):
    """A request that is no question: its status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass(frozen=True)
class Asked:
    """A query and the graphs that the request names for it."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read(method: str, query_string: str, content_type: str, body: bytes) -> Asked | None:
    """The question of a request, None for a GET without any (who asks for the description of the service).

    Raises Wrong where the request is none of the three ways of section 2.1.
    """
    given = pairs(query_string)
    if method in ("GET", "HEAD"):
        return one(given) if given else None
    kind, parameters = media(content_type)
    if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Wrong(415, "the charset must be UTF-8")
    if kind == FORM:
        return one([*given, *pairs(text(body))])
    if kind == QUERY:
        if any(name == "query" for name, _ in given):
            raise Wrong(400, "the query stands in the body and in the address; give it once")
        return one([*given, ("query", text(body))])
    if kind == UPDATE:
        raise Wrong(415, "this endpoint is read-only and takes no updates")
    raise Wrong(415, f"the body must be {QUERY} or {FORM}")


def one(given: Sequence[tuple[str, str]]) -> Asked:
    """The question of a request's parameters; raises Wrong where they hold none, several, or an update."""
    found = [value for name, value in given if name == "query"]
    if any(name == "update" for name, _ in given):
        raise Wrong(400, "this endpoint is read-only and takes no updates")
    if len(found) != 1:
        raise Wrong(400, f"the parameter query must be given once, not {len(found)} times")
    if not found[0].strip():
        raise Wrong(400, "the query is empty")
    graphs = {
        name: tuple(value for key, value in given if key == name) for name in ("default-graph-uri", "named-graph-uri")
    }
    return Asked(found[0], graphs["default-graph-uri"], graphs["named-graph-uri"])


def pairs(encoded: str) -> list[tuple[str, str]]:
    """The parameters of an encoded form; raises Wrong where they are not UTF-8 or too many."""
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=100)
    except (UnicodeDecodeError, ValueError) as error:
        raise Wrong(400, "the parameters must be UTF-8, and at most 100") from error


def text(body: bytes) -> str:
    """A body as text; raises Wrong where it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Wrong(400, "the body must be UTF-8") from error


def media(content_type: str) -> tuple[str, dict[str, str]]:
    """A Content-Type header as media type and parameters.

    >>> media('Application/SPARQL-query; charset="utf-8"')
    ('application/sparql-query', {'charset': 'utf-8'})
    """
    kind, *rest = (part.strip() for part in content_type.split(";"))
    found = (part.partition("=") for part in rest)
    return kind.lower(), {name.strip().lower(): value.strip().strip('"') for name, _, value in found}
