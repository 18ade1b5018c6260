import csv
import sys
from pathlib import Path

import pytest

import kg
from kg.errors import MissingExtra
from kg.exporters.tables import TABLES, batches, cell, write_csv, write_parquet
from kg.frames import frame
from tests.exporters.graphs import ABSTRACT, CODE, CONCEPTS, TITLE, hostile


def test_csv_has_a_file_a_table_and_keeps_hostile_texts(tmp_path: Path) -> None:
    write_csv(hostile(), tmp_path)
    assert {path.stem for path in (tmp_path / "csv").iterdir()} == set(TABLES)
    with (tmp_path / "csv" / "papers.csv").open(encoding="utf-8", newline="") as file:
        (paper,) = (row for row in csv.DictReader(file) if row["date"])
    assert (paper["title"], paper["abstract"], paper["date"]) == (TITLE, ABSTRACT, "2024-02-29")


def test_parquet_keeps_dates_and_lists(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    write_parquet(hostile(), tmp_path)
    (paper,) = (row for row in pq.read_table(tmp_path / "parquet" / "papers.parquet").to_pylist() if row["date"])
    assert paper["date"].isoformat() == "2024-02-29"
    assert paper["authors"] == ["O'Brien; Pat", 'Ann "A" Bee']
    (link,) = pq.read_table(tmp_path / "parquet" / "links.parquet").to_pylist()
    assert link["shared"] == ['BERT; the "model" & <co>']


def test_tables_join_with_the_graph() -> None:
    pytest.importorskip("pandas")
    content = hostile()
    frames = {name: frame(table, content) for name, table in TABLES.items()}
    assert set(frames["papers"]["paper"]) | set(frames["concepts"]["concept"]) <= set(content.graph)
    pairs = zip(frames["statements"]["paper"], frames["statements"]["target"], strict=True)
    assert all(content.graph.has_edge(*pair) for pair in pairs)
    assert len(frames["mentions"]) == 5
    assert str(frames["papers"]["date"].dtype).startswith("datetime64")


def test_a_missing_part_is_named_with_the_way_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyarrow", "pyarrow.parquet", "pandas"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"pip install 'paper-kg\[tables\]'"):
        write_parquet(hostile(), tmp_path)
    with pytest.raises(MissingExtra, match=r"pip install 'paper-kg\[tables\]'"):
        frame(TABLES["papers"], hostile())


def test_kg_tables_reads_a_built_folder(page: Path, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    kg.build([str(page)], tmp_path / "out", formats=("ttl",), workers=1)
    assert len(kg.tables(tmp_path / "out")["papers"]) == 3


def test_the_rows_of_concepts_code_statements_and_mentions() -> None:
    content = hostile()
    other, paper = (paper.key for paper, _ in content.papers())
    bert = (CONCEPTS["bert"].label, "Architecture")

    rows = {name: list(table.rows(content)) for name, table in TABLES.items()}

    assert [row[-1] for row in rows["papers"]] == [2, 3]
    assert rows["concepts"] == [
        ("concept/bert", *bert, ("a; b", "Ünïcode"), ("concept/transformer",), False, (), "scheme", 2),
        ("concept/glue", "GLUE", "Dataset", (), (), False, (), None, 1),
        ("concept/transformer", "Transformer", "Architecture", (), (), True, (), None, 0),
    ]
    assert rows["code"] == [(paper, CODE, 0.9)]
    assert rows["statements"] == [
        (other, "mentions", "concept/bert", *bert, 0.9),
        (other, "evaluates_on", "concept/glue", "GLUE", "Dataset", 0.9),
        (paper, "evaluates_on", "concept/bert", *bert, 0.9),
        (paper, "uses", "concept/bert", *bert, 0.9),
        (paper, "has_code", CODE, CODE, "Code", 0.9),
    ]
    kind = "Architecture"
    assert rows["mentions"] == [
        (other, "abstract", 0, 4, "GLUE", "Dataset", "glue", "concept/glue", "evaluates_on", 0.9, "test"),
        (other, "abstract", 9, 13, "BERT", kind, "bert", "concept/bert", "mentions", 0.9, "test"),
        (paper, "abstract", 7, 11, "BERT", kind, "bert", "concept/bert", "uses", 0.9, "test"),
        (paper, "abstract", 53, 57, "BERT", kind, "bert", "concept/bert", "evaluates_on", 0.9, "test"),
        (paper, "abstract", 20, 24, "code", "Code", CODE, CODE, "has_code", 0.9, "test"),
    ]


def test_cells_of_csv_join_lists_and_leave_what_is_absent_empty(tmp_path: Path) -> None:
    write_csv(hostile(), tmp_path)
    assert (tmp_path / "csv" / "concepts.csv").read_text(encoding="utf-8").splitlines() == [
        "concept,label,kind,aliases,broader,generic,exact_match,source,papers",
        'concept/bert,"BERT; the ""model"" & <co>",Architecture,a; b; Ünïcode,concept/transformer,false,,scheme,2',
        "concept/glue,GLUE,Dataset,,,false,,,1",
        "concept/transformer,Transformer,Architecture,,,true,,,0",
    ]
    assert [cell("=1+1"), cell(0.5), cell(None)] == ["'=1+1", 0.5, ""]


def test_rows_come_in_batches_of_the_size_that_is_asked_for() -> None:
    assert list(batches([(1,), (2,), (3,)], 2)) == [[(1,), (2,)], [(3,)]]
