"""From a paper to its mentions: offsets that hold for any text, and nothing but the paper itself decides."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extraction import extract, shared_pipeline, version
from kg.extraction.pipeline import english, make_pipeline
from kg.records import Extraction, Mention, Paper
from kg.sources import read


def mentions(title: str, abstract: str = "") -> list[Mention]:
    """The mentions of a paper."""
    [record] = extract([Paper(title=title, abstract=abstract)])
    assert isinstance(record, Extraction)
    return list(record.mentions)


def named(title: str, abstract: str = "") -> dict[str, str]:
    """Text → type of the mentions of a paper."""
    return {m.text: m.type for m in mentions(title, abstract)}


@pytest.mark.parametrize("accurate", [False, True])
def test_every_component_gets_what_it_requires(accurate: bool) -> None:
    assert not any(make_pipeline(accurate).analyze_pipes()["problems"].values())


def test_a_full_stop_at_the_end_of_a_sentence_belongs_to_no_name() -> None:
    # spaCy leaves it at a word that ends in a small letter, digit or hyphen and one capital: "ADE20K." was a dataset.
    words = [
        word.text for word in english()("On ADE20K. With MetricX. And Qwen2.5-7B. Not in the U.S. or at J. Smith's.")
    ]
    assert [words[i + 1] for i, word in enumerate(words[:-1]) if word in ("K", "MetricX", "7B")] == [".", ".", "."]
    assert {"U.S.", "J."} <= set(words)
    found = named("A study", "We propose GloVeX. GloVeX is evaluated on ADE20K.")
    assert (found["GloVeX"], found["ADE20K"]) == ("Method", "Dataset")


def test_tags_hide_no_names_and_places_are_those_of_the_stored_text() -> None:
    abstract = "<jats:p>We train a <b>GAN</b> on <jats:italic>CIFAR-10</jats:italic>.</jats:p>"
    found = {m.text: abstract[m.start : m.end] for m in mentions("A study", abstract)}
    assert found == {"GAN": "GAN", "CIFAR-10": "CIFAR-10"}


def test_a_paper_is_read_as_a_reader_would() -> None:
    found = mentions(
        "GateNet: Gated memories for long sequences",
        "We propose GateNet, a recurrent architecture. It outperforms the LSTM on Penn Treebank. "
        "Code is available at https: //github.com/example/gatenet.",
    )
    facts = {(m.text, m.type, m.role) for m in found if m.field == "abstract"}
    assert ("LSTM", "Architecture", "compares_to") in facts
    assert ("Penn Treebank", "Dataset", "evaluates_on") in facts
    assert ("https: //github.com/example/gatenet", "Code", "has_code") in facts
    assert {m.role for m in found if m.text == "GateNet"} == {"introduces"}
    [code] = (m for m in found if m.type == "Code")
    assert code.label == "https://github.com/example/gatenet"


def test_the_title_alone_is_read_too() -> None:
    assert named("Training a ResNet on CIFAR-10") == {"ResNet": "Architecture", "CIFAR-10": "Dataset"}


def test_an_ordinary_text_names_nothing() -> None:
    assert named("On the weather", "It rained. We stayed at home and read a book.") == {}


def test_a_name_in_latex_has_the_offsets_of_the_stored_text() -> None:
    abstract = r"We train a {\bf R}es\textbf{Net} and an LSTM on \emph{CIFAR-10}."
    found = {m.text: m for m in mentions("A study", abstract)}
    assert "CIFAR-10" in found
    assert all(abstract[m.start : m.end] == m.text for m in found.values() if m.field == "abstract")


def test_a_mention_never_goes_from_the_title_to_the_abstract() -> None:
    for m in mentions("A study of long short-term", "memory networks and an LSTM"):
        assert m.end <= len("A study of long short-term") or m.field == "abstract"


PIECES = [
    "LSTM", "ResNet-50", "CIFAR-10", "long short-term memory", " (LSTM)", "GateNet", "We propose ", " on ", ". ", ", ",
    "https: //github.com/a/b", "github.com/a/b.", "{\\bf A}dam", "$\\ell_1$", "\n", "“", "é", "𝒯", "\\cite{x}", "-",
    "(", ")", " ", "β-VAE",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))


@settings(max_examples=100)
@given(TEXTS, TEXTS)
def test_every_mention_stands_where_it_says(title: str, abstract: str) -> None:
    paper = Paper(title=f"A {title}", abstract=abstract)
    [record] = extract([paper])
    assert isinstance(record, Extraction)
    for m in record.mentions:
        stored = paper.title if m.field == "title" else paper.abstract
        assert stored[m.start : m.end] == m.text != ""
        assert 0 <= m.confidence <= 1
        assert m.type != "Code" or m.label.startswith(("http://", "https://"))


def test_mentions_of_a_paper_depend_on_that_paper_alone(root: Path) -> None:
    papers = [p for p in read(str(root / "examples/daily-papers.txt")) if isinstance(p, Paper)]
    together = {r.paper.key: r.mentions for r in extract(papers) if isinstance(r, Extraction)}
    for paper in papers[::6]:
        [alone] = extract([paper])
        assert isinstance(alone, Extraction)
        assert alone.mentions == together[paper.key]


def test_mentions_of_a_paper_do_not_overlap(root: Path) -> None:
    for record in extract(p for p in read(str(root / "examples/daily-papers.txt")) if isinstance(p, Paper)):
        assert isinstance(record, Extraction)
        last = ("", 0)
        for m in sorted(record.mentions, key=lambda m: (m.field, m.start)):
            assert m.field != last[0] or m.start >= last[1], f"{m} in {record.paper.title}"
            last = (m.field, m.end)


def test_records_carry_the_version_of_scheme_and_weights() -> None:
    [record] = extract([Paper(title="A study")])
    assert isinstance(record, Extraction)
    assert record.extractor == version()
    assert shared_pipeline() is shared_pipeline()


@pytest.mark.parametrize(
    "abstract",
    ["x" * 20_000, "LSTM " * 3_000, "(" * 2_000, "https://" * 1_000, "\\" * 1_000, "GRU (" * 500, "A1 B2 C3 " * 1_000],
)
def test_odd_long_texts_take_time_in_proportion_to_their_length(abstract: str, told: Callable[..., Paper]) -> None:
    # Names that stand thousands of times in a text were once compared each with each.
    started = time.monotonic()
    [record] = extract([told("A study", abstract)])
    assert isinstance(record, Extraction)
    assert time.monotonic() - started < 6


@pytest.mark.parametrize(
    "row", ["(" * 50_000 + ")" * 50_000, '"' * 100_000, "_" * 100_000, "https://" * 12_000, "US$" * 33_000]
)
def test_rows_of_marks_do_not_keep_the_tokenizer_busy_and_hide_no_name(row: str) -> None:
    started = time.process_time()

    [record] = extract([Paper(title="A study", abstract=f"We train an LSTM. {row} It is fast on CIFAR-10.")])

    assert time.process_time() - started < 20  # some took an hour
    assert isinstance(record, Extraction)
    assert {"LSTM", "CIFAR-10"} <= {m.text for m in record.mentions}
    assert all(record.paper.abstract[m.start : m.end] == m.text for m in record.mentions)


def test_of_a_text_without_end_the_beginning_is_read_and_all_is_kept() -> None:
    abstract = "We train an LSTM. " + "It is slow. " * 100_000 + "We use CIFAR-10."

    [record] = extract([Paper(title="A study", abstract=abstract)])

    assert isinstance(record, Extraction)
    assert [m.text for m in record.mentions] == ["LSTM"]
    assert record.paper.abstract == abstract
