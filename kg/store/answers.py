"""A question becomes an answer: bytes in a result format, with a limit on rows.

The formats are pyoxigraph's own serialisers. Rows are counted in TSV, where each takes exactly one line, and then
turned into the wanted format; terms survive that unchanged.

SPARQL 1.1 Query Results JSON, CSV and TSV, XML Formats (W3C 2013).
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, Literal, cast

import pyoxigraph as ox

Kind = Literal["rows", "truth", "graph"]
Fault = Literal["syntax", "refused", "name", "rows", "format", "failed", "time", "died"]
Term = ox.NamedNode | ox.Literal

ROWS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
_TSV = ox.QueryResultsFormat.TSV


@dataclass(frozen=True)
class Question:
    """A query and how it is to be answered.

    `bindings` are the values of its variables, as terms; `names` are such values as people write them, each with its
    type, which a worker looks up in the graph with this `base`. `rows` and `graph` name the formats for the two kinds of
    results, None where the asker takes none. At most `limit` rows or triples are given: with `cut` the first ones,
    else more are a fault. `guarded` is a question
    of a stranger, who may not have other servers asked.
    """

    text: str
    prefixes: Mapping[str, str] = field(default_factory=dict)
    bindings: Mapping[str, Term] = field(default_factory=dict)
    rows: str | None = "json"
    graph: str | None = "ttl"
    limit: int | None = None
    cut: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    guarded: bool = False
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    base: str = ""


@dataclass(frozen=True)
class Answer:
    """The bytes of a result, its kind and its format; or what was at fault, and why."""

    kind: Kind | None = None
    format: str = ""
    body: bytes = b""
    fault: Fault | None = None
    why: str = ""


class Excess(Exception):
    """More rows than the limit."""


def answer(store: ox.Store, question: Question) -> Answer:
    """Ask a store; whatever goes wrong is told in the answer."""
    try:
        return serialised(run(store, question), question)
    except SyntaxError as error:
        return Answer(fault="syntax", why=brief(str(error)))
    except Excess:
        return Answer(fault="rows", why=f"more than {question.limit:,} rows; add LIMIT to the query")
    except (ValueError, RuntimeError, OSError) as error:
        return Answer(fault="failed", why=str(error))


_MEANINGS = {
    "Prefix not found": "a prefix that is not declared",
    "IRI parsing failed": "no valid IRI",
    "expected [_]": "something else was expected here",
}


def brief(message: str) -> str:
    """The message of a syntax error in plain words, without the lists of letters that were expected.

    >>> brief("error at 1:13: expected one of \\"a\\", ['x' ..= 'z'\\n| 'ä'], [_]")
    'error at 1:13: expected one of "a", …'
    >>> brief("error at 1:28: expected one of Prefix not found, ['%']"), brief("error at 1:29: expected IRI parsing failed")
    ('error at 1:28: a prefix that is not declared', 'error at 1:29: no valid IRI')
    """
    place = message.partition(": expected")[0]
    for said, meant in _MEANINGS.items():
        if said in message:
            return f"{place}: {meant}"
    return re.sub(r", \['.*|\[['_].*", ", …", message, flags=re.DOTALL)


def run(store: ox.Store, question: Question) -> Any:
    """The result of a question as pyoxigraph gives it."""
    graphs: dict[str, Any] = {}
    if question.default_graphs or question.named_graphs:
        graphs["default_graph"] = [ox.NamedNode(iri) for iri in question.default_graphs]
        graphs["named_graphs"] = [ox.NamedNode(iri) for iri in question.named_graphs]
    return store.query(
        with_values(question.text, question.bindings),
        prefixes=dict(question.prefixes),
        substitutions={ox.Variable(name): term for name, term in question.bindings.items()},
        **graphs,
    )


def with_values(text: str, bindings: Mapping[str, Term]) -> str:
    """The text with a VALUES clause, of the term as pyoxigraph writes it, for each comment ``# bind ?name``.

    Oxigraph plans a query before it substitutes variables; a clause where they are first needed lets it begin there.

    >>> print(with_values("{\\n  # bind ?c\\n  ?p kg:uses ?c }", {"c": ox.NamedNode("http://e.org/x")}))
    {
      VALUES ?c { <http://e.org/x> }
      ?p kg:uses ?c }
    """

    def clause(match: re.Match[str]) -> str:
        term = bindings.get(match[2])
        return match[0] if term is None else f"{match[1]}VALUES ?{match[2]} {{ {term} }}"

    return re.sub(r"^( *)# bind \?(\w+)$", clause, text, flags=re.MULTILINE) if bindings else text


def serialised(result: Any, question: Question) -> Answer:
    """A result in the format that the question names for its kind."""
    if isinstance(result, ox.QueryTriples):
        if question.graph is None:
            return Answer(fault="format", why="the result is a graph")
        return Answer("graph", question.graph, graph_bytes(result, question))
    if question.rows is None:
        return Answer(fault="format", why="the result is a table or a truth value")
    if isinstance(result, ox.QueryBoolean):
        return Answer("truth", question.rows, result.serialize(format=ROWS[question.rows]) or b"")
    return Answer("rows", question.rows, row_bytes(result, question))


def row_bytes(result: ox.QuerySolutions, question: Question) -> bytes:
    """Rows in their format, at most as many as the question allows."""
    wanted = ROWS[question.rows or "json"]
    if question.limit is None:
        return result.serialize(format=wanted) or b""
    sink = Lines(question.limit + 1)  # the first line holds the names
    try:
        result.serialize(cast(IO[bytes], sink), format=_TSV)
    except Excess:
        if not question.cut:
            raise
    tsv = sink.getvalue()
    return tsv if wanted == _TSV else ox.parse_query_results(tsv, format=_TSV).serialize(format=wanted) or b""


def graph_bytes(result: ox.QueryTriples, question: Question) -> bytes:
    """Triples in their format, at most as many as the question allows."""
    triples: Any = result
    if question.limit is not None:
        triples = list(islice(result, question.limit + 1))
        if len(triples) > question.limit and not question.cut:
            raise Excess
        del triples[question.limit :]
    prefixes = dict(question.prefixes)
    return ox.serialize(triples, format=GRAPHS[question.graph or "ttl"], prefixes=prefixes) or b""


class Lines(io.RawIOBase):
    """A file in memory that takes so many lines and raises Excess when there are more."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._room = limit

    def writable(self) -> bool:
        """True: it is there to be written to."""
        return True

    def write(self, data: Any) -> int:
        """Take what fits."""
        part = bytes(data)
        lines = part.count(b"\n")
        if lines > self._room:
            whole = part.split(b"\n", self._room)[: self._room]
            self._parts += [line + b"\n" for line in whole]
            self._room = 0
            raise Excess
        self._room -= lines
        self._parts.append(part)
        return len(part)

    def getvalue(self) -> bytes:
        """All that was taken."""
        return b"".join(self._parts)


def table(tsv: bytes) -> tuple[list[str], list[list[str]]]:
    """The names and the rows of a result in TSV; terms as people read them.

    >>> table(b"?a\\t?b\\n<http://e.org/x>\\t1\\n\\t\\"two\\"@en\\n")
    (['a', 'b'], [['http://e.org/x', '1'], ['', 'two']])
    """
    found: Any = ox.parse_query_results(tsv, format=_TSV)
    names = [variable.value for variable in found.variables]
    return names, [[plain(row[name]) for name in names] for row in found]


def plain(term: object) -> str:
    """A term as people read it: an IRI or the text of a literal; nothing for none."""
    return "" if term is None else str(getattr(term, "value", term))
