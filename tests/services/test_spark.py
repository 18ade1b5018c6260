"""The same graph on Spark: real PySpark on two cores of this machine against a build without it."""

import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kg.building import build
from kg.records import Extraction, Paper, Rejected
from tests.conftest import SHARED
from tests.services.conftest import need

pytestmark = [
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    # Spark's own: pandas 3 is newer than it knows, and its sockets and files are closed when its processes end.
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning", "ignore::ResourceWarning"),
]
PAPERS = int(os.environ.get("KG_SPARK_PAPERS", "2000"))


def lines(count: int) -> Iterator[str]:
    """Papers as JSON Lines; every second one names the same concept, and two in a hundred are no papers."""
    corpus = SHARED / "data/abstracts.jsonl.gz"
    if corpus.exists():
        with gzip.open(corpus, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in islice(file, count)]
    else:
        rows = [
            {"title": f"Net{i % 97}x: a study of memory number {i}", "id": str(i), "url": f"https://example.org/{i}",
             "abstract": f"We propose Net{i % 97}x. It beats ResNet-{i % 30} and BERT on CIFAR-10 and GLUE-{i % 13}."}
            for i in range(count)
        ]  # fmt: skip
    for number, row in enumerate(rows):
        extra = " We compare with SkewedNet-3 in all experiments." if number % 2 else ""
        yield json.dumps({**row, "abstract": row["abstract"] + extra}) + "\n"
        if number % 100 == 7:
            yield '{"title": ""}\n{"title": \n'
        if number % 100 == 9:  # another source tells of the same paper
            yield json.dumps({"title": row["title"].upper(), "venue": "A venue"}) + "\n"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark session on two cores."""
    need()
    pytest.importorskip("pyspark", reason="make services installs it")
    from kg.spark.session import session

    found = session("local[2]")
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()


@pytest.fixture(scope="module")
def outputs(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Any, Any]:
    """The folders and reports of a local build and of one on Spark, from the same three files."""
    from kg import spark as engine

    folder = tmp_path_factory.mktemp("spark")
    text = list(lines(PAPERS))
    third = len(text) // 3
    for number in range(3):
        part = text[number * third : (number + 1) * third if number < 2 else None]
        (folder / f"part-{number}.jsonl").write_text("".join(part), encoding="utf-8")
    local = build([folder / "part-*.jsonl"], folder / "local", formats=("nt", "parquet"))
    found = engine.build(spark, [folder / "part-*.jsonl"], folder / "spark")
    return folder / "local", folder / "spark", local, found


def statements(texts: Iterable[str]) -> set[str]:
    """Triples without the time of the run."""
    whole = {line for text in texts for line in text.splitlines() if "endedAtTime" not in line}
    return {re.sub(r"/run/[^>]*>", "/run/>", line) for line in whole}


def parts(folder: Path) -> Iterator[str]:
    """The texts of the parts of a partitioned file."""
    return (path.read_text(encoding="utf-8") for path in sorted(folder.glob("part-*")))


@pytest.mark.parametrize("name", ["graph.nt", "evidence.nt"])
def test_spark_states_what_a_local_build_states(outputs: tuple[Path, Path, Any, Any], name: str) -> None:
    local, other, *_ = outputs
    mine, theirs = statements([(local / name).read_text(encoding="utf-8")]), statements(parts(other / name))
    assert sorted(mine - theirs)[:5] == sorted(theirs - mine)[:5] == []
    assert len(mine) > 1000


def test_records_that_are_no_papers_are_kept_with_the_reason(spark: Any, outputs: tuple[Path, Path, Any, Any]) -> None:
    _, other, local, found = outputs
    assert (found.papers, found.links, found.rejected) == (local.papers, local.links, len(local.rejected))
    rows = spark.read.parquet(str(other / "records")).where("reason != ''").collect()
    assert len(rows) == found.rejected > 0
    assert all(Rejected.model_validate_json(row["record"]).reason == row["reason"] for row in rows)


def test_tables_and_rows_for_neo4j_are_as_many_as_a_local_build_has(
    spark: Any, outputs: tuple[Path, Path, Any, Any]
) -> None:
    local, other, *_ = outputs
    for name in ("papers", "concepts", "statements", "links", "mentions"):
        mine = spark.read.parquet(str(local / "parquet" / f"{name}.parquet"))
        assert spark.read.parquet(str(other / "parquet" / name)).count() == mine.count(), name
    papers = "".join(parts(other / "neo4j-csv" / "Paper"))
    assert papers.count('"Paper"\n') == spark.read.parquet(str(other / "parquet/papers")).count()


def test_a_record_that_cannot_be_read_leaves_the_others_alone(spark: Any) -> None:
    from kg.spark.stages import extracted_each

    def read(papers: Iterable[Paper]) -> Iterator[Extraction]:
        for paper in papers:
            if "bad" in paper.title:
                raise ValueError("no way")
            yield Extraction(paper=paper)

    records = [Extraction(paper=Paper(title=title, id=title)) for title in ("One", "A bad one", "Two", "Three")]
    found = list(extracted_each(records, read))
    assert [reason for *_, reason in found] == ["", "ValueError: no way", "", ""]
    assert Rejected.model_validate_json(found[1][1]).record == "A bad one"


def test_parquet_is_read_with_the_names_of_its_columns(spark: Any, tmp_path: Path) -> None:
    from kg.spark.building import read
    from kg.spark.stages import read_lines

    rows = [("A study of BERT", "We use BERT.", "2024-01-05"), ("Another study", "We use GLUE.", None)]
    spark.createDataFrame(rows, "Title string, Abstract string, Date string").write.parquet(
        str(tmp_path / "in.parquet")
    )
    lines = read(spark, [str(tmp_path / "in.parquet")]).collect()
    [frame] = read_lines(iter([pd.DataFrame([row.asDict() for row in lines])]), None)
    assert sorted(Paper.model_validate_json(text).title for text in frame["paper"]) == [
        "A study of BERT",
        "Another study",
    ]
