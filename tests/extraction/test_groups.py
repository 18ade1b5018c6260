"""Groups of candidates: what one paper calls by several names is one thing."""

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from kg.extraction import abbreviations, lexicon  # noqa: F401  registers the factories
from kg.extraction.candidates import Candidate, candidates
from kg.extraction.groups import Group, groups, same_name
from kg.extraction.tagger import LABELS
from kg.extraction.words import read


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
    return [(g.concept, [x.text for x in g.candidates]) for g in groups(doc)]


def test_what_the_tagger_believes_in_is_a_candidate_wherever_it_stands(nlp: spacy.language.Language) -> None:
    assert grouped(tagged(nlp, "Our GateNet is new; GateNet wins.", "GateNet")) == [("", ["GateNet", "GateNet"])]


@pytest.mark.parametrize(
    ("title", "handle"), [("GateNet: a study", True), ("On GateNet: a study", False), ("GateNet V2: a study", False)]
)
def test_a_handle_is_all_that_stands_before_the_colon_of_the_title(
    nlp: spacy.language.Language, title: str, handle: bool
) -> None:
    [group] = groups(tagged(nlp, f"{title}\n\nWe study: GateNet.", "GateNet"))
    assert group.handle is handle


def test_a_framework_based_on_something_known_is_that_thing(nlp: spacy.language.Language) -> None:
    doc = tagged(
        nlp,
        "Our meta-learning-based framework beats a gate-based model.",
        "meta-learning-based framework",
        "gate-based model",
    )
    assert grouped(doc) == [
        ("meta-learning", ["meta-learning", "meta-learning-based framework"]),
        ("", ["gate-based model"]),
    ]


def test_a_name_and_its_abbreviation_are_one_group(nlp: spacy.language.Language) -> None:
    doc = tagged(nlp, "The gated flow network (GFN) wins, as GFN does.", "gated flow network")
    [group] = groups(doc)
    assert [x.text for x in group.candidates] == ["gated flow network", "GFN", "GFN"]
    assert (group.short_form, group.long_form) == ("GFN", "gated flow network")


def test_the_papers_definition_decides_what_an_abbreviation_means(nlp: spacy.language.Language) -> None:
    found = dict(grouped(tagged(nlp, "We study continual learning (CL).", "continual learning")))
    assert found == {"continual-learning": ["continual learning", "CL"]}


def test_a_title_that_shortens_a_name_of_the_abstract_means_that_name(nlp: spacy.language.Language) -> None:
    text = "Gated Flow Control\n\nWe propose gated flow control units. Cells are old."
    doc = tagged(nlp, text, "Gated Flow Control", "gated flow control units")
    [group] = groups(doc)
    assert [x.text for x in group.candidates] == ["Gated Flow Control", "gated flow control units"]
    assert group.long_form == "gated flow control units"


def test_a_name_with_and_without_the_noun_that_says_what_it_is_is_one_thing(nlp: spacy.language.Language) -> None:
    text = "Gated flow control is new. So is gated flow control learning, but no gated flow control layer."
    doc = tagged(nlp, text, "Gated flow control", "gated flow control learning", "gated flow control layer")
    assert grouped(doc) == [
        ("", ["Gated flow control", "gated flow control learning"]),
        ("", ["gated flow control layer"]),
    ]
    assert [group.long_form for group in groups(doc)] == ["gated flow control learning", ""]


def test_a_thing_that_bears_both_names_already_stays_whole(nlp: spacy.language.Language) -> None:
    text = "Gated Flow Control\n\nWe propose gated flow control learning."
    doc = tagged(nlp, text, "Gated Flow Control", "gated flow control learning")
    assert grouped(doc) == [("", ["Gated Flow Control", "gated flow control learning"])]


def test_two_words_and_a_noun_are_not_shortened_to_one(nlp: spacy.language.Language) -> None:
    doc = tagged(nlp, "Flowing is old, flowing learning is new.", "Flowing", "flowing learning")
    assert grouped(doc) == [("", ["Flowing"]), ("", ["flowing learning"])]


def test_a_definition_keeps_its_names_when_a_noun_joins_them(nlp: spacy.language.Language) -> None:
    text = "Gated flow control (GFC) is new. We run gated flow control learning."
    doc = tagged(nlp, text, "Gated flow control", "gated flow control learning")
    [group] = groups(doc)
    assert (group.short_form, group.long_form, len(group.candidates)) == ("GFC", "Gated flow control", 3)


