"""IRIs lead to data or to a page; the JSON API tells of nodes, neighbours and queries; strangers' text stays text."""

import re
import shutil
from pathlib import Path

import pytest
import rdflib
from starlette.testclient import TestClient

from kg.serve.app import create_app
from kg.serve.backend import Backend, Limits
from kg.serve.pages import pieces

LSTM = rdflib.URIRef("https://example.org/id/concept/lstm")


@pytest.mark.parametrize(
    ("accept", "kind", "format"),
    [
        ("text/turtle", "text/turtle; charset=utf-8", "turtle"),
        ("application/rdf+xml, text/html;q=0.9", "application/rdf+xml", "xml"),
        ("application/n-triples", "application/n-triples", "nt"),
    ],
)
def test_an_iri_leads_to_the_data_that_is_asked_for(accept: str, kind: str, format: str, client: TestClient) -> None:
    response = client.get("/id/concept/lstm", headers={"accept": accept})

    assert response.headers["content-type"] == kind
    assert response.headers["vary"] == "Accept"
    graph = rdflib.Graph().parse(data=response.text, format=format)
    assert set(graph.subjects()) == {LSTM}
    assert {str(x) for x in graph.objects(LSTM, rdflib.SKOS.altLabel)} == {"long short-term memory", "gate"}


def test_an_iri_leads_a_browser_to_its_page(client: TestClient) -> None:
    page = client.get("/id/concept/lstm", headers={"accept": "text/html,*/*;q=0.8"}).text

    assert "<h1>LSTM</h1>" in page
    assert '<a href="/id/concept/rnn" rel="noopener nofollow">RNN</a>' in page
    assert '<a href="/id/paper/a" rel="noopener nofollow">GateNet</a>' in page


def test_a_text_leads_to_its_annotations(client: TestClient) -> None:
    data = client.get("/id/paper/b/abstract", headers={"accept": "application/n-triples"}).text

    assert '"We study how GateNet forgets."' in data
    assert "<http://www.w3.org/ns/oa#hasBody> <https://example.org/id/concept/gatenet>" in data
    assert '<http://www.w3.org/ns/oa#exact> "GateNet"' in data


@pytest.mark.parametrize("path", ["/id/none", "/id/concept/a%20b", "/id/", "/id/%3Cscript%3E"])
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_what_the_graph_does_not_know_is_not_found(path: str, accept: str, client: TestClient) -> None:
    assert client.get(path, headers={"accept": accept}).status_code == 404


def test_a_hostile_title_stays_text(client: TestClient) -> None:
    page = client.get("/id/paper/c", headers={"accept": "text/html"}).text

    assert "Oaks &lt;b&gt;&amp;" in page
    assert "<b>" not in page


def test_a_text_is_cut_at_its_mentions_and_of_overlapping_ones_the_first_is_kept() -> None:
    marks = [
        {"start": s, "end": e, "concept": f"https://e.org/{n}", "name": n}
        for s, e, n in (("2", "4", "x"), ("3", "5", "y"))
    ]

    assert [(p.text, p.href) for p in pieces("ab cd ef", marks, "https://e.org/")] == [
        ("ab", ""), ("ab cd ef"[2:4], "/id/x"), ("d ef", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/id/paper/c"])
def test_a_page_has_no_inline_code_and_loads_what_is_served_here(path: str, client: TestClient) -> None:
    page = client.get(path, headers={"accept": "text/html"}).text

    assert not re.search(r"<script(?! src=)|<style|style=| on\w+=", page)
    for place in re.findall(r'(?:<script src|<link rel="stylesheet" href)="([^"]+)"', page):
        assert place.startswith("/static/")
        assert client.get(place).status_code == 200


def test_a_page_leads_into_the_explorer(client: TestClient) -> None:
    assert 'href="/#paper/c"' in client.get("/id/paper/c", headers={"accept": "text/html"}).text
    assert (
        'href="/#' not in client.get("/id/paper/b/abstract", headers={"accept": "text/html"}).text.partition("<h1>")[2]
    )


def test_search_finds_labels_aliases_and_titles(client: TestClient) -> None:
    assert client.get("/api/search", params={"q": "SHORT-TERM"}).json() == [
        {"id": "concept/lstm", "label": "LSTM", "kind": "Architecture", "match": "long short-term memory"}
    ]
    assert [n["id"] for n in client.get("/api/search", params={"q": "gaten"}).json()] == ["concept/gatenet", "paper/a"]
    assert [n["id"] for n in client.get("/api/search", params={"q": "long  term"}).json()] == ["concept/lstm"]
    assert client.get("/api/search", params={"q": "(?("}).json() == []
    assert client.get("/api/search").json() == []


def test_a_node_is_told_with_labels(client: TestClient) -> None:
    node = client.get("/api/node/concept/lstm").json()

    assert node["iri"] == str(LSTM)
    assert node["facts"]["http://www.w3.org/2004/02/skos/core#broader"] == [
        {"value": "https://example.org/id/concept/rnn", "label": "RNN"}
    ]
    assert client.get("/api/node/nothing").status_code == 404


def test_neighbours_are_told_with_their_edges(client: TestClient) -> None:
    found = {n["id"]: n for n in client.get("/api/neighbours/paper/a").json()}

    assert found["paper/b"]["edges"] == [{"property": "relatedTo", "forward": True, "weight": 0.7}]
    assert {e["property"] for e in found["concept/gatenet"]["edges"]} == {"introduces", "mentions"}
    assert found["https://github.com/a/gatenet"]["kind"] == "Code"


def test_named_queries_are_listed_and_asked(client: TestClient) -> None:
    listed = {query["name"]: query for query in client.get("/api/queries").json()}
    asked = client.get("/api/queries/papers-using", params={"concept": "gates"}, headers={"accept": "text/csv"})

    assert listed["papers-using"]["parameters"][0]["name"] == "concept"
    assert asked.text.splitlines()[1].startswith("Forgetting,2025-09-17,GateNet,")
    assert client.get("/api/queries/papers-using", params={"concept": "nothing"}).status_code == 404
    assert client.get("/api/queries/papers-using", params={"colour": "red"}).status_code == 400
    assert client.get("/api/queries/nothing").status_code == 404


def test_the_vocabulary_is_served(client: TestClient) -> None:
    graph = rdflib.Graph().parse(data=client.get("/ns", headers={"accept": "text/turtle"}).text, format="turtle")

    assert (rdflib.URIRef("https://w3id.org/paper-kg/ns#Method"), rdflib.RDF.type, rdflib.OWL.Class) in graph


def test_a_graph_that_is_built_anew_is_served_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(Path(__file__).parent.parent / "store" / "graph.ttl", tmp_path)
    backend = Backend(tmp_path, Limits(timeout=5, workers=1))
    monkeypatch.setattr("kg.serve.backend.CHECK", 0.0)
    try:
        with TestClient(create_app(backend)) as client:
            query = {"query": "ASK { ?s dcterms:title 'New' }"}
            assert client.get("/sparql", params=query).json()["boolean"] is False
            with (tmp_path / "graph.ttl").open("a", encoding="utf-8") as file:
                file.write('p:new a schema:ScholarlyArticle ; dcterms:title "New" .\n')
            assert client.get("/sparql", params=query).json()["boolean"] is True
    finally:
        backend.close()
