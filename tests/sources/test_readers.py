"""Every format's fixture is read to the last field: two papers about sums and sheep."""

from datetime import date
from pathlib import Path

import pytest

from kg.records import Paper, Rejected
from kg.sources import read

TITLE = "Slow Sums: Adding Long Columns of Numbers with Small Networks"
SHORT = "We show that a small network can add two long columns of numbers if it is told to carry."
ABSTRACT = f"{SHORT} On LongAdd it makes no mistake."
SHEEP = "Counting Sheep in Aerial Images"
HERDS = "Herds are counted by hand in most places. We collect FlockSet."
CODE = "https://github.com/ada-noor/carrynet"

SUMS = {"title": TITLE, "authors": ("Ada Noor", "Kim van der Lee")}
FLOCK = {"title": SHEEP, "abstract": HERDS, "authors": ("Ines Ruiz",)}

EXPECTED: dict[str, list[dict[str, object]]] = {
    "hf.json": [
        SUMS
        | {"abstract": ABSTRACT, "id": "2509.12345", "arxiv_id": "2509.12345", "date": date(2025, 9, 18)}
        | {"url": "https://huggingface.co/papers/2509.12345", "keywords": ("carry bit", "addition")}
        | {"code": (CODE, "https://ada-noor.github.io/carrynet/")},
        FLOCK
        | {"id": "2509.12399", "arxiv_id": "2509.12399", "date": date(2025, 9, 17)}
        | {"url": "https://huggingface.co/papers/2509.12399"},
    ],
    "arxiv.html": [
        SUMS
        | {"abstract": SHORT, "arxiv_id": "2509.12345", "date": date(2025, 9, 16)}
        | {"url": "https://arxiv.org/abs/2509.12345v2"},
    ],
    "atom.xml": [
        SUMS
        | {"abstract": ABSTRACT.replace("to carry", "to carry & keep"), "id": "2509.12345", "arxiv_id": "2509.12345"}
        | {
            "date": date(2025, 9, 16),
            "doi": "10.5555/sums.2025.1",
            "venue": "Journal of Sums 3 (2025)",
            "code": (CODE,),
        }
        | {"url": "https://arxiv.org/abs/2509.12345", "categories": ("cs.LG", "stat.ML")},
        FLOCK
        | {"id": "cs/0102003", "arxiv_id": "cs/0102003", "date": date(2001, 2, 5), "categories": ("cs.CV",)}
        | {"url": "https://arxiv.org/abs/cs/0102003"},
    ],
    "rss.xml": [
        SUMS
        | {"abstract": ABSTRACT, "id": "2509.12345", "arxiv_id": "2509.12345", "date": date(2025, 9, 18)}
        | {"doi": "10.5555/sums.2025.1", "url": "https://arxiv.org/abs/2509.12345", "categories": ("cs.LG", "stat.ML")},
        FLOCK
        | {"id": "2509.12399", "arxiv_id": "2509.12399", "date": date(2025, 9, 18), "categories": ("cs.CV",)}
        | {"url": "https://arxiv.org/abs/2509.12399"},
    ],
    "arxiv.jsonl": [
        SUMS
        | {"abstract": ABSTRACT, "id": "2509.12345", "arxiv_id": "2509.12345", "date": date(2025, 9, 16)}
        | {"authors": ("Ada Noor", "Kim van der Lee Jr."), "doi": "10.5555/sums.2025.1", "code": (CODE,)}
        | {"url": "https://arxiv.org/abs/2509.12345", "categories": ("cs.LG", "stat.ML")}
        | {"venue": "Journal of Sums 3 (2025)"},
        FLOCK
        | {"id": "cs/0102003", "arxiv_id": "cs/0102003", "date": date(2001, 2, 5), "categories": ("cs.CV",)}
        | {"url": "https://arxiv.org/abs/cs/0102003"},
    ],
    "openalex.json": [
        SUMS
        | {"abstract": "We show that a small network can add.", "id": "W4400000001", "arxiv_id": "2509.12345"}
        | {
            "date": date(2025, 9, 16),
            "doi": "10.5555/sums.2025.1",
            "venue": "Journal of Sums",
            "keywords": ("Addition",),
        }
        | {"url": "https://doi.org/10.5555/sums.2025.1", "categories": ("Arithmetic in Networks",)},
        FLOCK
        | {"abstract": "Herds are counted by hand, counted twice.", "id": "W4400000002", "date": date(2001, 2, 5)}
        | {"url": "https://openalex.org/W4400000002"},
    ],
    "s2.json": [
        SUMS
        | {"abstract": SHORT, "id": f"0f{'0' * 37}1", "arxiv_id": "2509.12345", "doi": "10.5555/sums.2025.1"}
        | {"date": date(2025, 9, 16), "venue": "Journal of Sums", "categories": ("Computer Science", "Mathematics")}
        | {"url": f"https://www.semanticscholar.org/paper/0f{'0' * 37}1"},
        {"title": SHEEP, "authors": ("Ines Ruiz",), "id": f"0f{'0' * 37}2", "date": date(2001, 1, 1)}
        | {"url": f"https://www.semanticscholar.org/paper/0f{'0' * 37}2"},
    ],
    "openreview.json": [
        SUMS
        | {"abstract": SHORT, "id": "aB3xSums01", "date": date(2025, 9, 17), "venue": "Sums 2025 oral", "code": (CODE,)}
        | {"url": "https://openreview.net/forum?id=aB3xSums01", "categories": ("learning theory",)}
        | {"keywords": ("addition", "carry bit")},
        FLOCK
        | {"id": "aB3xSheep1", "date": date(2020, 9, 13), "keywords": ("sheep",)}
        | {"url": "https://openreview.net/forum?id=aB3xSheep1"},
    ],
    "acl.bib": [
        SUMS
        | {"id": "noor-van-der-lee-2025-slow", "date": date(2025, 9, 1), "doi": "10.5555/sums.2025.1"}
        | {
            "abstract": "We show that a small network can add two long columns of numbers, 50% faster, in $O(n)$ time. "
            "On LongAdd it makes no mistake."
        }
        | {"url": "https://aclanthology.org/2025.sums-1.1/", "venue": "Proceedings of the 3rd Workshop on Sums"},
        {"title": "Counting Sheep in Aérial Images", "authors": ("Inés Ruiz",), "id": "ruiz2001sheep"}
        | {"date": date(2001, 1, 1), "arxiv_id": "cs/0102003", "venue": "Journal of Sums", "categories": ("cs.CV",)}
        | {"code": ("https://github.com/ines/flock",)},
    ],
    "zotero.ris": [
        SUMS
        | {"abstract": ABSTRACT, "date": date(2025, 9, 16), "arxiv_id": "2509.12345", "doi": "10.5555/sums.2025.1"}
        | {
            "url": "https://arxiv.org/abs/2509.12345v2",
            "venue": "Workshop on Sums",
            "keywords": ("addition", "carry bit"),
        },
        {"title": SHEEP, "abstract": "Herds are counted by hand in most places.", "authors": ("Ines Ruiz",)}
        | {"date": date(2001, 1, 1), "venue": "Journal of Herds"},
    ],
    "scopus.csv": [
        SUMS
        | {
            "title": TITLE.replace("Numbers with", "Numbers, with"),
            "date": date(2025, 1, 1),
            "venue": "Journal of Sums",
        }
        | {"abstract": 'We show that a "small" network can add\ntwo long columns of numbers, if it is told to carry.'}
        | {"doi": "10.5555/sums.2025.1", "url": "https://www.example.org/sums", "keywords": ("addition", "carry bit")},
        {"title": SHEEP, "abstract": "Herds are counted by hand in most places.", "authors": ("Ines Ruiz",)}
        | {"date": date(2001, 1, 1)},
    ],
    "table.tsv": [
        {"title": "Slow Sums", "abstract": "We show that a small network can add.", "date": date(2025, 9, 16)}
        | {"id": "2509.12345v1", "arxiv_id": "2509.12345"},
        {"title": "Counting Sheep", "abstract": "Herds are counted by hand.", "date": date(2025, 9, 17)}
        | {"id": "2509.12399", "arxiv_id": "2509.12399"},
    ],
    "semicolons.csv": [
        {"title": "Slow Sums", "abstract": "We show that a small network, or two, can add.", "date": date(2025, 1, 1)},
    ],
    "papers.parquet": [
        {"title": "Slow Sums", "abstract": "We show that a small network can add.", "date": date(2025, 1, 1)}
        | {"authors": ("Ada Noor", "Kim van der Lee")},
        {"title": "Counting Sheep", "authors": ("Ines Ruiz",), "date": date(2001, 1, 1)},
    ],
    "papers.jsonl": [
        {"title": "Slow Sums", "abstract": "We show that a small network can add.", "date": date(2025, 9, 16)}
        | {"id": "2509.12345", "arxiv_id": "2509.12345", "authors": ("Ada Noor",), "code": (CODE,)},
        {
            "title": "Counting Sheep",
            "abstract": "Herds are counted by hand.",
            "id": "2509.12399",
            "arxiv_id": "2509.12399",
        },
    ],
    "papers.json": [
        {"title": "Slow Sums", "abstract": "We show that a small network can add.", "date": date(2025, 9, 16)}
        | {"arxiv_id": "2509.12345", "authors": ("Ada Noor", "Kim van der Lee"), "venue": "Sums 2025"}
        | {"url": "https://papers.example.org/slow-sums", "keywords": ("Addition",)},
        {"title": "Counting Sheep", "abstract": "Herds are counted by hand.", "date": date(2001, 2, 5)}
        | {"authors": ("Ines Ruiz",)},
    ],
}
EXPECTED["hf.html"] = EXPECTED["hf.json"]

