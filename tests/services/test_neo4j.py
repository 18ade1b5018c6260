"""The graph in a real Neo4j, by Bolt, neo4j-admin, APOC and n10s, compared with the graph and with SPARQL."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import ServiceError
from kg.exporters.content import Content
from kg.loaders import neo4j as loader
from kg.loaders.neo4j import Loaded, Login, load
from kg.rows import Rows
from tests.services import servers
from tests.services.conftest import need
from tests.services.servers import NEO4J_PASSWORD, Server

pytestmark = pytest.mark.services

Ask = Callable[..., list[dict[str, Any]]]
LOGIN = Login("neo4j", NEO4J_PASSWORD)
PREFIXES = """
PREFIX kg: <https://w3id.org/paper-kg/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX schema: <https://schema.org/>
"""
QUERIES = {
    "papers and their dates": (
        "MATCH (p:Paper) RETURN p.iri AS a, coalesce(toString(p.date), '') AS b",
        """SELECT ?a (COALESCE(STR(?d), "") AS ?b) {
           ?a a schema:ScholarlyArticle OPTIONAL { ?a dcterms:issued ?d } }""",
    ),
    "what papers are evaluated on": (
        "MATCH (p:Paper)-[r]->(c:Dataset) WHERE 'evaluates_on' IN r.roles RETURN p.iri AS a, c.label AS b",
        "SELECT ?a ?b { ?a kg:evaluatesOn ?c . ?c a kg:Dataset ; skos:prefLabel ?b }",
    ),
    "code for methods": (
        "MATCH (c:Method)<-[:INTRODUCES]-(p:Paper)-[:HAS_CODE]->(x:Code) RETURN c.label AS a, x.iri AS b",
        """SELECT ?a ?b { ?p kg:introduces ?c ; kg:hasCode ?x . ?c skos:prefLabel ?a .
           FILTER EXISTS { ?c a kg:Method } FILTER NOT EXISTS { ?c a kg:Architecture }
           ?x schema:codeRepository|a ?any . BIND(STR(?x) AS ?b) }""",
    ),
    "papers that share a concept": (
        """MATCH (p:Paper)-[:SHARES_CONCEPT]-(q:Paper) RETURN p.iri AS a, q.iri AS b""",
        "SELECT ?a ?b { ?a kg:relatedTo ?b }",
    ),
    "other names of broader concepts": (
        "MATCH (c:Concept)-[:BROADER]->(b:Concept) UNWIND b.aliases AS alias RETURN c.iri AS a, alias AS b",
        "SELECT ?a ?b { ?a skos:broader/skos:altLabel ?b }",
    ),
}


@pytest.fixture(scope="module")
def rows(content: Content) -> Rows:
    return rows_of(content)


def rows_of(content: Content) -> Rows:
    return Rows(content.graph, content.papers, content.concepts, content.links, evidence=True)


@pytest.fixture(scope="module")
def loaded(neo4j_server: Server, rows: Rows) -> Server:
    load(neo4j_server.url, rows, LOGIN)
    return neo4j_server


def dump(ask: Ask, server: Server) -> tuple[list[Any], list[Any]]:
    """Everything in a database, in an order."""
    nodes = ask(server, "MATCH (n) RETURN labels(n) AS labels, properties(n) AS facts")
    edges = ask(server, "MATCH (a)-[r]->(b) RETURN a.iri AS a, type(r) AS kind, b.iri AS b, properties(r) AS facts")
    key = repr
    return (
        sorted(((sorted(n["labels"]), sorted(n["facts"].items(), key=key)) for n in nodes), key=key),
        sorted(((e["a"], e["kind"], e["b"], sorted(e["facts"].items(), key=key)) for e in edges), key=key),
    )


@contextmanager
def emptied(server: Server, ask: Ask) -> Iterator[None]:
    """An empty database for a block; what the block left, n10s' configuration too, is removed again."""
    ask(server, "MATCH (n) DETACH DELETE n")
    try:
        yield
    finally:
        ask(server, "MATCH (n) DETACH DELETE n")
        ask(server, "DROP CONSTRAINT n10s_unique_uri IF EXISTS")


def expected(rows: Rows) -> tuple[int, int]:
    return rows.graph.number_of_nodes(), rows.graph.number_of_edges()


def test_every_node_and_edge_arrives_with_its_labels_and_facts(loaded: Server, rows: Rows, cypher: Ask) -> None:
    found = {
        r["n"]["iri"]: (set(r["labels"]), r["n"])
        for r in cypher(loaded, "MATCH (n) RETURN labels(n) AS labels, properties(n) AS n")
    }
    for node in rows.nodes():
        labels, facts = found.pop(node.iri)
        assert labels == set(node.labels)
        given = {k: (list(v) if isinstance(v, tuple) else v) for k, v in node.facts.items() if v not in (None, ())}
        stored = {k: (v.to_native() if hasattr(v, "to_native") else v) for k, v in facts.items() if k != "iri"}
        assert stored == given
    assert not found
    edges = cypher(loaded, "MATCH (a)-[r]->(b) RETURN a.iri AS a, type(r) AS kind, b.iri AS b, properties(r) AS r")
    wanted = {(e.source, e.target): e for e in rows.edges()}
    assert len(edges) == len(wanted)
    for edge in edges:
        want = wanted[edge["a"], edge["b"]]
        assert edge["kind"] == want.kind
        assert edge["r"] == {k: list(v) if isinstance(v, tuple) else v for k, v in want.facts.items()}


