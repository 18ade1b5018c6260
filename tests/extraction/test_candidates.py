"""Candidates: which stretches of a text may name something."""

import numpy as np
import pytest
import spacy

from kg.extraction import candidates as c
from kg.extraction.tagger import LABELS
from kg.extraction.words import read
from kg.ontology import core


def test_a_stretch_that_adds_nothing_to_a_known_name_is_that_name() -> None:
    assert c.reducible((0, 4), (2, 3), ["the", "vanilla", "LSTM", "model"])
    assert not c.reducible((0, 3), (2, 3), ["bayesian", "deep", "LSTM"])


def test_runs_are_cut_where_a_new_name_begins() -> None:
    marginals = np.zeros((4, len(LABELS)))
    for row, label in enumerate(("B-M", "I-M", "B-D", "O")):
        marginals[row, LABELS.index(label)] = 1.0
    assert c.spans(marginals, ["deep", "thing", "Foo", "here"]) == [(0, 2), (2, 3)]


def test_punctuation_and_articles_at_the_ends_are_trimmed() -> None:
    text = read(spacy.blank("en")("(the GateNet)."))
    assert text.words == ("(", "the", "GateNet", ")", ".")
    assert c.trimmed(0, 5, text) == (2, 3)
    assert c.trimmed(0, 2, text) == (2, 2)


def test_half_a_pair_of_brackets_ends_a_name() -> None:
    text = read(spacy.blank("en")("convex function) programming and the caption model (MCM and GRU (gated)"))
    assert c.trimmed(0, 4, text) == (0, 2)
    assert c.trimmed(5, 11, text) == (6, 8)
    assert c.trimmed(11, 15, text) == (11, 14)


@pytest.mark.parametrize(
    ("text", "name"),
    [("LLaMA models", "LLaMA"), ("neural network", "neural network"), ("BERT", "BERT"), ("models", "models")],
)
def test_the_noun_that_says_what_a_name_is_falls_off(text: str, name: str) -> None:
    assert core(text) == name
