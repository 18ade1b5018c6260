"""Candidates and their groups: what one paper calls by several names is one thing."""

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from kg.extraction import abbreviations, lexicon  # noqa: F401  registers the factories
from kg.extraction import candidates as c
from kg.extraction.tagger import LABELS
from kg.extraction.words import read, words_of
from kg.ontology import core


@pytest.fixture(scope="module")
def nlp() -> spacy.language.Language:
    """A pipeline up to where the tagger would follow."""
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_abbreviations")
    nlp.add_pipe("kg_lexicon")
    Doc.set_extension("kg_marginals", default=None, force=True)
    return nlp


def tagged(nlp: spacy.language.Language, text: str, *names: str) -> Doc:
    """A text in which the tagger is sure of some names (a run of words each) and of nothing else."""
    doc = nlp(text)
    marginals = np.zeros((len(doc), len(LABELS)))
    marginals[:, 0] = 1.0
    for name in names:
        start = text.index(name)
        span = doc.char_span(start, start + len(name))
        assert span is not None
        marginals[span.start : span.end] = 0.0
        marginals[span.start, LABELS.index("B-M")] = 1.0
        marginals[span.start + 1 : span.end, LABELS.index("I-M")] = 1.0
    doc._.kg_marginals = marginals
    return doc


def grouped(doc: Doc) -> list[tuple[str, list[str]]]:
    """The concept of each group and the texts of its candidates."""
    return [(g.concept, [x.text for x in g.candidates]) for g in c.groups(doc)]


def test_what_the_tagger_believes_in_is_a_candidate_wherever_it_stands(nlp: spacy.language.Language) -> None:
    assert grouped(tagged(nlp, "Our GateNet is new; GateNet wins.", "GateNet")) == [("", ["GateNet", "GateNet"])]


def test_a_name_and_its_abbreviation_are_one_group(nlp: spacy.language.Language) -> None:
    doc = tagged(nlp, "The gated flow network (GFN) wins, as GFN does.", "gated flow network")
    [group] = c.groups(doc)
    assert [x.text for x in group.candidates] == ["gated flow network", "GFN", "GFN"]
    assert (group.short_form, group.long_form) == ("GFN", "gated flow network")


def test_the_papers_definition_decides_what_an_abbreviation_means(nlp: spacy.language.Language) -> None:
    found = dict(grouped(tagged(nlp, "We study continual learning (CL).", "continual learning")))
    assert found == {"continual-learning": ["continual learning", "CL"]}


def test_a_stretch_that_adds_nothing_to_a_known_name_is_that_name(nlp: spacy.language.Language) -> None:
    assert c.reducible((0, 4), (2, 3), ["the", "vanilla", "LSTM", "model"])
    assert not c.reducible((0, 3), (2, 3), ["bayesian", "deep", "LSTM"])


def test_runs_are_cut_where_a_new_name_begins() -> None:
    marginals = np.zeros((4, len(LABELS)))
    for row, label in enumerate(("B-M", "I-M", "B-D", "O")):
        marginals[row, LABELS.index(label)] = 1.0
    assert c.spans(marginals, ["deep", "thing", "Foo", "here"]) == [(0, 2), (2, 3)]


def test_punctuation_and_articles_at_the_ends_are_trimmed(nlp: spacy.language.Language) -> None:
    text = read(nlp("(the GateNet)."))
    assert text.words == ("(", "the", "GateNet", ")", ".")
    assert c.trimmed(0, 5, text) == (2, 3)
    assert c.trimmed(0, 2, text) == (2, 2)


@pytest.mark.parametrize(
    ("text", "name"),
    [("LLaMA models", "LLaMA"), ("neural network", "neural network"), ("BERT", "BERT"), ("models", "models")],
)
def test_the_noun_that_says_what_a_name_is_falls_off(text: str, name: str) -> None:
    assert core(text) == name


def test_an_empty_text_has_no_groups(nlp: spacy.language.Language) -> None:
    assert words_of(nlp("")) == ()


def test_a_title_that_shortens_a_name_of_the_abstract_means_that_name(nlp: spacy.language.Language) -> None:
    text = "Gated Flow Control\n\nWe propose gated flow control units. Cells are old."
    doc = tagged(nlp, text, "Gated Flow Control", "gated flow control units")
    [group] = c.groups(doc)
    assert [x.text for x in group.candidates] == ["Gated Flow Control", "gated flow control units"]
    assert group.long_form == "gated flow control units"


def test_a_title_that_begins_two_names_of_the_abstract_is_a_name_of_its_own(nlp: spacy.language.Language) -> None:
    text = "Gated Flow Control\n\nGated flow control units meet gated flow control cells."
    doc = tagged(nlp, text, "Gated Flow Control", "Gated flow control units", "gated flow control cells")
    assert [len(group.candidates) for group in c.groups(doc)] == [1, 1, 1]


def test_what_nobody_believes_in_is_left_out_unless_the_thing_is_named_elsewhere(nlp: spacy.language.Language) -> None:
    assert grouped(tagged(nlp, "The LSTM came first.")) == []
    text = "The LSTM came first; then the LSTM won."
    doc = tagged(nlp, text)
    second = read(doc).words.index("LSTM", 3)
    doc._.kg_marginals[second] = np.eye(len(LABELS))[LABELS.index("B-M")]
    [(concept, spellings)] = grouped(doc)
    assert concept
    assert spellings == ["LSTM", "LSTM"]
