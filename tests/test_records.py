"""The records between the stages: frozen, clean, and with keys that every source of a paper agrees on."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kg.records import Extraction, Mention, Paper, fold_title, slug

TEXT = st.text(max_size=80)
TITLES = TEXT.filter(lambda text: _is_title(text))


def _is_title(text: str) -> bool:
    try:
        return bool(Paper(title=text))
    except ValidationError:
        return False


def test_a_title_is_one_line_and_an_abstract_keeps_its_lines() -> None:
    paper = Paper(title="  Attention\x00 is\n all \t you need ", abstract=" One.\r\nTwo.\rThree.\x1b[31m ")
    assert paper.title == "Attention is all you need"
    assert paper.abstract == "One.\nTwo.\nThree.[31m"


def test_a_byte_order_mark_a_lone_surrogate_and_a_non_character_are_dropped() -> None:
    assert Paper(title="\ufeffA\ud800 study\uffff").title == "A study"


@pytest.mark.parametrize("title", ["", "   ", "\x00\x01", "\n"])
def test_a_paper_without_a_title_is_none(title: str) -> None:
    with pytest.raises(ValidationError):
        Paper(title=title)


def test_unknown_fields_are_refused_and_records_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Paper(title="A", colour="blue")  # type: ignore[call-arg]
    paper = Paper(title="A")
    with pytest.raises(ValidationError):
        paper.title = "B"  # type: ignore[misc]


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(ValidationError):
        Mention(text="A", type="Method", start=0, end=1, confidence=confidence, source="test")


def test_every_source_of_a_paper_gives_it_the_same_key() -> None:
    assert Paper(title="Étude: A Study").key == Paper(title="etude — a  study.", id="7", abstract="Other.").key


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Attention Is All You Need", "paper/attention-is-all-you-need-5563e10c"),
        ("One two three four five six seven eight", "paper/one-two-three-four-five-six-"),
        ("注意力就是你所需要的", "paper/"),
        ("???", "paper/"),
    ],
)
def test_the_key_is_the_first_words_and_a_hash_of_the_whole_title(title: str, key: str) -> None:
    assert Paper(title=title).key.startswith(key)
    assert re.fullmatch(r"paper/([a-z0-9]+-)*[0-9a-f]{8}", Paper(title=title).key)


def test_titles_that_fold_to_nothing_still_have_keys_of_their_own() -> None:
    assert Paper(title="???").key != Paper(title="!!!").key


def test_the_same_text_has_the_same_hash_whatever_else_is_known() -> None:
    assert Paper(title="A", abstract="B").text_hash == Paper(title="A", abstract="B", id="7").text_hash
    assert Paper(title="A", abstract="B").text_hash != Paper(title="AB").text_hash


def test_slugs_are_short_and_plain() -> None:
    assert slug("Über-Nets: a C++ study", 3) == "uber-nets-a"
    assert slug("概念") == ""
    assert len(slug("x" * 500)) == 80


@given(TITLES)
def test_any_title_has_a_key_that_is_a_valid_end_of_an_iri(title: str) -> None:
    assert re.fullmatch(r"paper/([a-z0-9]+-)*[0-9a-f]{8}", Paper(title=title).key)


@given(st.text("abcXYZ 019éß-:", min_size=1))
def test_folding_forgets_case_and_everything_but_letters_and_digits(title: str) -> None:
    assert (
        fold_title(title.replace(" ", " - ").replace("x", "X")) == fold_title(title) or not fold_title(title).isalnum()
    )


@given(TITLES, TEXT, st.floats(0, 1), st.sampled_from(["title", "abstract"]))
def test_a_record_comes_back_from_its_line_of_json(title: str, abstract: str, confidence: float, field: str) -> None:
    paper = Paper(title=title, abstract=abstract)
    found = {
        "text": "x",
        "type": "Method",
        "field": field,
        "start": 0,
        "end": 1,
        "confidence": confidence,
        "source": "t",
    }
    record = Extraction(paper=paper, mentions=(Mention.model_validate(found),), extractor="1")
    assert Extraction.model_validate_json(record.model_dump_json(exclude_defaults=True)) == record
