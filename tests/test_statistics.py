"""The figures of a built folder, counted by hand on one screen."""

import json
from datetime import date

import pytest

from kg.building import derive
from kg.record_files import read_records, read_rejected, write_records, write_rejected
from kg.records import Extraction, Rejected
from kg.statistics import Used, in_window, statistics, surprise, table

OLD_ONE = ("Old one", "2025-09-01", "long short-term memory", "CIFAR-10")
OLD_TWO = ("Old two", "2025-09-02", "ResNet", "CIFAR-10")
OLD_THREE = ("Old three", "2025-09-03", "long short-term memory", "ImageNet")
NEW_ONE = ("New one", "2025-09-17", "ResNet", "GLUE", "https://github.com/x/y")
NEW_TWO = ("New two", "2025-09-18", "ResNet", "SQuAD")
NOTHING = ("Nothing in it", None)
KINDS = {"long short-term memory": "Architecture", "ResNet": "Architecture", "https://github.com/x/y": "Code"}


def record(title: str, day: str | None, *names: str, **facts: object) -> Extraction:
    """A paper whose abstract is the names that it mentions."""
    abstract, mentions = "; ".join(names), []
    for name in names:
        kind, start = KINDS.get(name, "Dataset"), abstract.index(name)
        role = "has_code" if kind == "Code" else "uses"
        mentions.append(
            {"text": name, "type": kind, "role": role, "start": start, "end": start + len(name), "confidence": 1}
        )
    paper = {"title": title, "abstract": abstract, "date": day}
    told = {"paper": paper | facts.pop("paper", {}), "mentions": [m | {"source": "test"} for m in mentions]}
    return Extraction.model_validate(told | facts)


@pytest.fixture
def folder(tmp_path):
    twice = [{"source": "feed", "hash": "1"}, {"source": "page", "hash": "2"}]
    records = [
        record(*OLD_ONE, paper={"arxiv_id": "2509.00001"}), record(*OLD_TWO), record(*OLD_THREE), record(*NEW_ONE),
        record(*NEW_TWO, paper={"arxiv_id": "2509.00001"}, origins=twice), record(*NOTHING),
    ]  # fmt: skip
    write_records(tmp_path, sorted(records, key=lambda r: r.paper.key))
    write_rejected(tmp_path, [Rejected(source="feed", record="line 8", reason="no title")])
    return tmp_path


@pytest.fixture
def found(folder):
    return statistics(derive(folder), read_records(folder), read_rejected(folder))


def test_papers_merged_records_and_rejected_ones_are_counted(found):
    assert (found.papers, found.merged_records, found.merged_papers, found.rejected) == (6, 1, 1, 1)
    assert found.shared_identifiers == 1  # 2509.00001, with two titles


def test_dates_and_coverage_are_counted(found):
    assert (found.first, found.last, found.undated, found.recent) == (date(2025, 9, 1), date(2025, 9, 18), 1, 2)
    assert (found.without_abstract, found.papers_without_concept) == (1, 1)
    assert (found.papers_with_code, found.code) == (1, 1)


def test_the_concepts_of_most_papers_are_on_top(found):
    assert found.top[:3] == [
        Used("ResNet", "Architecture", 3),
        Used("CIFAR-10", "Dataset", 2),
        Used("long short-term memory", "Architecture", 2),
    ]


def test_what_grew_rises_and_what_was_not_there_before_is_new(found):
    assert found.rising == [Used("ResNet", "Architecture", 2, before=1)]
    assert found.new == [Used("GLUE", "Dataset", 1), Used("SQuAD", "Dataset", 1)]


def test_the_table_shows_the_figures_and_the_json_has_them_all(found):
    assert "              papers         6  (2025-09-01 to 2025-09-18)\n" in table(found)
    assert "      records merged         1  into 1 papers\n" in table(found)
    assert (
        "Rising in the 7 days up to 2025-09-18 (2 papers)\n                   2  ResNet (Architecture, 1 before)\n"
        in (table(found))
    )
    facts = json.loads(json.dumps(found.as_json()))
    assert (facts["last"], facts["concepts"]["Dataset"], facts["new"][0]["label"]) == ("2025-09-18", 4, "GLUE")


def test_kg_stats_prints_the_table_or_json(found, folder, kg):
    assert kg("stats", folder).out == table(found)
    assert json.loads(kg("stats", folder, "--json").out) == found.as_json()
    outcome = kg("stats", folder / "nowhere")
    assert outcome.status == 1
    assert outcome.err.startswith(f"kg: {folder}/nowhere: no records.jsonl there; run kg build")


def test_without_dates_nothing_rises_and_nothing_is_new(tmp_path):
    write_records(tmp_path, [record("A study", None, "ResNet", "CIFAR-10")])
    found = statistics(derive(tmp_path), read_records(tmp_path), [])
    assert (found.last, found.recent, found.rising, found.new) == (None, 0, [], [])
    assert "New in" not in table(found)


def test_a_week_is_seven_days_that_end_with_the_last():
    last = date(2025, 9, 18)
    assert [in_window(date(2025, 9, day), last, 7) for day in (11, 12, 18, 19)] == [False, True, True, False]


def test_equal_shares_surprise_nobody():
    assert surprise(5, 50, 10, 100) == 0
    assert surprise(10, 10, 0, 100) > surprise(5, 10, 0, 100) > 0
