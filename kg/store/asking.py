"""A query asked of a built folder, from its name and parameters to the answer.

>>> from kg.store.asking import ask
>>> ask("outputs", "papers-using", {"concept": "LSTM"}, limit=5).body  # doctest: +SKIP
"""

from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import NamedNode

from kg.errors import NotFound, QueryError
from kg.store.answers import Answer, Question, Term, answer, table
from kg.store.catalogue import NamedQuery, find
from kg.store.names import concept, paper, typed
from kg.store.opening import base_of, open_store, prefixes_of, store_path
from kg.store.worker import Worker

TIMEOUT = 60.0
"""Seconds that a query may take."""


def ask(
    folder: Path | str,
    query: str,
    parameters: Mapping[str, str] | None = None,
    *,
    rows: str | None = "json",
    graph: str | None = "ttl",
    limit: int | None = None,
    timeout: float | None = TIMEOUT,
) -> Answer:
    """Ask SPARQL text, a file, or a named query; `parameters` are names or values as people write them.

    `rows` and `graph` are the formats for the two kinds of results. Raises QueryError where the query is wrong, is too
    slow, or gives another kind of result than has a format; NotFound where a name is unknown; NotBuilt where there is
    no graph.
    """
    folder = Path(folder)
    named = find(query)
    names = typed(named, parameters or {})
    question = Question(
        named.text,
        prefixes_of(folder),
        rows=rows,
        graph=graph,
        limit=limit,
        cut=True,
        names=names,
        base=base_of(folder),
    )
    with Worker(store_path(folder), memory=-1) as worker:
        found = worker.ask(question, timeout)
    if found.fault == "name":
        raise NotFound(found.why)
    if found.fault:
        hint = {
            "time": "; --timeout gives it longer",
            "format": "; --format table, json, csv, tsv, xml are for rows, ttl, nt, jsonld, rdf for graphs",
            "syntax": "; see https://www.w3.org/TR/sparql11-query/",
        }
        raise QueryError(f"{named.name}: {found.why}{hint.get(found.fault, '')}")
    return found


class View:
    """A built folder that is asked several things in turn.

    Raises NotBuilt where there is no graph.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.store = open_store(self.folder)
        self.base = base_of(self.folder)
        self._prefixes = prefixes_of(self.folder)

    def rows(self, query: NamedQuery, **values: Term) -> list[dict[str, str]]:
        """The rows of a query as dicts of what people read; absent values are empty."""
        found = answer(self.store, Question(query.text, self._prefixes, values, rows="tsv"))
        if found.fault:
            raise QueryError(f"{query.name}: {found.why}")
        names, rows = table(found.body)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def concept(self, name: str) -> NamedNode:
        """The concept of a name; raises NotFound."""
        return concept(self.store, self.base, name)

    def paper(self, name: str) -> NamedNode:
        """The paper of a title, a part of it, an identifier or an IRI; raises NotFound."""
        return paper(self.store, self.base, name)
