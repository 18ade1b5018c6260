"""Every block of docs/loading.md is run, in the order of the page, against running servers."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services import servers
from tests.services.conftest import need
from tests.services.servers import NEO4J_PASSWORD, Server

pytestmark = pytest.mark.services

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "loading.md").read_text(encoding="utf-8")
Ask = Callable[..., list[dict[str, Any]]]


def blocks(section: str, language: str) -> list[str]:
    """The blocks of a section in a language."""
    body = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```", body, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in, with the example built as the page begins."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "examples").symlink_to(ROOT / "examples")
    shell(PAGE.split("```sh\n")[1].split("```")[0], folder)
    return folder


def shell(script: str, folder: Path, path: str = "", stdin: str = "", **env: str) -> str:
    """Run a block as a person would, and give what it printed."""
    paths = os.pathsep.join(filter(None, (path, str(Path(sys.executable).parent), os.environ["PATH"])))
    given = {name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "SPARQL_"))}
    env = given | {"PATH": paths} | env
    command = ["bash", "-e", "-c", script]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=folder, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert NEO4J_PASSWORD not in done.stdout + done.stderr
    return done.stdout


def run_cypher(text: str, server: Server, cypher: Ask) -> list[dict[str, Any]]:
    """Run the statements of a block; gives the rows of the last."""
    rows: list[dict[str, Any]] = []
    for statement in text.split(";\n"):
        rows = cypher(server, statement)
    return rows


def test_loading_over_bolt(place: Path, neo4j_server: Server, cypher: Ask) -> None:
    cypher(neo4j_server, "MATCH (n) DETACH DELETE n")
    first, again = blocks("Neo4j over Bolt", "sh")
    local = "bolt://localhost:7687"
    assert " new)" in shell(first.replace(local, neo4j_server.url), place, stdin=f"{NEO4J_PASSWORD}\n")
    printed = shell(again.replace(local, neo4j_server.url), place, NEO4J_PASSWORD=NEO4J_PASSWORD)
    assert printed.count("(0 new)") == 2
    for block in blocks("Neo4j over Bolt", "cypher"):
        assert run_cypher(block, neo4j_server, cypher)


def test_importing_with_neo4j_admin(place: Path, tmp_path: Path) -> None:
    need("neo4j")
    home = servers.neo4j_home(tmp_path, 1)
    (block,) = blocks("Neo4j by neo4j-admin", "sh")
    assert "IMPORT DONE" in shell(block, place, path=str(servers.admin_script(tmp_path / "bin", home)))


def test_importing_with_apoc_and_n10s(place: Path, neo4j_server: Server, cypher: Ask) -> None:
    folder = neo4j_server.folder / "home" / "import"
    cypher(neo4j_server, "MATCH (n) DETACH DELETE n")
    shutil.copy(place / "outputs" / "graph.graphml", folder)
    shutil.copy(place / "outputs" / "graph.ttl", folder)
    (block,) = blocks("Neo4j by APOC", "cypher")
    (row,) = run_cypher(block, neo4j_server, cypher)
    assert row["nodes"] > 100
    cypher(neo4j_server, "MATCH (n) DETACH DELETE n")
    (block,) = blocks("Neo4j by n10s", "cypher")
    (row,) = run_cypher(block.replace("file:///var/lib/neo4j/import", folder.as_uri()), neo4j_server, cypher)
    assert row["terminationStatus"] == "OK"
    cypher(neo4j_server, "MATCH (n) DETACH DELETE n")
    cypher(neo4j_server, "DROP CONSTRAINT n10s_unique_uri")


def test_exporting_for_gephi(place: Path) -> None:
    (block,) = blocks("Gephi", "sh")
    shell(block, place)
    assert (place / "outputs" / "graph.gexf").exists()


def test_loading_into_triple_stores(place: Path, oxigraph_server: Server, tmp_path: Path) -> None:
    need("fuseki")
    with servers.fuseki(tmp_path) as fuseki:
        for block in blocks("Triple stores", "sh"):
            script = block.replace("http://localhost:3030/ds", fuseki.url)
            script = script.replace("http://localhost:7878", oxigraph_server.url)
            assert "triples" in shell(script, place)