def test_dates_are_dates_and_authors_are_lists(loaded: Server, cypher: Ask) -> None:
    early = "MATCH (p:Paper) WHERE p.date < date('2024-03-01')"
    (row,) = cypher(loaded, f"{early} RETURN p.date + duration('P1D') AS next, p.authors AS authors")
    assert row["next"].to_native() == date(2024, 3, 1)
    assert row["authors"] == ["O'Brien; Pat", 'Ann "A" Bee', "Zoë, 李"]


def test_a_second_load_changes_nothing(loaded: Server, rows: Rows, cypher: Ask) -> None:
    before = dump(cypher, loaded)
    assert load(loaded.url, rows, LOGIN, prune=True) == Loaded()
    assert dump(cypher, loaded) == before


def test_iris_are_unique_by_constraint(loaded: Server, cypher: Ask) -> None:
    names = {r["name"] for r in cypher(loaded, "SHOW CONSTRAINTS YIELD name")}
    assert {"kg_paper", "kg_concept", "kg_code"} <= names


@pytest.mark.parametrize("name", QUERIES)
def test_cypher_and_sparql_give_the_same_rows(name: str, loaded: Server, cypher: Ask, outputs: Path) -> None:
    ours, theirs = QUERIES[name]
    store = ox.Store()
    store.bulk_load(path=str(outputs / "graph.ttl"))
    solutions = store.query(PREFIXES + theirs)
    assert isinstance(solutions, ox.QuerySolutions)
    wanted = {(row["a"].value, row["b"].value) for row in solutions}  # type: ignore[union-attr]
    assert {(row["a"], row["b"]) for row in cypher(loaded, ours)} == wanted
    assert wanted


def test_a_later_build_updates_in_place_and_prune_removes_what_is_gone(
    loaded: Server, rows: Rows, content: Content, cypher: Ask
) -> None:
    graph = content.graph.copy()
    (gone, *_) = [n for n, kind in graph.nodes(data="kind") if kind == "Code"]
    changed = "concept/bert"
    graph.remove_node(gone)
    graph.nodes[changed]["kind"] = "Dataset"

    def papers() -> Any:
        for paper, mentions in content.papers():
            yield paper, tuple(m for m in mentions if m.label != gone)

    cypher(
        loaded, "MATCH (c:Concept {id: $id}) SET c.note = 'mine' MERGE (c)<-[:READS]-(:Person {name: 'me'})", id=changed
    )
    later = rows_of(replace(content, graph=graph, papers=papers))
    load(loaded.url, later, LOGIN)
    assert cypher(loaded, "MATCH (c:Code {iri: $iri}) RETURN c", iri=gone)
    assert load(loaded.url, later, LOGIN, prune=True).nodes_deleted == 1
    assert not cypher(loaded, "MATCH (c:Code {iri: $iri}) RETURN c", iri=gone)
    (row,) = cypher(
        loaded, "MATCH (c {id: $id})<-[:READS]-(p) RETURN labels(c) AS l, c.note AS n, p.name AS p", id=changed
    )
    assert (set(row["l"]), row["n"], row["p"]) == ({"Concept", "Dataset"}, "mine", "me")
    cypher(loaded, "MATCH (p:Person) DETACH DELETE p")
    cypher(loaded, "MATCH (c {id: $id}) REMOVE c.note", id=changed)
    load(loaded.url, rows, LOGIN, prune=True)


def test_an_edge_of_another_kind_gives_way(loaded: Server, rows: Rows, cypher: Ask) -> None:
    before = dump(cypher, loaded)
    turn = (
        "MATCH (a:Paper)-[r:USES]->(b) WITH a, r, b LIMIT 1 CREATE (a)-[x:MENTIONS]->(b) SET x = properties(r) DELETE r"
    )
    cypher(loaded, turn)
    done = load(loaded.url, rows, LOGIN)
    assert (done.edges_created, done.edges_deleted) == (1, 1)
    assert dump(cypher, loaded) == before


