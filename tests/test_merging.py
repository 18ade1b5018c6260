"""Records of one paper become one paper, whatever their order and however many builds they come in."""

from datetime import date
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.merging import Told, find, merge, shared_identifiers
from kg.records import Extraction, Paper

PAGE = Paper(title="Gated memories", abstract="We gate. It works well.", date=date(2025, 9, 18), source="page.txt")
FEED = Paper(
    title="{Gated} Memories", abstract="We gate.", id="2509.12345v2", arxiv_id="2509.12345v2", date=date(2025, 9, 16),
    url="http://arxiv.org/abs/2509.12345v2", authors=("A. Noor", "K. Lee"), categories=("cs.LG", "cs.AI"),
    source="feed.xml",
)  # fmt: skip
WORKS = Paper(
    title="GATED MEMORIES", id="W1", doi="https://doi.org/10.48550/arXiv.2509.12345", authors=("Ada Noor", "Kim Lee"),
    categories=("Machine Learning",), code=("https://github.com/x/gates",), source="works.json",
)  # fmt: skip


def test_a_paper_of_three_sources_has_the_facts_of_all_by_the_stated_rules():
    [told] = merge([PAGE, FEED, WORKS])
    assert told.paper == Paper(
        title="Gated memories",  # ordinary letters, no markup
        abstract="We gate. It works well.",  # the longest
        id="W1",  # the shortest
        url="http://arxiv.org/abs/2509.12345v2",
        date=date(2025, 9, 16),  # the earliest
        authors=("Ada Noor", "Kim Lee"),  # the fullest
        arxiv_id="2509.12345",  # without its version
        doi="10.48550/arxiv.2509.12345",
        categories=("Machine Learning", "cs.AI", "cs.LG"),  # all
        code=("https://github.com/x/gates",),
        source="feed.xml",
    )


def test_every_record_that_told_of_a_paper_is_remembered():
    [told] = merge([PAGE, FEED, WORKS, FEED])
    assert [(o.source, o.id) for o in told.origins] == [
        ("feed.xml", "2509.12345v2"),
        ("page.txt", ""),
        ("works.json", "W1"),
    ]


def test_a_paper_of_one_record_stays_as_it_is():
    assert merge([PAGE, PAGE]) == [Told(PAGE)]


@pytest.mark.parametrize("order", list(permutations([PAGE, FEED, WORKS])))
def test_the_order_of_the_sources_has_no_influence(order):
    assert merge(order) == merge([PAGE, FEED, WORKS])


_words = st.sampled_from(["", "a", "B", "a b", "z"])
_lists = st.lists(_words.filter(bool), max_size=3).map(tuple)
_papers = st.builds(
    Paper,
    title=st.sampled_from(["Deep nets", "DEEP NETS", "Deep-Nets", "{D}eep nets", "Other"]),
    abstract=_words, id=_words, url=_words, venue=_words, source=_words, authors=_lists, categories=_lists, code=_lists,
    date=st.sampled_from([None, date(2025, 1, 1), date(2025, 1, 2)]),
    arxiv_id=st.sampled_from(["", "2501.00001", "2501.00001v3"]), doi=st.sampled_from(["", "10.1/X", "doi:10.1/x"]),
)  # fmt: skip


@given(st.lists(_papers, max_size=8), st.randoms(use_true_random=False))
def test_feeds_one_by_one_in_any_order_give_what_one_build_gives(papers: list[Paper], chance: Random):
    whole = merge(papers)
    shuffled = chance.sample(papers, len(papers))
    known: list[Extraction] = []
    while shuffled:
        some = [shuffled.pop() for _ in range(chance.randint(1, len(shuffled)))]
        known = [Extraction(paper=told.paper, origins=told.origins) for told in merge(some, known)]
    assert [Told(record.paper, record.origins) for record in known] == whole


def test_a_hundred_thousand_records_of_one_title_are_one_paper():
    [told] = merge(Paper(title="Same", abstract=f"Text {i}.", source="s") for i in range(100_000))
    assert told.paper.abstract == "Text 99999."
    assert len(told.origins) == 100_000


def test_the_same_identifier_with_another_title_is_another_paper_and_is_counted():
    one, two = Paper(title="First title", arxiv_id="2509.00001"), Paper(title="Second title", arxiv_id="2509.00001v2")
    told = merge([one, two])
    assert [t.paper.title for t in told] == ["First title", "Second title"]
    assert shared_identifiers(t.paper for t in told) == {"2509.00001": [one.key, two.key]}


def test_titles_that_differ_in_hyphens_and_accents_only_are_one_paper():
    assert len(merge([Paper(title="Pré-training nets"), Paper(title="Pretraining Nets")])) == 1


@pytest.mark.parametrize(
    "name",
    [
        "paper/gated-memories-fa928153", "gated-memories-fa928153",
        "https://w3id.org/paper-kg/id/paper/gated-memories-fa928153", "2509.12345", "2509.12345v7", "arXiv:2509.12345",
        "https://arxiv.org/pdf/2509.12345v1.pdf", "10.48550/arXiv.2509.12345", "https://doi.org/10.48550/arxiv.2509.12345",
        "W1", "w1", "Gated memories", "gated MEMORIES", "memor",
    ],
)  # fmt: skip
def test_a_paper_answers_to_its_ids_addresses_title_and_a_part_of_the_title(name):
    records = [Extraction(paper=t.paper, origins=t.origins) for t in merge([PAGE, FEED, WORKS, Paper(title="Nets")])]
    assert [p.title for p in find(name, records)] == ["Gated memories"]


def test_a_whole_title_goes_before_a_part_of_another():
    records = [Extraction(paper=Paper(title=title)) for title in ("Nets", "Deep nets", "Nets of nets")]
    assert [p.title for p in find("nets", records)] == ["Nets"]
    assert [p.title for p in find("net", records)] == ["Nets", "Deep nets", "Nets of nets"]
