"""The second opinion of a small transformer: what ``--accurate`` adds."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from kg.extraction import encoder, extract, shared_pipeline, version
from kg.extraction.encoder import Reader
from kg.extraction.network import LONGEST, load
from kg.extraction.tagger import LABELS
from kg.records import Extraction, Paper

PAPER = Paper(
    title="Perfect: few-shot learning without prompts",
    abstract="We present Perfect, which needs no prompts. On GLUE it outperforms PET, a prompt-based method.",
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The network that ships."""
    return Reader(load())


def test_each_word_has_probabilities_of_its_labels_and_of_being_new(reader: Reader) -> None:
    labels, new = reader.read("We propose GateNet , a gated network .".split(), {})
    assert (labels.shape, new.shape) == ((8, len(LABELS)), (8, len(encoder.NEW)))
    assert np.allclose(labels.sum(axis=1), 1, atol=1e-5)
    assert LABELS[labels[2].argmax()] == "B-M"
    assert encoder.NEW[new[2].argmax()] == "N"
    assert LABELS[labels[0].argmax()] == "O"


def test_what_stands_behind_the_longest_part_is_read_in_further_parts(reader: Reader) -> None:
    words = ["It", "was", "cold", "."] * LONGEST + ["We", "propose", "GateNet", ",", "a", "gated", "network", "."]
    labels, new = reader.read(words, {})
    assert np.allclose(labels.sum(axis=1), 1, atol=1e-5)
    assert np.allclose(new.sum(axis=1), 1, atol=1e-5)
    assert LABELS[labels[-6].argmax()] == "B-M"
    assert encoder.NEW[new[-6].argmax()] == "N"


def test_the_beginning_of_a_long_text_is_read_as_that_of_a_part(reader: Reader) -> None:
    words = ["We", "propose", "GateNet", "."] * LONGEST
    labels, _ = reader.read(words, {})
    alone, _ = reader.read(words[: LONGEST // 4], {})
    assert LABELS[labels[2].argmax()] == LABELS[alone[2].argmax()] == "B-M"
    assert len(labels) == len(words)


def test_flags_and_shapes_that_training_never_saw_are_passed_over(reader: Reader) -> None:
    labels, _ = reader.read(["∞∑↯", "LSTM"], {0: ("no such flag",)})
    assert np.isfinite(labels).all()


def test_the_accurate_pipeline_says_what_the_paper_introduces() -> None:
    [record] = extract([PAPER], accurate=True)
    assert isinstance(record, Extraction)
    assert {(m.text, m.role) for m in record.mentions} >= {("Perfect", "introduces"), ("GLUE", "evaluates_on")}


def test_its_records_are_those_of_an_extractor_of_its_own() -> None:
    [record] = extract([PAPER], accurate=True)
    assert isinstance(record, Extraction)
    assert record.extractor == version(accurate=True) != version()


def test_the_quick_pipeline_stays_as_it_is_beside_the_accurate_one() -> None:
    before = list(extract([PAPER]))
    list(extract([PAPER], accurate=True))
    assert list(extract([PAPER])) == before
    assert shared_pipeline(accurate=True) is not shared_pipeline()


def test_a_name_far_back_in_a_long_text_is_found() -> None:
    before = "The weather in the mountains was cold and the people stayed in their houses all day long. " * 30
    abstract = f"{before}We propose GateNet, a gated network. We train an LSTM on CIFAR-10."
    [record] = extract([Paper(title="A study", abstract=abstract)], accurate=True)
    assert isinstance(record, Extraction)
    assert {(m.text, m.role) for m in record.mentions} >= {("GateNet", "introduces"), ("CIFAR-10", "evaluates_on")}


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_a_text_without_words_has_no_mentions(text: str) -> None:
    [record] = extract([Paper(title="A", abstract=text)], accurate=True)
    assert isinstance(record, Extraction)
    assert record.mentions == ()


def test_how_many_threads_numpy_has_changes_nothing(reader: Reader) -> None:
    words = "We propose GateNet , a gated network , and train an LSTM on CIFAR-10 .".split() * 5
    with threadpool_limits(2):
        two = reader.read(words, {})
    with threadpool_limits(1):
        one = reader.read(words, {})
    assert all((a == b).all() for a, b in zip(one, two, strict=True))


def test_two_processes_find_what_one_finds() -> None:
    some = [PAPER.model_copy(update={"title": f"{PAPER.title}, part {n}"}) for n in range(10)]
    assert list(extract(some, workers=2, accurate=True)) == list(extract(some, workers=1, accurate=True))
