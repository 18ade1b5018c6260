"""Definitions of abbreviations: which short form stands for which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.abbreviations import find, is_short, long_form, titled


def pairs(text: str) -> list[tuple[str, str]]:
    """Short and long forms that a text defines."""
    return [(text[a:b], text[c:d]) for a, b, c, d in find(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use long short-term memory (LSTM).", "LSTM", "long short-term memory"),
        ("With recurrent neural networks (RNNs), we", "RNNs", "recurrent neural networks"),
        ("LSTM (long short-term memory) is old.", "LSTM", "long short-term memory"),
        ("Twin delayed DDPG (TD3) learns", "TD3", None),
        ("generative adversarial networks (GANs; Doe 2014)", "GANs", "generative adversarial networks"),
        ("natural language processing (NLP, for short)", "NLP", "natural language processing"),
        ("the Fréchet inception distance (FID)", "FID", "Fréchet inception distance"),
        ("we propose cyclical curriculum learning (CCL)", "CCL", "cyclical curriculum learning"),
        ("a self-supervised learning (SSL) task", "SSL", "self-supervised learning"),
        ("the area under the curve (AUC)", "AUC", "area under the curve"),
        ("with Tree of Thoughts (ToT)", "ToT", "Tree of Thoughts"),
        ("with tree of thoughts (TT)", "TT", "tree of thoughts"),
    ],
)
def test_a_definition_is_found(text: str, short: str, long: str | None) -> None:
    assert pairs(text) == ([(short, long)] if long else [])


@pytest.mark.parametrize(
    "text",
    [
        "a method (see below)",
        "results (Table 2)",
        "a net (2)",
        "(LSTM)",
        "we beat it (BERT)",
        "LSTM (LSTM)",
        "unclosed (RNN",
    ],
)
def test_other_parentheses_define_nothing(text: str) -> None:
    assert pairs(text) == []


def test_a_short_form_is_a_word_with_a_capital() -> None:
    assert [is_short(w) for w in ("LSTM", "GANs", "A", "lstm", "two words", "TD3")] == [
        True,
        True,
        False,
        False,
        False,
        True,
    ]


def test_letters_are_matched_from_the_end_and_the_first_at_the_start_of_a_word() -> None:
    assert long_form("CL", "we study continual learning") == len("we study ")
    assert long_form("XY", "nothing of the kind") is None


@pytest.mark.parametrize(
    ("title", "handle", "name"),
    [
        ("CaraNet: Camera-Radar Networks for Depth", "CaraNet", "Camera-Radar Networks"),
        ("TAMA: Text-Aware Models of the Air\n\nWe fly.", "TAMA", "Text-Aware Models of the Air"),
        ("BERT: Pre-training of Transformers", "BERT", None),
        ("PLAN: Planning", "PLAN", None),
        ("On RNNs: Recurrent Nets", "RNNs", None),
        ("∞-VAE: Variational AutoEncoders", "∞-VAE", "Variational AutoEncoders"),
    ],
)
def test_a_title_may_spell_its_handle_out(title: str, handle: str, name: str | None) -> None:
    found = [(title[a:b], title[c:d]) for a, b, c, d in titled(title)]
    assert found == ([(handle, name)] if name else [])


@given(st.lists(st.sampled_from([*"aB cD(),;-é3", " (RNN)", "RNN (", "aB: "]), max_size=80).map("".join))
def test_any_text_is_read_and_places_lie_in_it(text: str) -> None:
    for a, b, c, d in (*find(text), *titled(text)):
        assert 0 <= a < b <= len(text)
        assert 0 <= c < d <= len(text)
        assert b <= c or d <= a
