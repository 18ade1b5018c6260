"""Daily Papers and arXiv: what is asked, how pages go on, what is printed."""

import io
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from kg.errors import NoPapers, ServiceError, SourceError
from kg.fetch import arxiv
from kg.records import Paper
from kg.sources import read_source, source_of
from kg.sources.live import arxiv_papers, hf_papers


def ids(found) -> list[str]:
    """Identifiers of papers; everything else would fail."""
    return [paper.id for paper in found]


def test_a_week_of_daily_papers_is_a_list_a_day_the_oldest_first(service, quick, answer, daily_list) -> None:
    service.says = lambda asked: answer(daily_list(f"2509.000{asked.parameters['date'][-2:]}"))

    found = list(hf_papers(date(2025, 9, 18), 7, pace=0, limits=quick))

    assert [a.parameters["date"] for a in service.asked] == [f"2025-09-{day}" for day in range(12, 19)]
    assert ids(found) == [f"2509.000{day}" for day in range(12, 19)]
    assert {a.path for a in service.asked} == {"/api/daily_papers"}
    assert {f.source for f in found} == {"Daily Papers"}


def test_without_a_date_the_newest_list_is_asked_for(service, quick, answer, daily_list) -> None:
    service.says = lambda _: answer(daily_list("2509.00001"))

    assert ids(hf_papers(pace=0, limits=quick)) == ["2509.00001"]
    assert service.asked[0].parameters == {"limit": "100"}


def test_a_list_longer_than_a_page_goes_on_and_a_paper_that_moved_is_told_once(
    service, quick, answer, daily_list
) -> None:
    first, second = [f"2509.{n:05}" for n in range(100)], ["2509.00099", "2509.00100"]
    service.says = lambda asked: answer(daily_list(*(second if "p" in asked.parameters else first)))

    assert ids(hf_papers(date(2025, 9, 18), pace=0, limits=quick)) == [*first, "2509.00100"]


def test_a_settled_day_is_asked_for_once_and_today_every_time(service, quick, answer, daily_list) -> None:
    service.says = lambda asked: answer(daily_list("2509.00001"))
    today = datetime.now(UTC).date()

    for _ in range(2):
        list(hf_papers(today, pace=0, limits=quick))
        list(hf_papers(today - timedelta(days=30), pace=0, limits=quick))

    assert [a.parameters["date"] for a in service.asked].count(today.isoformat()) == 2
    assert len(service.asked) == 3


@pytest.mark.parametrize("body", [b"<html>busy</html>", b'{"error": "x"}', b"[1]", b"[" * 50_000, b'[{"paper": {"id'])
def test_an_answer_that_is_no_list_of_papers_is_an_error(body: bytes, service, quick, answer) -> None:
    service.says = lambda _: answer(body)

    with pytest.raises(
        ServiceError, match=r"/api/daily_papers\?limit=100: the answer is not what the service should send"
    ):
        list(hf_papers(pace=0, limits=quick))


def test_a_day_without_papers_is_an_error_with_the_way_out(service, quick) -> None:
    with pytest.raises(NoPapers, match="Daily Papers of 2025-09-20: the service has no paper there; try another day"):
        list(hf_papers(date(2025, 9, 20), pace=0, limits=quick))


def test_a_query_goes_on_page_by_page_until_it_has_enough(service, quick, answer, atom_page) -> None:
    def says(asked):
        start, most = int(asked.parameters["start"]), int(asked.parameters["max_results"])
        return answer(atom_page(*(f"2509.{n:05}" for n in range(start, start + most)), total=1000))

    service.says = says

    found = ids(arxiv_papers("cs.LG", 450, pace=0, limits=quick))

    assert found == [f"2509.{n:05}" for n in range(450)]
    assert [(a.parameters["start"], a.parameters["max_results"]) for a in service.asked] == [
        ("0", "200"),
        ("200", "200"),
        ("400", "50"),
    ]
    assert service.asked[0].parameters["search_query"] == "cat:cs.LG"
    assert service.asked[0].parameters["sortBy"] == "submittedDate"


def test_a_query_ends_where_the_service_has_no_more(service, quick, answer, atom_page) -> None:
    service.says = lambda _: answer(atom_page("2509.00001", "2509.00002", total=2))

    assert ids(arxiv_papers("cs.LG", 500, pace=0, limits=quick)) == ["2509.00001", "2509.00002"]
    assert len(service.asked) == 1


