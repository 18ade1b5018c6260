"""Running servers for the tests, each started at its first need; without the programs the tests skip and say so."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.building import build, derive
from kg.exporters import exporter
from kg.exporters.content import Content
from tests.services import servers
from tests.services.install import CACHE, missing
from tests.services.servers import NEO4J_PASSWORD, Server

HOSTILE = """\
Daily Papers

Sep 17

QuoteNet: "quoted", 'single', `back` <b>bold</b> & \\N; DROP

We propose QuoteNet ("a \\"net\\""), a residual network. It outperforms ResNet-50 on ImageNet.
See O'Brien's C:\\temp\\new.
A line of its own, with a comma, and a tab.

{long}

We train BERT on SQuAD and GLUE. Code is available at https://github.com/example/long_title?a=1&b=%22x%22.

Übergänge 深層学習 \u202eabc\u202c 🧠: GLUE again

We compare BERT with RoBERTa on GLUE and SQuAD.
"""


def need(*programs: str) -> None:
    """Skip a test whose programs are not there; in CI that is a failure."""
    tools = [tool for tool in ("java", "node") if not shutil.which(tool)]
    absent = [*tools, *(name for name in programs if missing(name))]
    if absent:
        why = f"not there: {', '.join(absent)}; run make services, which needs Java 17, Maven and npm"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example page and papers with hostile texts, built with every format."""
    folder = tmp_path_factory.mktemp("build")
    hostile = folder / "hostile.txt"
    hostile.write_text(HOSTILE.format(long="Long " * 2000 + "title"), encoding="utf-8")
    lines = folder / "more.jsonl"
    paper = {
        "title": "Lists; with \x00 separators\x1f and\x0b controls",
        "abstract": "We use BERT.\nOn a second line, GLUE.\n\n\"Quoted\", 'twice'.",
        "authors": ["O'Brien; Pat", 'Ann "A" Bee', "Zoë, 李"],
        "date": "2024-02-29",
        "id": "arxiv-2402.00001",
        "url": "https://arxiv.org/abs/2402.00001",
        "keywords": ["a; b", "c"],
    }
    lines.write_text(json.dumps(paper) + "\n", encoding="utf-8")
    example = Path(__file__).parent.parent.parent / "examples" / "daily-papers.txt"
    target = folder / "outputs"
    from datetime import date

    build(
        [str(example), str(hostile), str(lines)], target, formats=("ttl", "graphml"), date=date(2025, 9, 18), workers=1
    )
    content = derive(target)
    for name in ("gexf", "neo4j-csv", "csv", "parquet"):
        exporter(name)(content, target)
    return target


@pytest.fixture(scope="session")
def content(outputs: Path) -> Content:
    """What was built."""
    return derive(outputs)


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Neo4j with APOC and n10s."""
    need("neo4j", "neo4j-plugins")
    with servers.neo4j(tmp_path_factory.mktemp("neo4j"), plugins=True) as server:
        yield server


@pytest.fixture(scope="session")
def fuseki_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Fuseki that asks for a password."""
    need("fuseki")
    with servers.fuseki(tmp_path_factory.mktemp("fuseki"), "s3cret pass:word") as server:
        yield server


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of Oxigraph."""
    need("oxigraph")
    with servers.oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture
def cypher() -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """A function that asks a Neo4j server and gives rows."""
    neo4j = pytest.importorskip("neo4j")
    drivers = []

    def ask(server: Server, query: str, **parameters: Any) -> list[dict[str, Any]]:
        driver = neo4j.GraphDatabase.driver(
            server.url, auth=("neo4j", NEO4J_PASSWORD), notifications_min_severity="OFF"
        )
        drivers.append(driver)
        return [dict(record) for record in driver.execute_query(query, parameters).records]

    yield ask
    for driver in drivers:
        driver.close()


@pytest.fixture(scope="session")
def gephi() -> Callable[..., list[dict[str, Any]]]:
    """A function that imports files with Gephi's importer."""
    need("gephi")
    jar = next((CACHE / "gephi").glob("*.jar"))

    def run(*paths: Path) -> list[dict[str, Any]]:
        program = Path(__file__).with_name("Importer.java")
        command = [*servers.JVM, "-cp", str(jar), str(program), *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    return run


@pytest.fixture(scope="session")
def graphology() -> Callable[..., list[dict[str, Any]]]:
    """A function that reads files with graphology."""
    need("graphology")

    def run(*paths: Path) -> list[dict[str, Any]]:
        command = ["node", str(CACHE / "graphology" / "graphology.mjs"), *map(str, paths)]
        found: list[dict[str, Any]] = json.loads(
            subprocess.run(command, capture_output=True, text=True, check=True).stdout
        )
        return found

    return run
