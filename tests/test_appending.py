"""Day by day gives what one build over everything gives, byte for byte."""

import hashlib
import json
from itertools import permutations
from pathlib import Path

import pytest

import kg.building
import kg.extraction
from kg.building import build, remove
from kg.errors import KgError, NoPapers, NotFound, SourceError
from kg.extraction.parallel import Readers
from kg.record_files import JOURNAL, locked

MONDAY = """\
{"title": "GateNet: Gated memories", "abstract": "We propose GateNet. It beats the LSTM on PTB.", "date": "2025-09-15"}
{"title": "Forgetting", "abstract": "We study how a long short-term memory forgets on Penn Treebank.", "id": "7"}
"""
TUESDAY = """\
{"title": "Gatenet: gated memories", "arxiv_id": "2509.00001v2", "authors": ["Ada Noor"], "date": "2025-09-16"}
{"title": "Pictures", "abstract": "We train a ResNet-50 and GateNet on ImageNet.", "arxiv_id": "2509.00002"}
no paper
"""
WEDNESDAY = """\
{"title": "FORGETTING", "abstract": "We study how a long short-term memory forgets on Penn Treebank and PTB."}
{"title": "Pictures, again", "abstract": "We prune a ResNet-50 on ImageNet.", "arxiv_id": "2509.00002v3"}
"""
FORMATS = ("ttl", "graphml")


@pytest.fixture(autouse=True)
def days(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1758153600")
    monkeypatch.chdir(tmp_path)
    for name, text in (("monday", MONDAY), ("tuesday", TUESDAY), ("wednesday", WEDNESDAY)):
        Path(name).write_text(text)
    return ["monday", "tuesday", "wednesday"]


def digests(folder) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(Path(folder).iterdir()) if p.is_file()}


@pytest.mark.parametrize("order", list(permutations(["monday", "tuesday", "wednesday"])))
def test_feeds_appended_in_any_order_give_the_bytes_of_one_build_over_all(days, order):
    build(days, "whole", formats=FORMATS)
    for day in order:
        build([day], "daily", formats=FORMATS, append=True)
    assert digests("daily") == digests("whole")
    assert set(digests("whole")) >= {"records.jsonl", "graph.ttl", "evidence.ttl", "graph.graphml", "rejected.jsonl"}


def test_one_day_after_another_with_feeds_that_overlap_gives_the_same_bytes(days):
    build(days, "whole", formats=FORMATS)
    for some in (days[:2], days[1:], days[:1]):
        build(some, "daily", formats=FORMATS, append=True)
    assert digests("daily") == digests("whole")


def read_titles(monkeypatch) -> list[str]:
    """The titles of the papers whose text is read from now on."""
    titles: list[str] = []
    read = Readers.read

    def spy(self, papers):
        papers = list(papers)
        titles.extend(paper.title for paper in papers)
        return read(self, papers)

    monkeypatch.setattr(Readers, "read", spy)
    return titles


def test_only_texts_that_are_new_or_changed_are_read(days, monkeypatch):
    build(["monday"], "out", formats=FORMATS)
    titles = read_titles(monkeypatch)
    report = build(["monday", "wednesday"], "out", formats=FORMATS, append=True)
    assert titles == ["Forgetting", "Pictures, again"]  # the first has a longer abstract now
    assert (report.papers, report.fresh, report.merged) == (3, 2, 1)


def test_nothing_is_read_again_where_nothing_is_new(days, monkeypatch):
    build(days, "out", formats=FORMATS)
    titles = read_titles(monkeypatch)
    before = digests("out")
    assert build(days, "out", formats=FORMATS, append=True).fresh == 0
    assert titles == []
    assert digests("out") == before


def test_another_version_of_the_extractor_reads_everything_again(days, monkeypatch):
    build(["monday"], "out", formats=FORMATS)
    for module in (kg.building, kg.extraction):
        monkeypatch.setattr(module, "version", lambda accurate: "next")
    assert build(["tuesday"], "out", formats=FORMATS, append=True).papers == 3
    lines = [json.loads(line) for line in Path("out/records.jsonl").read_text().splitlines()]
    assert {line["extractor"] for line in lines} == {"next"}


@pytest.mark.parametrize("append", [True, False])
@pytest.mark.parametrize("torn", [0, 1, 25])
def test_a_killed_build_goes_on_where_it_stopped(days, monkeypatch, append, torn):
    build(days, "whole", formats=FORMATS)
    read = Readers.read

    def dying(self, papers):
        for done, found in enumerate(read(self, papers)):
            if done == 2:
                raise KeyboardInterrupt
            yield found

    monkeypatch.setattr(Readers, "read", dying)
    with pytest.raises(KeyboardInterrupt):
        build(days, "out", formats=FORMATS, append=append)
    journal = Path("out") / JOURNAL
    journal.write_bytes(journal.read_bytes()[: -torn or None])
    monkeypatch.setattr(Readers, "read", read)
    titles = read_titles(monkeypatch)
    build(days, "out", formats=FORMATS, append=append)
    assert len(titles) == (3 if torn else 2)
    assert digests("out") == digests("whole")


