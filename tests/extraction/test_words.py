"""The words of a text, read off spaCy's tokens."""

import pickle

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc, DocBin

from kg.extraction.pipeline import make_pipeline
from kg.extraction.words import read

TEXT = "GateNet: a study\n\nWe train an LSTM on CIFAR-10."


def test_words_know_the_break_after_the_title_and_their_characters() -> None:
    text = read(spacy.blank("en")(TEXT))
    assert (text.words[text.title], text.words[text.colon]) == ("¶", ":")
    a, b = text.range(TEXT.index("CIFAR-10"), TEXT.index("CIFAR-10") + 8)
    assert text.slice(a, b) == "CIFAR-10"
    other = read(spacy.blank("en")("No break: here."))
    assert (other.title, other.colon) == (0, 0)


def test_a_document_is_written_and_sent_without_them_and_they_are_read_again() -> None:
    nlp = make_pipeline()
    doc = nlp(TEXT)
    for back in (
        Doc(nlp.vocab).from_bytes(doc.to_bytes()),
        pickle.loads(pickle.dumps(doc)),
        next(DocBin(docs=[doc], store_user_data=True).get_docs(spacy.blank("en").vocab)),
    ):
        assert back.user_data["kg_words"] is None
        assert read(back).words == read(doc).words
        assert list(map(tuple, back._.kg_mentions)) == list(doc._.kg_mentions)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # spaCy forks, which newer versions of Python warn of
def test_words_that_got_vectors_after_their_numbers_are_read_as_they_are() -> None:
    nlp = make_pipeline()
    before = read(nlp(TEXT))
    nlp.vocab.set_vector("LSTM", np.ones(3, dtype=np.float32))
    after = read(nlp(TEXT))
    assert (after.words, after.starts, after.lows) == (before.words, before.starts, before.lows)


def test_a_pipeline_that_was_pickled_finds_the_same() -> None:
    nlp = make_pipeline()
    found = nlp(TEXT)._.kg_mentions
    assert found
    assert pickle.loads(pickle.dumps(nlp))(TEXT)._.kg_mentions == found


def test_two_processes_of_spacy_find_what_one_finds() -> None:
    nlp = make_pipeline()
    texts = [TEXT, "We propose GateNet, a gated flow network."] * 3
    one, two = ([[m[2] for m in doc._.kg_mentions] for doc in nlp.pipe(texts, n_process=n)] for n in (1, 2))
    assert one == two
