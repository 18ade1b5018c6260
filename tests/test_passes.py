"""Large corpora: several processes and scratch files lead to the same bytes as one process without any."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import passes
from kg.building import build, derive, export
from kg.errors import NotBuilt
from kg.passes import pieces, read_piece
from kg.record_files import write_records
from kg.records import Extraction, Paper

SECOND = "1758153600"


@pytest.fixture(autouse=True)
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """All runs end in the same second."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", SECOND)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every corpus counts as large."""
    with monkeypatch.context() as patch:
        patch.setattr(passes, "SMALL", 0)
        yield


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.slow
@pytest.mark.usefixtures("large")
def test_several_processes_write_what_one_writes_and_leave_nothing_behind(root: Path, tmp_path: Path) -> None:
    formats = ("ttl", "nt", "graphml", "html")
    page = str(root / "examples/daily-papers.txt")
    build([page], tmp_path / "one", formats=formats, workers=1)
    build([page], tmp_path / "many", formats=formats, workers=2)
    one, many = contents(tmp_path / "one"), contents(tmp_path / "many")
    assert sorted(one) == sorted(many)
    assert [name for name in one if one[name] != many[name]] == []
    export(tmp_path / "many", ["jsonld"])
    export(tmp_path / "one", ["jsonld"])
    assert contents(tmp_path / "one") == contents(tmp_path / "many")


@pytest.mark.usefixtures("large")
def test_a_record_that_is_none_ends_the_passes_with_a_word_about_it(tmp_path: Path) -> None:
    write_records(tmp_path, [Extraction(paper=Paper(title="One"))])
    with (tmp_path / "records.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(NotBuilt, match="not a record of kg; build anew"):
        derive(tmp_path, workers=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["records.jsonl"]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
def test_pieces_are_whole_lines_and_all_of_them(tmp_path: Path, count: int) -> None:
    records = [Extraction(paper=Paper(title=f"Paper {n}", abstract="é" * (n * 37 % 50))) for n in range(20)]
    write_records(tmp_path, records)
    found = pieces(tmp_path / "records.jsonl", count)
    assert len(found) <= count
    assert [record for piece in found for record in read_piece(piece)] == records
