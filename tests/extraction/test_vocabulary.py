"""Words as numbers: spaCy gives those of a text, and columns tell what is known of each word."""

import numpy as np
import pytest
import spacy
from spacy.attrs import ID

from kg.extraction.vocabulary import BREAK, STOP, TITLE_BREAK, Column, addition, shown, signs, vocabulary
from kg.extraction.words import read


def test_a_text_that_was_cut_before_its_vocabulary_was_numbered_has_numbers_too() -> None:
    nlp = spacy.blank("en")
    doc = nlp("We train an LSTM.")
    words = vocabulary(nlp.vocab)
    assert [words[number] for number in doc.to_array(ID).tolist()] == ["We", "train", "an", "LSTM", "."]
    later = nlp("We test an LSTM.")
    assert [words[number] for number in later.to_array(ID).tolist()] == ["We", "test", "an", "LSTM", "."]
    assert vocabulary(nlp.vocab) is words


def test_pipelines_that_number_words_apart_read_the_same() -> None:
    one, other = spacy.blank("en"), spacy.blank("en")
    other("Other words come first here.")
    texts = [read(nlp("GateNets:\n\nWe test GateNets.")) for nlp in (one, other)]
    assert texts[0].numbers.tolist() != texts[1].numbers.tolist()
    for text in texts:
        assert text.words == ("GateNets", ":", BREAK, "We", "test", "GateNets", ".")
        assert text.lows == ("gatenets", ":", BREAK, "we", "test", "gatenets", ".")
        assert text.keys == ("gatenet", None, None, "we", "test", "gatenet", None)
        assert (text.title, text.colon, len(text)) == (2, 1, 7)


def test_a_column_has_room_for_every_word_and_keeps_vocabularies_apart() -> None:
    asked = list[str]()
    lengths = Column(lambda word: asked.append(word) or len(word), np.empty((), np.int64))
    words, other = vocabulary(spacy.blank("en").vocab), vocabulary(spacy.blank("de").vocab)
    numbers = [words(f"word{i}") for i in range(10_000)]
    assert lengths.of(words)[numbers[-1]] == len("word9999")
    assert len(asked) == len(words)  # each word once
    number, known = other("ResNet"), len(asked)
    assert lengths.of(other)[number] == 6
    assert lengths.of(words)[numbers[0]] == 5
    assert len(asked) == known + len(other)  # those of the first vocabulary are kept


def test_words_are_numbered_anew_when_spacy_has_forgotten_most(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = spacy.blank("en")
    before = vocabulary(nlp.vocab)
    monkeypatch.setattr("kg.extraction.vocabulary.FORGOTTEN", 10)
    for i in range(3 * len(nlp.vocab)):
        before(f"word{i}")  # as it is asked about words of texts that are gone
    after = vocabulary(nlp.vocab)
    assert after is not before
    assert len(after) == len(nlp.vocab) + 1
    assert read(nlp("We train an LSTM.")).words == ("We", "train", "an", "LSTM", ".")


def test_white_space_that_is_a_word_is_shown_and_parts_names() -> None:
    assert [shown(word) for word in (TITLE_BREAK, " ", "a")] == [BREAK, "␣", "a"]
    assert [addition(word) for word in (TITLE_BREAK, " ")] == [None, None]
    assert (signs(TITLE_BREAK), signs("!"), signs(" "), signs("")) == (STOP, STOP, 0, 0)