NOT_PAPERS = {"openreview.json": [("record 2", "a reply to another note, not a paper")]}


def test_every_fixture_has_its_expected_papers(fixtures: Path) -> None:
    assert {p.name for p in fixtures.iterdir()} == {*EXPECTED, "daily.txt"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_fixture_is_read_to_the_last_field(name: str, fixtures: Path) -> None:
    path = str(fixtures / name)

    found = list(read(path))

    assert [f for f in found if isinstance(f, Paper)] == [
        Paper.model_validate(e | {"source": path}) for e in EXPECTED[name]
    ]
    assert [(f.record, f.reason) for f in found if isinstance(f, Rejected)] == NOT_PAPERS.get(name, [])


def test_a_date_given_by_the_user_dates_papers_without_one(fixtures: Path) -> None:
    found = list(read(str(fixtures / "papers.jsonl"), date=date(2025, 9, 18)))

    assert [f.date for f in found if isinstance(f, Paper)] == [date(2025, 9, 16), date(2025, 9, 18)]


def test_an_atom_answer_with_an_error_is_told_in_the_services_words(read_bytes) -> None:
    answer = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#bad_id</id>'
        "<title>Error</title><summary>incorrect id format for x</summary></entry></feed>"
    )

    assert [r.reason for r in read_bytes(answer)[1]] == ["the service says: incorrect id format for x"]