def test_a_title_that_begins_two_names_of_the_abstract_is_a_name_of_its_own(nlp: spacy.language.Language) -> None:
    text = "Gated Flow Control\n\nGated flow control units meet gated flow control cells."
    doc = tagged(nlp, text, "Gated Flow Control", "Gated flow control units", "gated flow control cells")
    assert [len(group.candidates) for group in groups(doc)] == [1, 1, 1]


def test_what_nobody_believes_in_is_left_out_unless_the_thing_is_named_elsewhere(nlp: spacy.language.Language) -> None:
    assert grouped(tagged(nlp, "The LSTM came first.")) == []
    text = "The LSTM came first; then the LSTM won."
    doc = tagged(nlp, text)
    second = read(doc).words.index("LSTM", 3)
    doc._.kg_marginals[second] = np.eye(len(LABELS))[LABELS.index("B-M")]
    [(concept, spellings)] = grouped(doc)
    assert concept
    assert spellings == ["LSTM", "LSTM"]


def test_a_word_made_of_the_first_letters_of_one_longer_name_means_that_name(nlp: spacy.language.Language) -> None:
    doc = tagged(nlp, "Gated Flow RNNs win. On text, GFRNNs win by far.", "Gated Flow RNNs", "GFRNNs")
    group, known = groups(doc)
    assert [x.text for x in group.candidates] == ["Gated Flow RNNs", "GFRNNs"]
    assert (group.short_form, group.long_form) == ("GFRNNs", "Gated Flow RNNs")
    assert known.concept == "recurrent-neural-network"


def test_a_word_with_the_first_letters_of_two_names_means_neither(nlp: spacy.language.Language) -> None:
    names = ("Gated Flow Ponds", "Green Field Ponds", "GFP")
    doc = tagged(nlp, "Gated Flow Ponds and Green Field Ponds meet GFP.", *names)
    assert grouped(doc) == [("", [name]) for name in names]


def test_three_letters_do_not_overrule_what_the_scheme_knows_under_them(nlp: spacy.language.Language) -> None:
    doc = tagged(nlp, "Cosy Neural Nests house a CNN.", "Cosy Neural Nests", "CNN")
    assert grouped(doc) == [("", ["Cosy Neural Nests"]), ("convolutional-neural-network", ["CNN"])]


def test_a_known_name_is_one_thing_wherever_it_stands(nlp: spacy.language.Language) -> None:
    known, alone = (
        Candidate(0, 1, "LSTMs", "lexicon", concept="long-short-term-memory"),
        Candidate(5, 6, "LSTM", "tagger"),
    )
    pair = [Group("c:lstm", known.concept, candidates=[known]), Group("n:lstm", candidates=[alone])]
    assert list(same_name(pair)) == [(pair[1], pair[0])]


def test_a_known_name_in_other_letters_than_the_scheme_allows_joins_it(nlp: spacy.language.Language) -> None:
    doc = tagged(nlp, "We train CLIP. With more data, Clip wins.", "CLIP", "Clip")
    assert grouped(doc) == [("clip", ["CLIP", "Clip"])]


def test_a_title_that_spells_its_handle_out_defines_it(nlp: spacy.language.Language) -> None:
    doc = tagged(nlp, "CaraNet: Camera-Radar Networks for Depth\n\nCaraNet wins.", "CaraNet", "Camera-Radar Networks")
    [group] = groups(doc)
    assert [x.text for x in group.candidates] == ["CaraNet", "Camera-Radar Networks", "CaraNet"]


def test_two_long_forms_of_one_handle_are_one_thing(nlp: spacy.language.Language) -> None:
    text = "CaraNet: Camera-Radar Networks\n\nWe train cameras and radars networks (CaraNet)."
    doc = tagged(nlp, text, "CaraNet", "Camera-Radar Networks", "cameras and radars networks")
    [group] = groups(doc)
    assert len(group.candidates) == 4


def test_two_known_things_with_one_abbreviation_stay_two(nlp: spacy.language.Language) -> None:
    doc = tagged(
        nlp, "Continual learning (CL) is not contrastive learning (CL).", "Continual learning", "contrastive learning"
    )
    assert {concept for concept, _ in grouped(doc)} == {"continual-learning", "contrastive-learning"}


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("We train an LSTM and GRU and CNN here.", "LSTM and GRU and CNN", ["LSTM", "GRU", "CNN"]),
        ("A vanilla neural network.", "vanilla neural", ["vanilla neural", "neural network"]),
    ],
)
def test_names_of_the_scheme_take_a_stretch_apart_that_covers_them(
    nlp: spacy.language.Language, text: str, name: str, found: list[str]
) -> None:
    doc = tagged(nlp, text, name)
    assert [c.text for c in candidates(doc, read(doc), doc._.kg_marginals)] == found
