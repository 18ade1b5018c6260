"""The store is made at the first need and remade when files change; questions end in time; answers keep to limits."""

import json
import os
import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import NotBuilt, NotFound, QueryError
from kg.store.answers import Question, answer
from kg.store.asking import ask
from kg.store.opening import base_of, open_store, store_path
from kg.store.refusal import Refused, checked
from kg.store.worker import Pool, Worker

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
HUNGRY = "SELECT DISTINCT ?a ?b ?d ?e ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?g"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"


def test_a_folder_without_a_graph_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(NotBuilt, match="run kg build SOURCE -o"):
        open_store(tmp_path)


def test_the_store_is_kept_until_the_files_change(tmp_path: Path) -> None:
    graph = tmp_path / "graph.ttl"
    graph.write_text('<https://e.org/a> <https://e.org/p> "one" .')
    first = store_path(tmp_path)
    assert store_path(tmp_path) == first

    graph.write_text('<https://e.org/a> <https://e.org/p> "three" .')
    second = store_path(tmp_path)

    assert second != first
    assert not first.exists()
    assert b"three" in ask(tmp_path, "SELECT ?o { ?s <https://e.org/p> ?o }", rows="csv").body


def test_processes_that_need_the_store_at_once_make_it_once(tmp_path: Path) -> None:
    (tmp_path / "graph.ttl").write_text("".join(f"<https://e.org/{i}> <https://e.org/p> {i} .\n" for i in range(2000)))
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(store_path(tmp_path))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == 1
    assert sorted(p.name for p in (tmp_path / "store").iterdir()) == sorted([found[0].name, "lock"])


def test_a_folder_that_cannot_be_written_has_its_store_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "outputs"
    folder.mkdir()
    (folder / "graph.ttl").write_text("<https://e.org/a> <https://e.org/p> 1 .")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "access", lambda *_: False)

    assert store_path(folder).is_relative_to(tmp_path / "cache" / "paper-kg")
    assert list(folder.iterdir()) == [folder / "graph.ttl"]


def test_the_base_of_a_graph_is_the_one_it_was_built_with(small: Path) -> None:
    assert base_of(small) == "https://example.org/id/"


def test_the_vocabulary_is_a_named_graph(small: Path) -> None:
    query = "ASK { GRAPH <https://w3id.org/paper-kg/ns> { kg:uses rdfs:subPropertyOf kg:mentions } }"
    text = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {query}"

    assert ask(small, text, rows="csv").body == b"true"


def test_a_query_that_takes_too_long_is_ended(small: Path) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"took longer than 0\.5 seconds; --timeout gives it longer"):
        ask(small, ENDLESS, timeout=0.5)
    assert time.monotonic() - started < 5


def test_a_query_that_takes_too_much_memory_ends_its_worker_alone(small: Path) -> None:
    pool = Pool(store_path(small), 1, timeout=20, memory=400 << 20)
    try:
        assert pool.ask(Question(HUNGRY)).fault == "died"
        assert pool.ask(Question("ASK {}", rows="csv")).body == b"true"
    finally:
        pool.close()


@pytest.mark.parametrize("depth", [3_000, 100_000])
def test_deep_nesting_ends_a_worker_at_most(depth: int, small: Path) -> None:
    with Worker(store_path(small)) as worker:
        found = worker.ask(Question("SELECT * " + "{" * depth + "}" * depth, guarded=True), 10)
    assert found.fault in ("died", "syntax", "refused", "failed")


def test_limits_cut_or_refuse(small: Path) -> None:
    store = open_store(small)

    assert answer(store, Question(ALL, rows="csv", limit=3, cut=True)).body.count(b"\r\n") == 4
    assert answer(store, Question(ALL, rows="json", limit=3)).fault == "rows"
    assert answer(store, Question("CONSTRUCT WHERE { ?s ?p ?o }", graph="nt", limit=3, cut=True)).body.count(b"\n") == 3
    assert answer(store, Question("CONSTRUCT WHERE { ?s ?p ?o }", graph="nt", limit=3)).fault == "rows"


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_counting_rows_changes_no_term(format: str) -> None:
    store = ox.Store()
    terms = (
        r'"a\"b\\c", "q"@en-GB, 1.0, 1e3, true, "", "\u00e9\r\n\t", "01"^^<http://www.w3.org/2001/XMLSchema#integer>'
    )
    store.load(f"<https://e.org/a> <https://e.org/p> {terms} .".encode(), format=ox.RdfFormat.TURTLE)
    query = "SELECT ?s ?o ?none { ?s ?p ?o OPTIONAL { ?s <https://e.org/q> ?none } }"

    counted = answer(store, Question(query, rows=format, limit=100)).body
    assert counted == answer(store, Question(query, rows=format)).body


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE<http://e.org/>{} } } }",
        "ASK { FILTER EXISTS { SERVICE <http://e.org/> { ?s ?p ?o } } }",
        "SELECT * { FILTER (?a<'x>' && 1) SERVICE <http://e.org/> {} FILTER (?b='y') }",
        "SELECT * { # a comment\rSERVICE <http://e.org/> {}\n}",
        r"SELECT * { \u0053ERVICE <http://e.org/> { ?s ?p ?o } }",
        r'SELECT * { ?s ?p "\u0022 . SERVICE <http://e.org/> {} #" }',
        "SELECT * { SERVICE" + "{" * 5000,
    ],
)
def test_other_servers_are_not_asked_however_it_is_written(text: str) -> None:
    with pytest.raises(Refused):
        checked(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?service ?p "SERVICE <http://e.org/> {}" }',
        "SELECT * { ?s <http://e.org/service> ?o } # SERVICE <http://e.org/> {}",
        "PREFIX service: <http://e.org/> SELECT * { ?s service:service 'it''s' }".replace("''", "\\'"),
    ],
)
def test_the_word_alone_is_no_offence(text: str) -> None:
    assert checked(text) == text


def test_a_worker_has_no_way_to_other_servers_even_unguarded(small: Path) -> None:
    with Worker(store_path(small)) as worker:
        found = worker.ask(Question("SELECT * { SERVICE <http://127.0.0.1:8999/> { ?s ?p ?o } }"), 10)
    assert found.fault == "failed"


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:b> <a:c> 1 }", "DROP ALL", "LOAD <file:///etc/passwd>", "CLEAR ALL"]
)
def test_updates_are_no_queries(text: str, small: Path) -> None:
    with pytest.raises(QueryError, match="error at"):
        ask(small, text)


def test_files_are_not_read(small: Path) -> None:
    assert json.loads(ask(small, "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }").body)["results"]["bindings"] == []


def test_what_is_neither_a_query_nor_a_name_is_told_with_the_names(small: Path) -> None:
    with pytest.raises(
        NotFound, match=r"neither SPARQL nor a file \.rq nor a named query; the named ones: aliases, amb"
    ):
        ask(small, "nonsense")
    with pytest.raises(NotFound, match="cannot be read"):
        ask(small, "missing.rq")
    with pytest.raises(QueryError, match="error at 1:"):
        ask(small, "SELECT * {")
    with pytest.raises(QueryError, match="--format table, json"):
        ask(small, "CONSTRUCT WHERE { ?s ?p ?o }", graph=None)