def test_a_run_that_broke_off_goes_on_from_its_finished_pages(service, quick, answer, atom_page) -> None:
    def says(asked):
        start = int(asked.parameters["start"])
        return answer(status=500) if broken and start else answer(atom_page(f"2509.{start:05}", total=300))

    service.says, broken = says, True
    with pytest.raises(ServiceError, match="500"):
        list(arxiv_papers("cs.LG", 300, pace=0, limits=quick))
    service.asked.clear()
    broken = False

    assert ids(arxiv_papers("cs.LG", 300, pace=0, limits=quick)) == ["2509.00000", "2509.00200"]
    assert [a.parameters["start"] for a in service.asked] == ["200"]


def test_a_page_without_the_papers_that_it_counts_is_asked_for_again(service, quick, answer, atom_page) -> None:
    service.faults = [answer(atom_page(total=5)), answer(atom_page("2509.00001")[:-8])]
    service.says = lambda _: answer(atom_page("2509.00001"))

    assert ids(arxiv_papers("graph sums", 5, pace=0, limits=quick)) == ["2509.00001"]
    assert len(service.asked) == 3


def test_numbers_are_asked_for_without_versions_and_addresses(service, quick, answer, atom_page) -> None:
    service.says = lambda _: answer(atom_page("2509.12345", "hep-th/9901001"))

    numbers = ["2509.12345v2", "https://arxiv.org/abs/hep-th/9901001"]

    assert ids(arxiv_papers(numbers=numbers, pace=0, limits=quick)) == ["2509.12345", "hep-th/9901001"]
    assert service.asked[0].parameters == {"id_list": "2509.12345,hep-th/9901001", "max_results": "2"}


def test_what_is_no_number_is_told_before_anything_is_asked(service) -> None:
    with pytest.raises(SourceError, match=r"sums: no arXiv number; write one like 2509\.12345"):
        list(arxiv_papers(numbers=["2509.12345", "sums"]))
    assert not service.asked


@pytest.mark.parametrize(
    ("query", "search"),
    [
        ("cs.LG", "cat:cs.LG"),
        ("cs", "cat:cs.*"),
        ("quant-ph", "cat:quant-ph"),
        ("cond-mat.dis-nn", "cat:cond-mat.dis-nn"),
        ("sums", 'all:"sums"'),
        ('slow "sums"', 'all:"slow  sums "'),
        ("au:noor AND ti:sums", "au:noor AND ti:sums"),
    ],
)
def test_a_query_is_put_in_the_services_words(query: str, search: str) -> None:
    assert arxiv.search_of(query) == search


def kg(*arguments: str, cwd: object = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command line."""
    code = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, env=os.environ, timeout=60)


def test_what_fetch_prints_is_read_as_a_source(service, answer, daily_list) -> None:
    service.says = lambda _: answer(daily_list("2509.00001", "2509.00002"))

    ran = kg("fetch", "hf", "--date", "2025-09-18")

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout.splitlines()[0]) == {
        "title": "Paper 2509.00001",
        "abstract": "We add.",
        "id": "2509.00001",
        "url": "https://huggingface.co/papers/2509.00001",
        "date": "2025-09-18",
        "authors": ["Ada Noor"],
        "arxiv_id": "2509.00001",
        "source": "Daily Papers",
    }
    again = list(read_source(source_of("-", io.BytesIO(ran.stdout))))
    assert [f.id for f in again if isinstance(f, Paper)] == ["2509.00001", "2509.00002"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["arxiv"], 2, b"arxiv takes either --query or numbers"),
        (["hf", "2509.12345"], 2, b"hf takes --date and --days"),
        (["arxiv", "sums"], 1, b"kg: sums: no arXiv number"),
        (
            ["arxiv", "2509.12345"],
            1,
            b"kg: http://127.0.0.1:9/api/query?id_list=2509.12345&max_results=1: no connection",
        ),
    ],
)
def test_wrong_use_and_no_network_are_messages_of_one_line(
    arguments: list[str], status: int, message: bytes, service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_ARXIV_URL", "http://127.0.0.1:9")

    ran = kg("fetch", *arguments)

    assert ran.returncode == status
    assert message in ran.stderr
    assert ran.stderr.count(b"\n") == 1
    assert ran.stdout == b""