def test_papers_of_a_killed_build_do_not_slip_into_the_next_one(days, monkeypatch):
    build(["monday"], "whole", formats=FORMATS)
    read = Readers.read

    def dying(self, papers):
        yield from read(self, papers)
        raise KeyboardInterrupt

    monkeypatch.setattr(Readers, "read", dying)
    with pytest.raises(KeyboardInterrupt):
        build(["tuesday"], "out", formats=FORMATS)
    monkeypatch.setattr(Readers, "read", read)
    build(["monday"], "out", formats=FORMATS, append=True)
    assert digests("out") == digests("whole")


def test_half_a_last_line_of_the_records_is_mended_by_appending_its_source(days):
    build(days, "whole", formats=FORMATS)
    build(days, "out", formats=FORMATS)
    path = Path("out/records.jsonl")
    path.write_bytes(path.read_bytes()[:-30])
    build(days, "out", formats=FORMATS, append=True)
    assert digests("out") == digests("whole")


def test_formats_that_are_there_are_written_again_with_the_base_and_evidence_of_the_last_build(days):
    build(["monday"], "out", formats=["nt", "ttl"], base="https://example.org/", evidence=False)
    build(["tuesday"], "out", formats=["graphml"], append=True)
    assert sorted(digests("out")) == [
        ".lock", ".settings.json", "graph.graphml", "graph.nt", "graph.ttl", "records.jsonl", "rejected.jsonl",
    ]  # fmt: skip
    assert "<https://example.org/paper/pictures-" in Path("out/graph.nt").read_text()


def test_a_source_without_papers_leaves_the_folder_as_it_was(days):
    build(["monday"], "out", formats=FORMATS)
    before = digests("out")
    Path("empty").write_text('{"title": "", "abstract": "We sum."}\n')
    with pytest.raises(NoPapers, match="no usable paper there"):
        build(["empty"], "out", formats=FORMATS, append=True)
    with pytest.raises(SourceError, match="--strict"):
        build(["tuesday"], "out", formats=FORMATS, append=True, strict=True)
    assert digests("out") == before


def test_rejected_records_are_kept_until_their_source_is_read_again(days):
    build(["tuesday"], "out", formats=FORMATS)
    build(["monday"], "out", formats=FORMATS, append=True)
    assert '"source": "tuesday"' in Path("out/rejected.jsonl").read_text()
    Path("tuesday").write_text(TUESDAY.replace("no paper\n", ""))
    build(["tuesday"], "out", formats=FORMATS, append=True)
    assert not Path("out/rejected.jsonl").exists()


def test_removing_papers_gives_the_bytes_of_a_build_without_them(days):
    build(["monday"], "whole", formats=FORMATS)
    Path("more").write_text(MONDAY + TUESDAY.splitlines()[1] + "\n" + WEDNESDAY.splitlines()[1] + "\n")
    build(["more"], "out", formats=FORMATS)
    gone = remove(["Pictures", "Pictures, again"], "out")
    assert [paper.title for paper in gone] == ["Pictures", "Pictures, again"]
    assert {k: v for k, v in digests("out").items() if k != "records.jsonl"} == {
        k: v for k, v in digests("whole").items() if k != "records.jsonl"
    }  # the records tell of their source


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2509.00002", r"2 papers answer to this: Pictures \(pictures-.*; name one of them"),
        ("Nothing like it", "no paper there has this id, address or title"),
    ],
)
def test_a_name_of_no_paper_or_of_several_removes_nothing(days, name, message):
    build(days, "out", formats=FORMATS)
    before = digests("out")
    with pytest.raises(NotFound, match=message):
        remove([name], "out")
    assert digests("out") == before


def test_the_last_paper_cannot_be_removed(days):
    build(["monday"], "out", formats=FORMATS)
    with pytest.raises(NoPapers, match="delete the folder instead"):
        remove(["Forgetting", "GateNet"], "out")


def test_a_second_build_in_the_folder_says_so_and_stops(days, kg):
    Path("out").mkdir()
    with locked(Path("out")):
        outcome = kg("build", "monday", "-o", "out")
    assert outcome.status == 1
    assert outcome.err == ("kg: out: another build is writing there; wait for it or choose another folder with -o\n")


def test_a_wrong_source_date_epoch_is_an_error_of_one_line(days, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(KgError, match="SOURCE_DATE_EPOCH: 'yesterday' is no number of seconds since 1970"):
        build(["monday"], "out", formats=FORMATS)
