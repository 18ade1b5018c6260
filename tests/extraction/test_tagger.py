"""The tagger: its tables give what its features say, and a text has the same probabilities in any company."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction import abbreviations, lexicon, tagger  # noqa: F401  registers the factories
from kg.extraction.model import Model, load, save
from kg.extraction.tag_features import Flags, features
from kg.extraction.tagger import LABELS, Scorer, Tagger
from kg.extraction.words import read, words_of
from kg.ontology import scheme

TEXT = "GateNet: a study of memory\n\nWe propose a gated flow network (GFN) and train an LSTM on CIFAR-10 with Adam."


@pytest.fixture(scope="module")
def doc() -> Doc:
    """A text with its abbreviations and the names of the scheme."""
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_abbreviations")
    nlp.add_pipe("kg_lexicon")
    return nlp(TEXT)


def test_the_tables_add_up_what_the_features_weigh(doc: Doc) -> None:
    # The form of a word with digits was once taken of its form: training saw XX-d where reading saw XX-x.
    model, flags, zero = load(), Flags(scheme()), np.zeros(len(LABELS))
    scorer, docs = Scorer(model, flags), [spacy.blank("en")("Title:"), doc, spacy.blank("en")("ResNet-50")]
    fast = scorer.emissions([scorer.look_up(read(d), flags.marks(d, read(d))) for d in docs])
    for found, d in zip(fast, docs, strict=True):
        slow = [
            sum((model.tag_weights.get(name, zero) for name in row), zero)
            for row in features(words_of(d), flags.of(d, read(d)), dict(model.clusters))
        ]
        np.testing.assert_allclose(found, np.array(slow), rtol=1e-5, atol=1e-5)


def test_probabilities_are_the_same_in_any_company(doc: Doc) -> None:
    flags = Flags(scheme())
    scorer = Scorer(load(), flags)
    [emissions] = scorer.emissions([scorer.look_up(read(doc), flags.marks(doc, read(doc)))])
    texts = [emissions[:1], emissions, emissions[:1], np.zeros((40, len(LABELS)), dtype=np.float32)]
    many = scorer.marginals(texts)
    for text, found in zip(texts, many, strict=True):
        [alone] = scorer.marginals([text])
        assert (found == alone).all()
    np.testing.assert_allclose(many[1].sum(axis=1), 1.0, rtol=1e-6)


def test_probabilities_are_those_of_all_ways_through_a_short_text() -> None:
    rng = np.random.default_rng(7)
    scores, steps = rng.normal(size=(3, len(LABELS))), rng.normal(size=(len(LABELS), len(LABELS)))
    model = Model({}, steps, {}, {}, {})
    total = np.zeros((3, len(LABELS)))
    for a in range(len(LABELS)):
        for b in range(len(LABELS)):
            for c in range(len(LABELS)):
                way = np.exp(scores[0, a] + steps[a, b] + scores[1, b] + steps[b, c] + scores[2, c])
                for place, label in enumerate((a, b, c)):
                    total[place, label] += way
    [found] = Scorer(model, Flags(scheme())).marginals([scores.astype(np.float32)])
    np.testing.assert_allclose(found, total / total.sum(axis=1, keepdims=True), rtol=1e-5)


def test_weights_come_back_as_they_were_saved(tmp_path: Path) -> None:
    row = np.array([0.5] * len(LABELS))
    model = Model(
        {"l=lstm": row},
        np.eye(len(LABELS)),
        {"LSTM": (1, 2)},
        {"bias": np.array([1.0, 2.0])},
        {"bert": (3, 0, 1)},
    )
    save(model, tmp_path / "weights.npz")
    found = load(tmp_path / "weights.npz")
    assert dict(found.clusters) == {"LSTM": (1, 2)}
    assert dict(found.names) == {"bert": (3, 0, 1)}
    np.testing.assert_array_equal(found.tag_weights["l=lstm"], row)
    np.testing.assert_array_equal(found.judge_weights["bias"], [1.0, 2.0])
    np.testing.assert_array_equal(found.transitions, np.eye(len(LABELS)))
    load.cache_clear()


def test_no_part_of_the_weights_that_ship_is_empty() -> None:
    model = load()
    parts = (model.tag_weights, model.clusters, model.judge_weights, model.names)
    assert min(map(len, parts)) > 1000


def test_a_text_without_words_has_no_probabilities() -> None:
    scorer = Scorer(load(), Flags(scheme()))
    docs = [read(spacy.blank("en")(text)) for text in ("", "BERT")]
    texts = [scorer.look_up(text, np.zeros(len(text), int)) for text in docs]
    assert [len(found) for found in scorer.marginals(scorer.emissions(texts))] == [0, 1]


def test_tables_that_are_full_begin_anew_and_give_the_same(doc: Doc, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Tagger(Language(), "tagger")
    [once] = [d._.kg_marginals.copy() for d in found.pipe([doc])]
    first = found._scorer
    monkeypatch.setattr(tagger, "MOST", 3)

    other = spacy.blank("en")("Other words stand here, and none of them is a name.")

    def stream() -> Iterator[Doc]:  # reads with the same tagger while it is read
        yield from found.pipe([other])
        yield from found.pipe([doc])

    _, again = [d._.kg_marginals for d in found.pipe(stream())]
    assert (again == once).all()
    assert found._scorer is not first
