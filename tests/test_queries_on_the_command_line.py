"""``kg query``, ``kg export`` and ``kg validate`` from options to output and exit status."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rdflib

from kg.cli.results import laid_out, shown, width

Command = Callable[..., Any]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for name in ("graph.ttl", "evidence.ttl"):
        shutil.copy(Path(__file__).parent / "store" / name, tmp_path)
    return tmp_path


def test_without_a_query_the_named_ones_are_listed(kg: Command) -> None:
    found = kg("query")

    assert found.status == 0
    assert "papers-using\n    Papers that use, evaluate on or compare to" in found.out
    assert "    --concept  the method, architecture or dataset" in found.out


def test_rows_are_a_table_on_demand_without_the_columns_that_were_given(kg: Command, small: Path) -> None:
    found = kg("query", "-g", small, "datasets-with-architecture", "--concept", "RNN", "--format", "table")

    assert found.out == (
        "dataset_name   papers  dataset\n─────────────  ──────  ────────────────\n"
        "Penn Treebank  2       concept:treebank\nOakSet         1       concept:oak\n2 rows\n"
    )


def test_a_truth_value_is_yes_or_no(kg: Command, small: Path) -> None:
    assert kg("query", "-g", small, "ASK { ?s a kg:Dataset }", "--format", "table").out == "yes\n"
    assert kg("query", "-g", small, "ASK { ?s a kg:Task }", "--format", "table").out == "no\n"


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["papers-using", "--concept"], 2, "--concept: parameters of a query are written --name value"),
        (["papers-using", "LSTM"], 2, "LSTM: parameters of a query are written --name value"),
        (["papers-using", "--concept", "nothing"], 1, "nothing: no concept of the graph has this name or alias"),
        (["shared-concepts", "--min", "x"], 1, "'x' is no integer"),
        (["concept-timeline", "--since", "x"], 1, "has no parameter --since; it has --concept"),
        (["rising-concepts", "--since", "x"], 1, "'x' is no date"),
        (["SELECT * {"], 1, "query: error at 1:"),
        (["around-concept", "--format", "csv"], 1, "the result is a graph; --format table"),
        (["top-datasets", "--format", "docx"], 2, "docx"),
    ],
)
def test_a_mistake_is_one_line_and_a_status(
    words: list[str], status: int, message: str, kg: Command, small: Path
) -> None:
    found = kg("query", "-g", small, *words)

    assert found.status == status
    assert message in found.err
    assert found.err.count("\n") == 1


def test_a_table_has_nothing_that_a_terminal_would_obey_and_fits_it() -> None:
    assert shown("a\x1b[2J\u202eb\nc", {}) == "a [2J b c"
    assert [width(line) for line in laid_out(["a"], [["概念" * 9], ["e\u0301" * 40]], 20).splitlines()] == [
        1,
        20,
        19,
        20,
    ]


def test_a_built_folder_is_exported_valid_and_of_one_run(kg: Command, page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert kg("build", page, "-o", folder, "--formats", "ttl", "--date", "2025-09-18").status == 0
    exported = kg("export", folder, "--formats", "nt,jsonld")

    assert exported.out.split() == ["evidence.jsonld", "evidence.nt", "graph.jsonld", "graph.nt"]
    assert set(rdflib.Graph().parse(folder / "graph.nt")) == set(rdflib.Graph().parse(folder / "graph.ttl"))
    assert kg("validate", folder).out == f"{folder}: valid\n"


def test_a_broken_rule_is_told_with_status_1(kg: Command, page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    kg("build", page, "-o", folder, "--formats", "ttl", "--date", "2025-09-18")
    with (folder / "graph.ttl").open("a", encoding="utf-8") as file:
        file.write("<https://e.org/p> a schema:ScholarlyArticle .\n")
    found = kg("validate", folder)

    assert found.status == 1
    assert found.out.startswith("https://e.org/p: A paper has one title, a plain literal.\n")
    assert found.out.endswith(f"{folder}: 1 rule broken\n")


@pytest.mark.parametrize(
    "words", [["query", "-g"], ["show", "x", "-g"], ["similar", "x", "-g"], ["validate"], ["export"], ["serve"]]
)
def test_a_folder_without_a_graph_is_told_with_the_way_out(words: list[str], kg: Command, tmp_path: Path) -> None:
    found = kg(*words, tmp_path, *(["ASK {}"] if words[0] == "query" else []))

    assert found.status == 1
    assert "kg build" in found.err
