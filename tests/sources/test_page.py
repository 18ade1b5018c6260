"""The page reader: what is a title, what an abstract, what furniture."""

from datetime import date
from pathlib import Path

import pytest

from kg.records import Paper
from kg.sources import read

A = "We show that sums are slow. Numbers are long, and we add them one by one, until all of them are added. " * 4
A = A.strip()


def pairs(found: tuple[list, list]) -> list[tuple[str, str]]:
    """Title and abstract of each paper; nothing may be rejected."""
    assert found[1] == []
    return [(p.title, p.abstract) for p in found[0]]


def test_the_example_page_has_three_dated_parts() -> None:
    found = list(read(str(Path(__file__).parents[2] / "examples" / "daily-papers.txt"), date=date(2025, 1, 1)))

    assert all(isinstance(f, Paper) and f.abstract for f in found)
    assert len({f.date for f in found if isinstance(f, Paper)}) == 3


def test_furniture_opens_the_page_and_dates_stand_above_their_papers(fixtures: Path) -> None:
    found = list(read(str(fixtures / "daily.txt"), date=date(2025, 12, 24)))

    assert [(f.title, f.date) for f in found if isinstance(f, Paper)] == [
        ("Slow Sums: Adding Long Columns of Numbers with Small Networks", date(2025, 9, 18)),
        ("CarryNet Revisited", date(2025, 9, 18)),
        ("Counting Sheep in Aerial Images", date(2025, 9, 17)),
    ]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Sep 18", date(2025, 9, 18)),
        ("September 18, 2024", date(2024, 9, 18)),
        ("Thursday, September 18th, 2024", date(2024, 9, 18)),
        ("18 Sept. 2024", date(2024, 9, 18)),
        ("2024-09-18", date(2024, 9, 18)),
        ("2024/09/18", date(2024, 9, 18)),
        ("18.09.2024", date(2024, 9, 18)),
        ("Feb 31", date(2025, 1, 1)),
    ],
)
def test_dates_are_read_in_many_forms(line: str, day: date, read_bytes) -> None:
    found = read_bytes(f"Daily Papers\n\n{line}\n\nSlow sums\n\n{A}\n", date=date(2025, 1, 1))

    assert pairs(found) == [("Slow sums", A)]
    assert found[0][0].date == day


def test_a_date_without_a_year_is_none_without_a_given_one(read_bytes) -> None:
    assert read_bytes(f"Sep 18\n\nSlow sums\n\n{A}\n")[0][0].date is None


def test_a_page_with_an_odd_number_of_paragraphs_ends_in_a_paper_without_an_abstract(read_bytes) -> None:
    assert pairs(read_bytes(f"Slow sums\n\n{A}\n\nAnother paper on sums\n")) == [
        ("Slow sums", A),
        ("Another paper on sums", ""),
    ]


def test_titles_without_abstracts_stand_before_a_title_with_one(read_bytes) -> None:
    page = f"Slow sums\n\n{A}\n\nOne that has no abstract\n\nAnother that has none\n\nThe last one\n\n{A}\n"

    assert [title for title, _ in pairs(read_bytes(page))] == [
        "Slow sums",
        "One that has no abstract",
        "Another that has none",
        "The last one",
    ]


@pytest.mark.parametrize(
    "between",
    [
        "34",
        "1.2k",
        "· 12 authors",
        "Ada Noor, Kim van der Lee, Bo X. Xu",
        "submitter",
        "⋅",
        "▲ 7",
        "Ada Noor and Kim Lee\n\n34",
    ],
)
def test_counts_and_author_lines_between_title_and_abstract_are_furniture(between: str, read_bytes) -> None:
    page = f"Slow sums of long numbers\n\n{between}\n\n{A}\n\nFast sums\n\n{between}\n\n{A}\n"

    assert pairs(read_bytes(page)) == [("Slow sums of long numbers", A), ("Fast sums", A)]


def test_line_ends_byte_order_marks_and_wide_spaces_make_no_difference(read_bytes) -> None:
    page = f"\ufeffSep 18\r\n\r\n\u00a0Slow sums\r\n \u00a0\r\n{A}\r\n"

    assert pairs(read_bytes(page)) == [("Slow sums", A)]


def test_lines_broken_to_a_width_are_joined(read_bytes) -> None:
    broken = A.replace(". ", ".\n")

    assert pairs(read_bytes(f"Slow sums of very\nlong numbers\n\n{broken}\n")) == [
        ("Slow sums of very long numbers", A)
    ]


def test_a_title_right_above_its_abstract_is_told_from_it(read_bytes) -> None:
    broken = A.replace(". ", ".\n")

    page = f"Daily Papers\n\nSep 18\n\nA paper on slow sums\n{broken}\n\nNext on fast sums\n{A}\n"

    assert pairs(read_bytes(page)) == [("A paper on slow sums", A), ("Next on fast sums", A)]


def test_an_abstract_of_several_paragraphs_is_one(read_bytes) -> None:
    assert pairs(read_bytes(f"Slow sums\n\n{A}\n\n{A}\n\nFast sums\n\n{A}\n")) == [
        ("Slow sums", f"{A}\n{A}"),
        ("Fast sums", A),
    ]


@pytest.mark.parametrize(
    "title", ["شبكات بطيئة لجمع الأعداد", "慢速求和", "🚀🔥", "🚀 Slow Sums", "GPT-4o", "1 + 1 = 2"]
)
def test_titles_of_any_script_and_of_emoji_are_titles(title: str, read_bytes) -> None:
    arabic = "نبين أن الشبكات الصغيرة تجمع الأعداد. هذا جيد؟ نعم هو جيد. " * 6
    chinese = "我们证明小网络可以相加。它很慢。" * 10

    for abstract in (A, arabic.strip(), chinese):
        assert pairs(read_bytes(f"{title}\n\n{abstract}\n")) == [(title, abstract)]


def test_an_abstract_without_a_title_is_rejected_with_its_line(read_bytes) -> None:
    papers, rejected = read_bytes(f"Sep 18\n\n{A}\n\nSlow sums\n\n{A}\n")

    assert [p.title for p in papers] == ["Slow sums"]
    assert [(r.record, r.reason) for r in rejected] == [("line 3", "an abstract without a title")]
