import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import MissingExtra, ServiceError
from kg.loaders import neo4j as loader
from kg.loaders.neo4j import Login, batches, constraints, edge_row, edge_statement, load, node_row, node_statement
from kg.rows import Rows
from tests.exporters.graphs import hostile


@pytest.fixture
def rows() -> Rows:
    content = hostile()
    return Rows(content.graph, content.papers, content.concepts, content.links)


def test_a_kind_replaces_the_other_kinds() -> None:
    statement = node_statement(("Concept", "Dataset"))
    assert "MERGE (n:`Concept` {iri: row.iri})" in statement
    assert "REMOVE n:`Architecture`:`Method`:`Task`" in statement
    assert "SET n:`Concept`:`Dataset`" in statement


def test_no_name_is_left_to_fill_in(rows: Rows) -> None:
    for statement in (edge_statement("Paper", "USES", "Concept"), node_statement(("Paper",)), *loader.pruning()):
        assert "{kind}" not in statement
        assert "{label" not in statement


def test_texts_of_papers_are_parameters_and_never_part_of_a_statement(rows: Rows) -> None:
    for statement, _ in (*map(node_row, rows.nodes()), *map(edge_row, rows.edges())):
        assert "ticks" not in statement
        assert "BERT" not in statement


def test_batches_are_full_and_lose_no_row(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "BATCH", 2)
    found = list(batches([*map(node_row, rows.nodes()), *map(edge_row, rows.edges())]))
    assert all(0 < len(batch) <= 2 for _, batch in found)
    assert sum(len(batch) for _, batch in found) == rows.count()


def test_every_first_label_has_a_constraint() -> None:
    assert [text.split()[2] for text in constraints()] == ["kg_paper", "kg_concept", "kg_code"]


def test_the_state_of_a_graph_changes_with_the_graph(rows: Rows) -> None:
    content = hostile()
    content.graph.nodes["concept/bert"]["kind"] = "Method"
    assert Rows(content.graph, content.papers, content.concepts, content.links).build != rows.build
    assert len(rows.build) == 12


def test_no_server_is_one_line_with_the_address(rows: Rows) -> None:
    pytest.importorskip("neo4j")
    with pytest.raises(ServiceError) as caught:
        load("bolt://127.0.0.1:1", rows, Login("neo4j", "s3cret"))
    assert str(caught.value).startswith("bolt://127.0.0.1:1: no Neo4j server answers there")
    assert "s3cret" not in repr(caught.value)
    assert "\n" not in str(caught.value)


def test_a_login_does_not_show_its_password() -> None:
    assert "s3cret" not in repr(Login("neo4j", "s3cret"))


def test_without_the_driver_the_way_to_install_it_is_named(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neo4j", None)
    with pytest.raises(MissingExtra, match=r"pip install 'paper-kg\[neo4j\]'"):
        load("bolt://127.0.0.1:1", rows, Login())


def test_the_command_prints_one_line_and_nothing_of_the_driver(page: Path, tmp_path: Path) -> None:
    pytest.importorskip("neo4j")
    run = [sys.executable, "-m", "kg"]
    outputs = str(tmp_path / "out")
    subprocess.run([*run, "build", str(page), "-o", outputs, "--formats", "ttl"], check=True, capture_output=True)
    done = subprocess.run(
        [*run, "load", "neo4j", "bolt://127.0.0.1:1", outputs],
        capture_output=True, text=True, check=False, env=os.environ | {"NEO4J_PASSWORD": "s3cret"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kg: bolt://127.0.0.1:1: ")
    assert done.stderr.count("\n") == 1
    assert "s3cret" not in done.stderr
