"""The whole way: a page in, a linked graph out, the same bytes whatever is accidental."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from kg import building, passes
from kg.building import build
from kg.errors import KgError, NoPapers, OutputError, SourceError
from kg.extraction import version
from kg.extraction.parallel import Readers
from kg.record_files import read_records
from kg.records import Extraction, Paper, Rejected

Result = Any
FORMATS = ("ttl", "graphml")
FILES = ("records.jsonl", "graph.ttl", "evidence.ttl", "graph.graphml")


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build notes the time it ran at; here always the same."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1758153600")


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a built folder."""
    return {name: (folder / name).read_bytes() for name in FILES}


def statements(folder: Path) -> set[tuple[str, str, str]]:
    """The edges of a built graph, by labels."""
    graph = nx.read_graphml(folder / "graph.graphml")
    label = dict(graph.nodes(data="label"))
    return {(label[a].split(":")[0], d["kind"], label[b].split(":")[0]) for a, b, d in graph.edges(data=True)}


def test_the_graph_of_a_page_of_three_papers(page: Path, tmp_path: Path) -> None:
    report = build([str(page)], tmp_path / "out", formats=FORMATS, date=date(2025, 9, 18))
    assert (report.papers, report.rejected, report.merged) == (3, [], 0)
    found = statements(tmp_path / "out")
    assert found >= {
        ("GateNet", "INTRODUCES", "GateNet"),
        ("GateNet", "COMPARES_TO", "long short-term memory"),
        ("GateNet", "EVALUATES_ON", "Penn Treebank"),
        ("GateNet", "HAS_CODE", "https"),
        ("Forgetting in recurrent memories", "EVALUATES_ON", "Penn Treebank"),
        ("Pictures without labels", "USES", "ResNet-50"),
        ("Pictures without labels", "HAS_CODE", "https"),
    }
    assert ("Forgetting in recurrent memories", "long short-term memory") in {(a, b) for a, _, b in found}
    assert ("Pictures without labels", "ImageNet") in {(a, b) for a, _, b in found}
    linked = {frozenset((a, b)) for a, kind, b in found if kind == "SHARES_CONCEPT"}
    assert linked == {frozenset(("GateNet", "Forgetting in recurrent memories"))}

    graph = nx.read_graphml(tmp_path / "out/graph.graphml")
    [(shared, weight)] = [(d["shared"], d["weight"]) for _, _, d in graph.edges(data=True) if "shared" in d]
    assert set(shared.split("; ")) == {"long short-term memory", "Penn Treebank", "GateNet"}
    assert 0 < weight < 1
    assert {d["date"] for _, d in graph.nodes(data=True) if d["kind"] == "Paper"} == {"2025-09-18"}
    assert "https://github.com/example/gatenet" in graph


def test_papers_in_another_order_give_the_same_bytes(page: Path, tmp_path: Path) -> None:
    head, *blocks = page.read_text(encoding="utf-8").split("\n\n")[1:]
    pairs = [blocks[i : i + 2] for i in range(0, len(blocks), 2)]
    build([str(page)], tmp_path / "one", formats=FORMATS, date=date(2025, 9, 18))
    # Under another name the source would be another: so in its place.
    page.write_text(
        "\n\n".join(["Daily Papers", head, *(b for pair in reversed(pairs) for b in pair)]), encoding="utf-8"
    )
    build([str(page)], tmp_path / "other", formats=FORMATS, date=date(2025, 9, 18))
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


