"""The graph in Apache Jena Fuseki and in the Oxigraph server, over the Graph Store Protocol."""

import base64
import json
import re
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import ServiceError
from kg.loaders import sparql
from kg.loaders.sparql import Login, load
from kg.ontology import FOLDER
from tests.services import servers
from tests.services.conftest import need
from tests.services.servers import Server

pytestmark = pytest.mark.services

NAMED = [path for path in sorted((FOLDER / "queries").glob("*.rq")) if "CONSTRUCT" not in path.read_text("utf-8")]
PASSWORD = "s3cret pass:word"
PREFIXES = "".join(
    f"PREFIX {prefix}: <{iri}>\n"
    for prefix, iri in {
        "dcterms": "http://purl.org/dc/terms/",
        "fabio": "http://purl.org/spar/fabio/",
        "kg": "https://w3id.org/paper-kg/ns#",
        "oa": "http://www.w3.org/ns/oa#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }.items()
)


class Store:
    """A server as the tests see it: where to load, how to log in, how to ask."""

    def __init__(self, load_at: str, query_at: str, login: Login) -> None:
        self.load_at, self.query_at, self.login = load_at, query_at, login

    def ask(self, query: str) -> "Counter[tuple[str | None, ...]]":
        """The rows of a query, counted."""
        body = urllib.parse.urlencode({"query": query}).encode()
        headers = {"Accept": "application/sparql-results+json", **self.login.header()}
        with urllib.request.urlopen(urllib.request.Request(self.query_at, body, headers), timeout=60) as response:
            found: dict[str, Any] = json.load(response)
        names = found["head"]["vars"]
        return Counter(tuple(plain(row.get(n, {}).get("value")) for n in names) for row in found["results"]["bindings"])

    def size(self, graph: str = "") -> int:
        """The number of triples in the default graph, or a named one."""
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        ((count, *_),) = self.ask(f"SELECT (COUNT(*) AS ?n) {{ {where} }}")
        return int(count or 0)


def plain(value: str | None) -> str | None:
    """A value in one form: stores write decimals each in their own, and join the names of a group in any order."""
    try:
        return f"{float(value):.6g}" if value else value
    except ValueError:
        return " ".join(sorted(re.split(r"[; ]+", value or "")))


@pytest.fixture(scope="module", params=["fuseki", "oxigraph"])
def store(request: pytest.FixtureRequest) -> Store:
    server: Server = request.getfixturevalue(f"{request.param}_server")
    if request.param == "fuseki":
        return Store(f"{server.url}/data", f"{server.url}/query", Login("editor", PASSWORD))
    return Store(f"{server.url}/store", f"{server.url}/query", Login())


@pytest.fixture(scope="module")
def local(outputs: Path) -> ox.Store:
    found = ox.Store()
    for name in sparql.FILES:
        found.bulk_load(path=str(outputs / name))
    return found


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparql, "CHUNK", 1000)


def test_all_triples_arrive_and_twice_is_once(store: Store, outputs: Path, local: ox.Store) -> None:
    load(store.load_at, outputs, store.login, replace=True)
    assert store.size() == len(local)
    load(store.load_at, outputs, store.login)
    assert store.size() == len(local)


def test_replacing_removes_what_is_gone_and_adding_keeps_it(store: Store, outputs: Path, local: ox.Store) -> None:
    extra = outputs.parent / "extra"
    extra.mkdir(exist_ok=True)
    (extra / "graph.ttl").write_text('<urn:x> <urn:y> "z" .', encoding="utf-8")
    load(store.load_at, outputs, store.login, replace=True)
    load(store.load_at, extra, store.login)
    assert store.size() == len(local) + 1
    load(store.load_at, outputs, store.login, replace=True)
    assert store.size() == len(local)


def test_a_named_graph_leaves_the_others_alone(store: Store, outputs: Path, local: ox.Store) -> None:
    load(store.load_at, outputs, store.login, replace=True)
    small = outputs.parent / "small"
    small.mkdir(exist_ok=True)
    (small / "graph.ttl").write_text('<urn:x> <urn:y> "z" .', encoding="utf-8")
    load(store.load_at, small, store.login, graph="urn:papers:a&b", replace=True)
    assert (store.size(), store.size("urn:papers:a&b")) == (len(local), 1)


@pytest.mark.parametrize("path", NAMED, ids=lambda path: path.stem)
def test_named_queries_give_the_same_rows_there_as_here(
    path: Path, store: Store, outputs: Path, local: ox.Store
) -> None:
    if store.size() != len(local):
        load(store.load_at, outputs, store.login, replace=True)
    text = path.read_text(encoding="utf-8")
    query = text if "PREFIX" in text else PREFIXES + text
    here = local.query(query)
    assert isinstance(here, ox.QuerySolutions)
    names = [variable.value for variable in here.variables]
    rows = Counter(tuple(plain(getattr(row[n], "value", None)) for n in names) for row in here)
    there = store.ask(query)
    if "LIMIT" in text.upper():
        assert sum(there.values()) == sum(rows.values())
    else:
        assert there == rows


def test_a_wrong_password_is_told_with_the_address_and_without_the_password(
    fuseki_server: Server, outputs: Path
) -> None:
    for login in (Login("editor", "not-the-password"), Login()):
        with pytest.raises(ServiceError) as caught:
            load(f"{fuseki_server.url}/data", outputs, login)
        text = str(caught.value)
        assert text.startswith(f"{fuseki_server.url}/data: it refused the user name or password; set SPARQL_USER")
        assert "not-the-password" not in text
        assert base64.b64encode(b"editor:not-the-password").decode() not in text


def test_an_address_without_a_store_is_told(oxigraph_server: Server, fuseki_server: Server, outputs: Path) -> None:
    for url, login in (
        (f"{oxigraph_server.url}/nothing", Login()),
        (f"{fuseki_server.url}x/data", Login("editor", PASSWORD)),
    ):
        with pytest.raises(ServiceError, match="no graph store"):
            load(url, outputs, login)


def test_a_server_that_dies_halfway_gives_one_clear_line_and_a_second_run_completes_the_load(
    outputs: Path, local: ox.Store, tmp_path: Path
) -> None:
    need("oxigraph")
    with servers.oxigraph(tmp_path) as server:

        def die(done: int, total: int) -> None:
            if done > total // 2 and server.process.poll() is None:
                server.kill()

        with pytest.raises(ServiceError, match=r"^http://127\.0\.0\.1:\d+/store: .*load again$"):
            load(f"{server.url}/store", outputs, Login(), progress=die)
    with servers.oxigraph(tmp_path) as server:
        store = Store(f"{server.url}/store", f"{server.url}/query", Login())
        assert 0 < store.size() < len(local)
        load(store.load_at, outputs, store.login)
        assert store.size() == len(local)