def test_neo4j_admin_imports_the_csv_files_and_the_result_equals_a_load(
    loaded: Server, outputs: Path, rows: Rows, cypher: Ask, tmp_path: Path
) -> None:
    home = servers.neo4j_home(tmp_path, 1)
    path = f"{servers.admin_script(tmp_path / 'bin', home)}{os.pathsep}{os.environ['PATH']}"
    script = outputs / "neo4j-csv" / "import.sh"
    env = os.environ | {"PATH": path, "TMPDIR": str(tmp_path)}
    done = subprocess.run(["sh", str(script)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "IMPORT DONE" in done.stdout
    with servers.neo4j(tmp_path) as server:
        assert dump(cypher, server) == dump(cypher, loaded)
        for statement in (outputs / "neo4j-csv" / "constraints.cypher").read_text().split(";\n")[:-1]:
            cypher(server, statement)
        assert load(server.url, rows, LOGIN, prune=True) == Loaded()


def test_apoc_imports_the_graphml_with_labels_and_types(
    neo4j_server: Server, outputs: Path, content: Content, cypher: Ask
) -> None:
    with emptied(neo4j_server, cypher):
        shutil.copy(outputs / "graph.graphml", neo4j_server.folder / "home" / "import")
        call = "CALL apoc.import.graphml('graph.graphml', {readLabels: true}) YIELD nodes, relationships RETURN *"
        (row,) = cypher(neo4j_server, call)
        assert (row["nodes"], row["relationships"]) == (len(content.graph), content.graph.number_of_edges())
        kinds = cypher(neo4j_server, "MATCH (n) RETURN n.kind AS kind, labels(n) AS labels, count(*) AS c")
        assert sum(r["c"] for r in kinds) == len(content.graph)
        assert all(r["kind"] in r["labels"] for r in kinds)
        edges = cypher(
            neo4j_server, "MATCH (a)-[r]->(b) RETURN a.iri AS a, b.iri AS b, type(r) AS kind, r.weight AS weight"
        )
        iri = content.graph.nodes(data="iri")
        wanted = {(iri[a], iri[b], d["kind"], d["weight"]) for a, b, d in content.graph.edges(data=True)}
        assert {(e["a"], e["b"], e["kind"], e["weight"]) for e in edges} == wanted


N10S = """CALL n10s.graphconfig.init({handleVocabUris: 'MAP', handleMultival: 'ARRAY', multivalPropList: [
'http://purl.org/dc/terms/creator', 'http://www.w3.org/2004/02/skos/core#altLabel', 'https://schema.org/keywords']})"""


def test_n10s_imports_the_turtle_with_lists_and_dates(neo4j_server: Server, outputs: Path, cypher: Ask) -> None:
    with emptied(neo4j_server, cypher):
        cypher(neo4j_server, "CREATE CONSTRAINT n10s_unique_uri IF NOT EXISTS FOR (r:Resource) REQUIRE r.uri IS UNIQUE")
        cypher(neo4j_server, N10S)
        target = shutil.copy(outputs / "graph.ttl", neo4j_server.folder / "home" / "import")
        (row,) = cypher(neo4j_server, "CALL n10s.rdf.import.fetch($url, 'Turtle')", url=Path(target).as_uri())
        assert row["terminationStatus"] == "OK", row
        assert row["triplesLoaded"] == sum(1 for _ in ox.parse(path=str(outputs / "graph.ttl")))
        (paper,) = cypher(
            neo4j_server, "MATCH (p:ScholarlyArticle) WHERE p.creator IS NOT NULL RETURN p.creator AS authors"
        )
        assert sorted(paper["authors"]) == sorted(["O'Brien; Pat", 'Ann "A" Bee', "Zoë, 李"])
        (dated,) = cypher(
            neo4j_server, "MATCH (p:ScholarlyArticle) WHERE p.issued = date('2024-02-29') RETURN count(*) AS c"
        )
        assert dated["c"] == 1


def test_a_server_that_dies_halfway_gives_one_clear_line_and_a_second_run_completes_the_load(
    rows: Rows, tmp_path: Path, cypher: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("neo4j")
    monkeypatch.setattr(loader, "BATCH", 60)
    monkeypatch.setattr(loader, "_PATIENCE", 3.0)
    port = servers.free_port()
    with servers.neo4j(tmp_path, port=port) as server:

        def die(done: int, total: int) -> None:
            if done > total // 2 and server.process.poll() is None:
                threading.Thread(target=server.kill).start()

        with pytest.raises(ServiceError, match=r"^bolt://127\.0\.0\.1:\d+: .*load again") as caught:
            load(server.url, rows, LOGIN, progress=die)
        assert NEO4J_PASSWORD not in str(caught.value)
        assert "\n" not in str(caught.value)
    with servers.neo4j(tmp_path, port=port) as server:
        (before,) = cypher(server, "MATCH (n) RETURN count(n) AS c")
        assert 0 < before["c"] <= len(rows.graph)
        load(server.url, rows, LOGIN)
        (nodes,) = cypher(server, "MATCH (n) RETURN count(n) AS c")
        (edges,) = cypher(server, "MATCH ()-[r]->() RETURN count(r) AS c")
        assert (nodes["c"], edges["c"]) == expected(rows)
        assert load(server.url, rows, LOGIN, prune=True) == Loaded()


def test_a_wrong_password_is_told_with_the_address_and_without_the_password(neo4j_server: Server, rows: Rows) -> None:
    with pytest.raises(ServiceError) as caught:
        load(neo4j_server.url, rows, Login("neo4j", "not-the-password"))
    assert str(caught.value).startswith(f"{neo4j_server.url}: Neo4j refused the user name or password")
    assert "not-the-password" not in str(caught.value)
