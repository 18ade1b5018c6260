"""Names and their folded forms, identifiers, and the concept scheme that ships with `kg`."""

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ontology import Scheme, concept_id, fold, read_rows, scheme, scheme_id
from kg.records import Kind

HEADER = ("name", "kind", "broader", "aliases", "flags")


def make(*lines: str) -> Scheme:
    """A scheme of lines with ``;`` between the columns."""
    return Scheme(dict(zip(HEADER, [*line.split(";"), "", "", "", ""], strict=False)) for line in lines)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ResNet-50", "resnet50"),
        ("Long Short-Term Memories", "long short term memory"),
        ("Schrödinger Bridge", "Schrodinger bridges"),
        ("β-VAE", "beta VAE"),
        ("H∞", "Hinfinity"),
        ("ﬁne-tuning", "fine tuning"),
        ("A*", "A★"),
        ("GPT_2", "GPT-2"),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("C++", "C#"), ("DQN", "DQNN"), ("loss", "los"), ("A", "A*")])
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)
    assert concept_id(one) != concept_id(other)


WORDS = st.lists(st.text("abcdefgXYZ0123456789", min_size=1, max_size=9), min_size=1, max_size=4)


@given(WORDS, st.sampled_from(["-", " ", "_", "  ", " – "]))
def test_folding_forgets_case_and_what_joins_the_words(words: list[str], joint: str) -> None:
    assert fold(joint.join(words)) == fold(" ".join(words).upper()) == fold("-".join(words).lower())


@given(st.text(max_size=200))
def test_any_name_has_an_identifier_that_is_a_valid_end_of_an_iri(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", concept_id(name))
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scheme_id(name))


@given(st.text(max_size=60), st.text(max_size=60))
def test_names_share_an_identifier_exactly_if_they_fold_alike(one: str, other: str) -> None:
    if fold(one) or fold(other):
        assert (concept_id(one) == concept_id(other)) == (fold(one) == fold(other))


def test_a_concept_is_found_by_all_its_spellings() -> None:
    found = make("LSTM;Architecture;;long short-term memory|Long Short Term Memory network")
    assert found.find("lstms") == found.find("Long short-term memories".replace("ies", "y")) == ("lstm",)
    assert found.find("GRU") == ()
    assert found.concepts["lstm"].aliases == ("long short-term memory", "Long Short Term Memory network")


def test_a_second_row_of_a_concept_adds_spellings_and_changes_nothing_else() -> None:
    found = make("Adam;Method;;", "ADAM;Architecture;;Adam optimizer")
    assert (found.concepts["adam"].label, found.concepts["adam"].kind) == ("Adam", "Method")
    assert found.find("Adam optimizer") == ("adam",)


def test_a_spelling_that_an_earlier_row_owns_stays_its_own() -> None:
    found = make("continual learning;Method;;CL", "curriculum learning;Method;;CL")
    assert found.find("CL") == ("continual-learning",)


def test_broader_concepts_are_found_with_their_distance() -> None:
    found = make("neural network;Architecture", "RNN;Architecture;neural network", "LSTM;Architecture;RNN")
    assert found.ancestors("lstm") == {"rnn": 1, "neural-network": 2}
    assert found.ancestors("neural-network") == {}
    assert found.ancestors("unheard-of") == {}


def test_a_broader_name_that_no_row_has_and_a_circle_are_left_out() -> None:
    found = make("a1;Method;b1|nowhere", "b1;Method;a1")
    assert found.concepts["a1"].broader == ("b1",)
    assert found.concepts["b1"].broader == ()


def test_tasks_are_names_without_concepts() -> None:
    found = make("image classification;Task;;classification of images")
    assert (found.concepts, found.tasks) == ({}, ["image classification", "classification of images"])


def test_the_version_changes_with_the_names_and_with_nothing_else() -> None:
    one, other = make("A1;Method", "B1;Method"), make("B1;Method", "A1;Method")
    assert one.version == other.version != make("A1;Method", "B2;Method").version


def test_rows_are_read_with_quotes_as_they_stand_and_comments_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "concepts.tsv"
    path.write_text('## a comment\nname\tkind\n"quoted\tMethod\n', encoding="utf-8")
    assert list(read_rows(path)) == [{"name": '"quoted', "kind": "Method"}]


def test_the_shipped_scheme_is_sound() -> None:
    known = scheme().concepts
    assert len(known) > 500
    assert all(c.kind in get_args(Kind) and c.kind not in ("Code", "Task") for c in known.values())
    assert all(broader in known for c in known.values() for broader in c.broader)
    assert all(ident not in scheme().ancestors(ident) for ident in known)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", ident) for ident in known)
    assert all(iri.startswith("http") for c in known.values() for iri in c.exact_match)
    labels = [c.label for c in known.values()]
    assert len(set(labels)) == len(labels)


def test_in_the_shipped_scheme_an_lstm_is_a_recurrent_neural_network_and_that_a_neural_network() -> None:
    [lstm], [rnn], [network] = (scheme().find(n) for n in ("LSTM", "recurrent neural network", "neural network"))
    assert scheme().ancestors(lstm)[rnn] < scheme().ancestors(lstm)[network]


@pytest.mark.parametrize("name", ["neural network", "deep learning"])
def test_concepts_that_say_nothing_are_marked_generic(name: str) -> None:
    assert all(scheme().concepts[ident].generic for ident in scheme().find(name))
