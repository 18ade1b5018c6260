import csv
from pathlib import Path

import pytest

from kg.exporters.neo4j_csv import command, write_neo4j_csv
from kg.rows import EDGE_FACTS, NODE_FACTS
from tests.exporters.graphs import ABSTRACT, TITLE, hostile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_neo4j_csv(hostile(), tmp_path)
    return tmp_path / "neo4j-csv"


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a file under the names of its header."""
    (header,) = csv.reader((folder / f"{name}-header.csv").read_text(encoding="utf-8").splitlines())
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [dict(zip(header, row, strict=True)) for row in csv.reader(file)]


def test_hostile_texts_come_back_as_they_were(folder: Path) -> None:
    (paper,) = (row for row in table(folder, "Paper") if row["date:date"])
    assert (paper["label:string"], paper["abstract:string"]) == (TITLE, ABSTRACT)
    assert paper["authors:string[]"].split("\x1f") == ["O'Brien; Pat", 'Ann "A" Bee']
    assert paper["date:date"] == "2024-02-29"
    assert paper[":LABEL"] == "Paper"


def test_concepts_have_their_kind_as_a_second_label_and_aliases_as_a_list(folder: Path) -> None:
    (bert,) = (row for row in table(folder, "Concept") if row["id:string"] == "concept/bert")
    assert bert[":LABEL"].split("\x1f") == ["Concept", "Architecture"]
    assert bert["aliases:string[]"].split("\x1f") == ["a; b", "Ünïcode"]
    assert bert["generic:boolean"] == "false"


def test_every_edge_is_there_once_with_ends_that_exist(folder: Path) -> None:
    ids = {row["iri:ID"] for label in NODE_FACTS for row in table(folder, label)}
    edges = [row for kind in EDGE_FACTS for row in table(folder, kind)]
    assert len(edges) == hostile().graph.number_of_edges()
    assert {row[":START_ID"] for row in edges} | {row[":END_ID"] for row in edges} <= ids


def test_edges_carry_the_words_they_were_read_from(folder: Path) -> None:
    (edge,) = (r for r in table(folder, "EVALUATES_ON") if r["roles:string[]"] == "evaluates_on\x1fuses")
    assert edge["evidence_start:long[]"] == "7\x1f53"
    assert edge["evidence_text:string[]"] == "BERT\x1fBERT"


def test_the_script_names_the_files_that_hold_rows_and_no_others(folder: Path) -> None:
    script = (folder / "import.sh").read_text(encoding="utf-8")
    assert "--nodes=Paper-header.csv,Paper.csv" in script
    assert "--relationships=HAS_CODE-header.csv,HAS_CODE.csv" in script
    assert "COMPARES_TO" not in script
    assert "--array-delimiter=U+001F --multiline-fields=true" in script


def test_the_readme_tells_the_conditions(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "neo4j-admin database import full" in text
    assert "not running" in text
    assert "{{" not in text


def test_the_script_imports_nodes_then_relationships_into_the_database_it_is_told() -> None:
    assert (
        command(["Paper", "Code", "USES"])
        == """\
#!/bin/sh
# Import into a database that is stopped or does not exist yet, see README.md.
cd "$(dirname "$0")" || exit 1
exec neo4j-admin database import full \\
  --nodes=Paper-header.csv,Paper.csv \\
  --nodes=Code-header.csv,Code.csv \\
  --relationships=USES-header.csv,USES.csv \\
  --array-delimiter=U+001F --multiline-fields=true --overwrite-destination=true \\
  --report-file="${TMPDIR:-/tmp}/kg-import.report" "${1:-neo4j}"
"""
    )


def test_the_constraints_make_the_iri_of_every_kind_of_node_unique(folder: Path) -> None:
    assert (
        (folder / "constraints.cypher").read_text(encoding="utf-8")
        == """\
CREATE CONSTRAINT kg_paper IF NOT EXISTS FOR (n:Paper) REQUIRE n.iri IS UNIQUE;
CREATE CONSTRAINT kg_concept IF NOT EXISTS FOR (n:Concept) REQUIRE n.iri IS UNIQUE;
CREATE CONSTRAINT kg_code IF NOT EXISTS FOR (n:Code) REQUIRE n.iri IS UNIQUE;
"""
    )


def test_a_link_is_a_row_with_its_type_and_its_weight_as_a_number(folder: Path) -> None:
    (link,) = table(folder, "SHARES_CONCEPT")
    assert (link[":TYPE"], link["weight:double"]) == ("SHARES_CONCEPT", "0.5")
