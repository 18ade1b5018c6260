"""The words of a text, read off spaCy's tokens."""

import pickle

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
def test_two_processes_of_spacy_find_what_one_finds() -> None:
    nlp = make_pipeline()
    texts = [TEXT, "We propose GateNet, a gated flow network."] * 3
    one, two = ([[m[2] for m in doc._.kg_mentions] for doc in nlp.pipe(texts, n_process=n)] for n in (1, 2))
    assert one == two