@pytest.fixture(scope="module")
def example(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the example page, built in this process."""
    folder = tmp_path_factory.mktemp("example")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1758153600")
        build([str(root / "examples/daily-papers.txt")], folder, formats=FORMATS, date=date(2025, 9, 18))
    return contents(folder)


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_hash_seed_and_number_of_workers_give_the_same_bytes(
    root: Path, tmp_path: Path, example: dict[str, bytes], seed: str
) -> None:
    command = [sys.executable, "-m", "kg", "build", str(root / "examples/daily-papers.txt"), "--date", "2025-09-18"]
    command += ["--formats", ",".join(FORMATS), "--workers", "2" if seed == "0" else "1", "-o", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed})
    assert contents(tmp_path) == example


def test_a_page_in_two_parts_appended_gives_the_bytes_of_the_whole(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = (root / "examples/daily-papers.txt").read_text(encoding="utf-8").split("\n\n")
    cut = next(i for i, block in enumerate(blocks) if block.strip() == "Sep 17")
    monkeypatch.chdir(tmp_path)
    for name, part in (("one.txt", blocks[:cut]), ("two.txt", blocks[cut:])):
        Path(name).write_text("\n\n".join(part), encoding="utf-8")
    day = date(2025, 9, 18)
    whole = build(["one.txt", "two.txt"], "whole", formats=FORMATS, date=day)
    build(["one.txt"], "parts", formats=FORMATS, date=day)
    build(["two.txt"], "parts", formats=FORMATS, date=day, append=True)
    assert whole.papers == 27
    assert contents(Path("whole")) == contents(Path("parts"))


def test_what_is_appended_is_read_as_accurately_as_what_is_there(page: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.jsonl"
    more.write_text('{"title": "A study", "abstract": "We train an LSTM on CIFAR-10."}', encoding="utf-8")

    def extractors() -> set[str]:
        return {record.extractor for record in read_records(tmp_path / "out")}

    build([str(page)], tmp_path / "out", formats=["ttl"], accurate=True)
    report = build([str(more)], tmp_path / "out", formats=["ttl"], append=True)
    assert (report.papers, report.fresh, extractors()) == (4, 1, {version(accurate=True)})
    report = build([str(more)], tmp_path / "out", formats=["ttl"], append=True, accurate=False)
    assert (report.papers, report.fresh, extractors()) == (4, 4, {version()})


def test_a_failed_build_leaves_the_files_of_the_last_one(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    build([str(page)], folder, formats=FORMATS)
    before = contents(folder)

    def fails(content: object, place: Path) -> None:
        raise OutputError(f"{place}: no space left on device")

    monkeypatch.setattr(passes, "exporter", lambda name: fails)
    page.write_text(page.read_text(encoding="utf-8") + "\n\nOne more title\n\nWe add. We sum.\n", encoding="utf-8")
    with pytest.raises(OutputError):
        build([str(page)], folder, formats=FORMATS)
    assert contents(folder) == before
    assert not list(folder.glob(".new*"))


def test_an_interrupted_build_leaves_the_files_of_the_last_one_and_is_resumed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    build([str(page)], folder, formats=FORMATS)
    before = contents(folder)
    page.write_text(page.read_text(encoding="utf-8") + "\n\nOne more title\n\nWe add. We sum.\n", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(building, "assemble", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            build([str(page)], folder, formats=FORMATS)
    assert contents(folder) == before
    assert build([str(page)], folder, formats=FORMATS).papers == 4


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_evidence_and_rejected_records_of_an_earlier_build_do_not_stay_behind(tmp_path: Path) -> None:
    papers, folder = tmp_path / "papers.jsonl", tmp_path / "out"
    papers.write_text('{"title": "A study", "abstract": "We train an LSTM."}\n{"title": 3}\n', encoding="utf-8")
    report = build([str(papers)], folder, formats=FORMATS)
    assert len(report.rejected) == 1
    [row] = map(json.loads, (folder / "rejected.jsonl").read_text(encoding="utf-8").splitlines())
    assert row["record"] == "line 2"
    papers.write_text('{"title": "A study", "abstract": "We train an LSTM."}\n', encoding="utf-8")
    build([str(papers)], folder, formats=FORMATS, evidence=False)
    assert not (folder / "rejected.jsonl").exists()
    assert not (folder / "evidence.ttl").exists()


def test_the_first_bad_record_is_an_error_if_asked_for(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"title": "A study"}\n{"title": ""}\n', encoding="utf-8")
    with pytest.raises(SourceError, match="line 2"):
        build([str(papers)], tmp_path / "out", formats=FORMATS, strict=True)
    assert not (tmp_path / "out/records.jsonl").exists()


def test_no_usable_paper_is_an_error_that_says_why(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"title": ""}\n', encoding="utf-8")
    with pytest.raises(NoPapers, match=r"no usable paper there .*line 1"):
        build([str(papers)], tmp_path / "out", formats=FORMATS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"formats": ["xls"]}, "--formats: 'xls' is none; there are: ttl,"),
        ({"base": "nowhere"}, "--base: 'nowhere' must be"),
        ({"base": "https://example.org/x"}, "must be an http"),
        ({"base": "https://example.org/a b/"}, "--base"),
        ({"base": "https://example.org/<x>/"}, "--base"),
    ],
)
def test_unknown_formats_and_a_base_that_is_no_iri_are_refused_before_anything_is_read(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(KgError, match=message.replace("(", r"\(")):
        build(["nowhere"], tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_a_file_where_the_folder_should_be_is_an_error(page: Path) -> None:
    with pytest.raises(OutputError, match="cannot write there"):
        build([str(page)], page / "out", formats=FORMATS)


def test_papers_that_kill_their_reader_are_listed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_all(self: Readers, papers: Iterator[Paper]) -> Iterator[str | Rejected]:
        for paper in papers:
            if "GateNet" in paper.title:
                yield Rejected(source=paper.source, record=paper.title, reason="the process that read it died")
            else:
                yield Extraction(paper=paper, extractor=version()).as_json()

    monkeypatch.setattr(Readers, "read", read_all)
    report = build([str(page)], tmp_path / "out", formats=FORMATS)
    assert report.papers == 2
    assert [row.reason for row in report.rejected] == ["the process that read it died"]
    assert "GateNet" in (tmp_path / "out/rejected.jsonl").read_text(encoding="utf-8")


def test_progress_is_told_paper_by_paper(page: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    build([str(page)], tmp_path / "out", formats=FORMATS, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_line_of_extract_is_as_documented(page: Path, kg: Callable[..., Result]) -> None:
    lines = [json.loads(line) for line in kg("extract", page, "--date", "2025-09-18").out.splitlines()]
    # In the order of the page, which places in gold files count.
    assert [line["title"].split()[0] for line in lines] == ["GateNet:", "Forgetting", "Pictures"]
    for line in lines:
        assert list(line)[:5] == ["id", "title", "abstract", "url", "date"]
        assert line["date"] == "2025-09-18"
        for m in line["mentions"]:
            assert list(m) == ["text", "type", "label", "role", "field", "start", "end", "confidence", "source"]
            assert line[m["field"]][m["start"] : m["end"]] == m["text"]
    labels = [{m["label"] for m in line["mentions"]} for line in lines]
    assert "long short-term memory" in labels[0] & labels[1]


def test_the_real_page(shared: Path, tmp_path: Path, kg: Callable[..., Result]) -> None:
    source = shared / "input/daily-papers-sep-18.txt"
    assert kg("build", source, "-o", tmp_path, "--date", "2025-09-18", "--formats", "ttl,graphml").status == 0
    records = [json.loads(line) for line in (tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    titles = [record["paper"]["title"] for record in records]
    assert len(titles) == 59
    assert not {"Subscribe", "Daily Papers", "new", "Sep 18"} & set(titles)
    assert {record["paper"]["date"] for record in records} == {"2025-09-18"}
    assert all(len(record["paper"]["abstract"]) > 200 for record in records)

    graph = nx.read_graphml(tmp_path / "graph.graphml")
    codes = [node for node, kind in graph.nodes(data="kind") if kind == "Code"]
    assert len(codes) == 12
    assert all(code.startswith(("https://", "http://")) and " " not in code for code in codes)
    assert all(code[-1] not in ".,;:)" for code in codes)
    links = [d for _, _, d in graph.edges(data=True) if d["kind"] == "SHARES_CONCEPT"]
    generic = {d["label"] for _, d in graph.nodes(data=True) if d.get("generic")}
    shared_concepts = {name for d in links for name in d["shared"].split("; ")}
    assert links
    assert sorted(shared_concepts & (generic | {"neural network", "deep learning"})) == []
