"""What lies in a folder between builds: records, journal, lock, rejected records, settings."""

import subprocess
import sys

import pytest

from kg.errors import Locked, NotBuilt
from kg.record_files import (
    Settings,
    Shelf,
    cut_torn_line,
    line_of,
    locked,
    placed_records,
    read_records,
    read_rejected,
    read_settings,
    write_records,
    write_rejected,
    write_settings,
)
from kg.records import Extraction, Mention, Origin, Paper, Rejected

ONE, TWO = (Extraction(paper=Paper(title=title, abstract="We sum."), extractor="v1") for title in ("One", "Two"))


def test_records_are_read_as_they_were_written(tmp_path):
    write_records(tmp_path, [ONE, TWO])
    assert list(read_records(tmp_path)) == [ONE, TWO]
    first = '{"paper":{"title":"One","abstract":"We sum."},"extractor":"v1"}'
    assert (tmp_path / "records.jsonl").read_text().splitlines()[0] == first


def test_a_folder_without_records_says_what_to_run(tmp_path):
    with pytest.raises(NotBuilt, match=r"no records.jsonl there; run kg build SOURCE -o .* first"):
        list(read_records(tmp_path))


def test_a_line_cut_short_is_named_with_the_way_out_and_passed_over_when_appending(tmp_path):
    write_records(tmp_path, [ONE, TWO])
    path = tmp_path / "records.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(NotBuilt, match=r"line 2: not a record of kg; the line was cut short; kg build --append mends"):
        list(read_records(tmp_path))
    assert [record for record, _ in placed_records(tmp_path)] == [ONE]


def test_a_bad_line_in_the_middle_is_never_passed_over(tmp_path):
    write_records(tmp_path, [ONE])
    with (tmp_path / "records.jsonl").open("a") as file:
        file.write('{"paper":{}}\n')
    with pytest.raises(NotBuilt, match="line 2: not a record of kg; build anew"):
        list(placed_records(tmp_path))


def test_the_shelf_finds_what_a_killed_build_had_finished(tmp_path):
    with Shelf(tmp_path, "v1") as shelf:
        shelf.put(ONE.paper, ONE.as_json())
    again = Shelf(tmp_path, "v1")
    assert ONE.paper in again
    assert TWO.paper not in again
    assert again.line(ONE.paper, ()) == line_of(ONE)


def test_the_shelf_does_not_take_the_work_of_another_extractor(tmp_path):
    with Shelf(tmp_path, "v1") as shelf:
        shelf.put(ONE.paper, ONE.as_json())
    assert ONE.paper not in Shelf(tmp_path, "v2")


@pytest.mark.parametrize("origins", [(), (Origin(source="a"), Origin(source="b"))])
@pytest.mark.parametrize("before", [(), (Origin(source="old"),)])
@pytest.mark.parametrize("many", [0, 2])
def test_a_line_of_the_shelf_has_the_mentions_of_the_text_and_the_facts_of_today(tmp_path, origins, before, many):
    text = '{"a":"},"} "mentions":[ \\"},\\"mentions\\":['
    mention = Mention(text="a", type="Method", start=0, end=1, confidence=0.5, source="test", label="],")
    record = Extraction(
        paper=Paper(title=text, abstract=text, id="1"), mentions=(mention,) * many, extractor="v1", origins=before
    )
    with Shelf(tmp_path, "v1") as shelf:
        shelf.put(record.paper, record.as_json())
        paper = record.paper.model_copy(update={"id": "2", "venue": text})
        expected = record.model_copy(update={"paper": paper, "origins": origins})
        assert shelf.line(paper, origins) == line_of(expected)


@pytest.mark.parametrize("cut", range(1, 40, 6))
def test_a_torn_last_line_of_the_journal_is_cut_off_before_more_is_written(tmp_path, cut):
    with Shelf(tmp_path, "v1") as shelf:
        shelf.put(ONE.paper, ONE.as_json())
        shelf.put(TWO.paper, TWO.as_json())
    journal = tmp_path / "records.jsonl.part"
    journal.write_bytes(journal.read_bytes()[:-cut])
    with Shelf(tmp_path, "v1") as shelf:
        assert (ONE.paper in shelf, TWO.paper in shelf) == (True, False)
        shelf.put(TWO.paper, TWO.as_json())
    assert Shelf(tmp_path, "v1").line(TWO.paper, ()) == line_of(TWO)
    assert len(journal.read_bytes().splitlines()) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"whole\n", b"whole\n"),
        (b"whole\nto", b"whole\n"),
        (b"torn", b""),
        (b"a\n" + b"x" * 70_000, b"a\n"),
    ],
)
def test_what_follows_the_last_line_end_is_cut_off(tmp_path, before, after):
    (tmp_path / "file").write_bytes(before)
    cut_torn_line(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == after


def test_two_builds_cannot_hold_one_folder(tmp_path):
    with locked(tmp_path), pytest.raises(Locked, match="another build is writing there; wait for it"), locked(tmp_path):
        pass
    with locked(tmp_path):  # free again
        pass


def test_scratch_files_of_dead_processes_are_swept_those_of_living_ones_stay(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    dead, alive = tmp_path / ".graph.ttl.999999999.tmp", tmp_path / f".graph.ttl.{process.pid}.tmp"
    for path in (dead, alive):
        path.write_text("half")
    with locked(tmp_path):
        assert not dead.exists()
        assert alive.exists()
    process.communicate(b"\n")


def test_a_generation_that_was_complete_when_its_process_died_takes_its_place(tmp_path):
    (tmp_path / "graph.ttl").write_text("old")
    for folder, text in ((".complete", "new"), (".new", "half")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "graph.ttl").write_text(text)
    with locked(tmp_path):
        assert (tmp_path / "graph.ttl").read_text() == "new"
        assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "graph.ttl"]


def test_rejected_records_are_listed_once_each_by_source_and_place(tmp_path):
    rows = [Rejected(source="b", record=place, reason="no title") for place in ("line 10", "line 9", "line 9")]
    write_rejected(tmp_path, rows)
    assert [row.record for row in read_rejected(tmp_path)] == ["line 9", "line 10"]


def test_without_rejected_records_there_is_no_list(tmp_path):
    write_rejected(tmp_path, [])
    assert list(tmp_path.iterdir()) == []
    assert read_rejected(tmp_path) == []


def test_settings_are_kept_and_have_defaults(tmp_path):
    assert read_settings(tmp_path) == Settings(base=None, evidence=True)
    write_settings(tmp_path, Settings(base="https://example.org/", evidence=False))
    assert read_settings(tmp_path) == Settings(base="https://example.org/", evidence=False)
