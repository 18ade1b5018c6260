"""Names of the scheme in a text, by folded word forms."""

import pytest
import spacy

from kg.extraction.lexicon import TASK, Lexicon, fronts, strict
from kg.ontology import Scheme

ROWS = [
    ("ResNet-50", "Architecture", "", ""),
    ("long short-term memory", "Architecture", "LSTM", ""),
    ("CLIP", "Method", "", "exact"),
    ("meta-learning", "Method", "", ""),
    ("memory", "Method", "", ""),
    ("image classification", "Task", "", ""),
    ("Penn Treebank", "Dataset", "PTB", ""),
    ("AgentBench", "Dataset", "", ""),
    ("AIS", "Method", "", ""),
    ("A-I loop", "Method", "", ""),
]


@pytest.fixture(scope="module")
def found() -> "object":
    """A function from a text to the names in it."""
    nlp = spacy.blank("en")
    columns = ("name", "kind", "aliases", "flags")
    lexicon = Lexicon(nlp, "kg_lexicon", Scheme(dict(zip(columns, row, strict=True)) for row in ROWS))

    def names(text: str) -> list[tuple[str, str]]:
        doc = lexicon(nlp(text))
        return [(doc[a:b].text, concept) for a, b, concept in doc._.kg_lexicon]

    return names


@pytest.mark.parametrize(
    ("text", "name", "concept"),
    [
        ("a ResNet50 here", "ResNet50", "resnet-50"),
        ("a resnet-50 here", "resnet-50", "resnet-50"),
        ("two Long Short Term Memories".replace("ies", "y"), "Long Short Term Memory", "long-short-term-memory"),
        ("many LSTMs", "LSTMs", "long-short-term-memory"),
        ("by meta learning", "meta learning", "meta-learning"),
        ("by metalearning", "metalearning", "meta-learning"),
        ("CLIP sees", "CLIP", "clip"),
        ("for image classification", "image classification", TASK),
        ("on PennTreebank", "PennTreebank", "penn-treebank"),
        ("on Penn-Treebank", "Penn-Treebank", "penn-treebank"),
    ],
)
def test_a_name_is_found_in_its_spellings(found, text: str, name: str, concept: str) -> None:  # type: ignore[no-untyped-def]
    assert found(text) == [(name, concept)]


def test_names_marked_exact_must_be_written_as_they_are(found) -> None:  # type: ignore[no-untyped-def]
    assert found("we clip gradients with a Clip") == []


def test_the_longest_name_wins_and_none_overlap(found) -> None:  # type: ignore[no-untyped-def]
    assert found("a long short-term memory") == [("long short-term memory", "long-short-term-memory")]


def test_a_name_with_a_hump_is_parted_only_before_capitals(found) -> None:  # type: ignore[no-untyped-def]
    assert found("Agent Bench and agent bench") == [("Agent Bench", "agentbench")]
    assert found("as it is, a I S") == []


def test_a_comma_or_the_end_of_a_sentence_parts_names(found) -> None:  # type: ignore[no-untyped-def]
    assert found("about image, classification. Long. Short term") == []


def test_fronts_and_strict_forms() -> None:
    assert list(fronts("GPT 2")) == [("gpt", False)]
    assert list(fronts("one two-three")) == [("one", False), ("onetwo", False)]
    assert list(fronts("CrossTask")) == [("cross", True)]
    assert strict("GANs") == strict("GAN") != strict("gan")