def test_columns_are_named_by_the_user_where_they_cannot_be_guessed(read_bytes) -> None:
    table = "Titel;Inhalt\nLangsame Summen;Wir zählen.\n"

    papers, rejected = read_bytes(table, "csv:title=Titel,abstract=Inhalt")

    assert [(p.title, p.abstract) for p in papers] == [("Langsame Summen", "Wir zählen.")]
    assert not rejected


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Noor, Ada and van der Lee, Kim", ("Ada Noor", "Kim van der Lee")),
        ("Ada Noor, Kim Lee, Bo Xu", ("Ada Noor", "Kim Lee", "Bo Xu")),
        ("Ada Noor, Kim Lee and Bo Xu", ("Ada Noor", "Kim Lee", "Bo Xu")),
        ("['Ada Noor', 'Kim Lee']", ("Ada Noor", "Kim Lee")),
        ("Noor, Ada", ("Ada Noor",)),
        ("OpenSums", ("OpenSums",)),
    ],
)
def test_authors_in_one_cell_are_told_apart(line: str, authors: tuple[str, ...], read_bytes) -> None:
    assert read_bytes(f"title\tauthors\nSums\t{line}\n")[0][0].authors == authors


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"title": "Sums", "date": "soon", "url": "javascript:alert(1)", "code": ["ftp://x/y"]}', {}),
        ('{"title": "Sums", "year": 2024}', {"date": date(2024, 1, 1)}),
        ('{"Title": "Sums", "Summary": "We add."}', {"abstract": "We add."}),
        ('{"title": "Sums", "url": "https://arxiv.org/pdf/2509.12345v3"}', {"arxiv_id": "2509.12345"}),
        (
            '{"title": "Sums", "id": 17, "authors": [{"first": "Ada", "last": "Noor"}]}',
            {"id": "17", "authors": ("Ada Noor",)},
        ),
    ],
)
def test_a_field_without_sense_is_left_empty_and_others_are_understood(line: str, expected: dict, read_bytes) -> None:
    papers, rejected = read_bytes(line)

    said = papers[0].model_dump(exclude_defaults=True, exclude={"title", "source", "url"})
    assert said == expected
    assert not rejected
