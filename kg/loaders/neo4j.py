"""The graph into Neo4j over Bolt: uniqueness constraints first, then nodes, then edges, in batches that are merged.

A batch is one transaction of ``UNWIND … MERGE``, grouped by kind, since labels and relationship types cannot be
parameters in every version of Cypher 5. Everything written carries `build`, the state of the graph it belongs to;
pruning removes what carries another one, and nothing that others wrote.
Driver: https://neo4j.com/docs/python-manual/current/.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

from kg.errors import MissingExtra, ServiceError
from kg.loaders.address import checked, shown
from kg.rows import EDGE_FACTS, EVIDENCE, LABELS, NODE_FACTS, Edge, Node, Rows, Value

if TYPE_CHECKING:
    import neo4j

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
CREDENTIALS = "set NEO4J_USER and NEO4J_PASSWORD"
BATCH = 2_000
"""Rows a transaction: large enough that a round trip hardly counts, small enough for a server with a small heap."""
_PATIENCE = 15.0
"""Seconds to go on trying when the server is busy or gone."""
_KIND_LABELS = sorted({label for labels in LABELS.values() for label in labels[1:]})

# Without a handler of its own the driver's retries would be printed to standard error.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

Progress = Callable[[int, int], None]
Parameters = dict[str, Any]


@dataclass(frozen=True)
class Login:
    """Who we are to the server; the password is shown nowhere."""

    user: str = "neo4j"
    password: str | None = field(default=None, repr=False)
    database: str | None = None


@dataclass(frozen=True)
class Loaded:
    """What a load changed, as the server counted it; all zero when it was there already."""

    nodes_created: int = 0
    nodes_deleted: int = 0
    edges_created: int = 0
    edges_deleted: int = 0
    labels_changed: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def load(url: str, rows: Rows, login: Login, *, prune: bool = False, progress: Progress | None = None) -> Loaded:
    """Merge a graph into the database at a Bolt address; with `prune`, remove what an earlier load left behind.

    Raises ServiceError with the address and the way out where the server is absent, refuses or dies; loading again
    completes what was begun. Raises MissingExtra without the driver.
    """
    try:
        import neo4j
        from neo4j.exceptions import DriverError, Neo4jError
    except ImportError as error:
        raise MissingExtra("kg load neo4j", "neo4j") from error

    checked(url, SCHEMES, CREDENTIALS)
    auth = (login.user, login.password) if login.password is not None else None
    try:
        with neo4j.GraphDatabase.driver(
            url, auth=auth, connection_timeout=_PATIENCE, max_transaction_retry_time=_PATIENCE,
            notifications_min_severity="OFF",
        ) as driver:  # fmt: skip
            driver.verify_connectivity()
            with driver.session(database=login.database) as session:
                return _load(session, rows, prune, progress)
    except (DriverError, Neo4jError, OSError, ValueError) as error:
        raise ServiceError(f"{shown(url)}: {reason(error)}") from error


def _load(session: "neo4j.Session", rows: Rows, prune: bool, progress: Progress | None) -> Loaded:
    total, done, loaded = rows.count(), 0, Loaded()
    for statement in constraints():
        session.run(statement).consume()
    for statement, batch in chain(batches(map(node_row, rows.nodes())), batches(map(edge_row, rows.edges()))):
        loaded += _write(session, statement, {"rows": batch})
        done += len(batch)
        if progress:
            progress(done, total)
    for statement in pruning() if prune else ():
        while (gone := _write(session, statement, {"build": rows.build, "most": 10_000})) != Loaded():
            loaded += gone
    return loaded


def _write(session: "neo4j.Session", statement: str, parameters: Parameters) -> Loaded:
    counters = session.execute_write(lambda tx: tx.run(statement, parameters).consume()).counters
    return Loaded(
        counters.nodes_created,
        counters.nodes_deleted,
        counters.relationships_created,
        counters.relationships_deleted,
        counters.labels_added + counters.labels_removed,
    )


def constraints() -> list[str]:
    """Statements that make IRIs unique; without them each MERGE would look at all nodes."""
    return [
        f"CREATE CONSTRAINT kg_{label.lower()} IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE"
        for label in NODE_FACTS
    ]


def node_row(node: Node) -> tuple[str, Parameters]:
    """A node with the statement that writes it."""
    return node_statement(node.labels), {"iri": node.iri, "facts": properties(node.facts, NODE_FACTS[node.labels[0]])}


def edge_row(edge: Edge) -> tuple[str, Parameters]:
    """An edge with the statement that writes it."""
    names = (*EDGE_FACTS[edge.kind], *EVIDENCE) if "roles" in edge.facts else EDGE_FACTS[edge.kind]
    row = {"source": edge.source, "target": edge.target, "facts": properties(edge.facts, names)}
    return edge_statement(edge.source_label, edge.kind, edge.target_label), row


def batches(rows: Iterable[tuple[str, Parameters]]) -> Iterator[tuple[str, list[Parameters]]]:
    """Rows of the same statement together, at most `BATCH` of them."""
    waiting: dict[str, list[Parameters]] = {}
    for statement, row in rows:
        group = waiting.setdefault(statement, [])
        group.append(row)
        if len(group) == BATCH:
            yield statement, waiting.pop(statement)
    yield from waiting.items()


@cache
def node_statement(labels: tuple[str, ...]) -> str:
    """The statement for nodes with these labels."""
    others = ":".join(("n", *(f"`{label}`" for label in _KIND_LABELS if label not in labels)))
    kind = ":".join(("n", *(f"`{label}`" for label in labels)))
    return _statement("node", label=labels[0], others=others, kind=kind)


@cache
def edge_statement(source: str, kind: str, target: str) -> str:
    """The statement for edges of a kind between nodes with these first labels."""
    others = "|".join(f"`{other}`" for other in EDGE_FACTS if other != kind)
    return _statement("edge", source=source, target=target, kind=kind, others=others)


def pruning() -> list[str]:
    """Statements that remove what belongs to another state of the graph, edges first."""
    return [
        _statement("prune_edges", kinds="|".join(f"`{kind}`" for kind in EDGE_FACTS)),
        _statement("prune_nodes", labels="|".join(f"`{label}`" for label in NODE_FACTS)),
    ]


def properties(facts: Mapping[str, Value], names: Iterable[str]) -> Parameters:
    """Facts as the driver takes them: tuples become lists, what is absent or empty becomes null, which removes it.

    >>> properties({"a": ("x",), "b": ()}, "abc")
    {'a': ['x'], 'b': None, 'c': None}
    """
    found: Parameters = {}
    for name in names:
        value = facts.get(name)
        found[name] = (list(value) or None) if isinstance(value, tuple) else value
    return found


def reason(error: Exception) -> str:
    """What went wrong and what to do, on one line and without credentials."""
    name = type(error).__name__
    text = " ".join(str(getattr(error, "message", None) or error).split())
    for known, words in _REASONS.items():
        if known in name:
            return words
    return f"Neo4j refused ({text[:300]})"


_REASONS = {
    "AuthError": f"Neo4j refused the user name or password; {CREDENTIALS}",
    "TokenExpired": f"Neo4j refused the user name or password; {CREDENTIALS}",
    "CypherTypeError": "the database holds something under the same names that does not fit; load into an empty one",
    "Forbidden": "this user may not write or make constraints there; ask for the role of a publisher or architect",
    "ConfigurationError": "the address does not fit this server; try bolt:// or bolt+s://",
    "ConstraintError": "two nodes there have one iri; remove the duplicates and load again",
    "ServiceUnavailable": "no Neo4j server answers there, or it stopped; start it and load again, which goes on",
    "SessionExpired": "the server stopped answering; load again, which goes on",
    "IncompleteCommit": "the server stopped answering; load again, which goes on",
    "TransientError": "the server is too busy or short of memory; load again, which goes on",
    "DatabaseError": "the server failed; see its log, then load again, which goes on",
    "TimeoutError": "the server does not answer; load again, which goes on",
}
"""Part of the name of the driver's error → words."""


def _statement(name: str, **names: str) -> str:
    """A statement from its file with the names of labels and types filled in; they come from our tables alone."""
    text = (files("kg.loaders") / f"{name}.cypher").read_text(encoding="utf-8")
    for key, value in names.items():
        text = text.replace(f"{{{key}}}", value)
    return text
