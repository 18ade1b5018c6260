"""The second opinion on what a paper introduces: what it sees, what it changes, and the file that keeps it."""

from pathlib import Path

import numpy as np
import pytest
import spacy

from kg.extraction import introductions
from kg.extraction.candidates import Candidate
from kg.extraction.groups import Group
from kg.extraction.introductions import (
    FORMS,
    KNOWN,
    NOTHING,
    PLACES,
    REACH,
    Network,
    SecondOpinions,
    View,
    load,
    numbered,
    save,
    view,
)
from kg.extraction.judge import Verdict
from kg.extraction.words import Words, read

TEXT = "GateNet: a study\n\nWe train GateNet and an LSTM."
"""GateNet : a study ¶ We train GateNet and an LSTM ."""
VOCABULARY = {"gatenet": 2, ":": 3, "a": 4, "study": 5, "we": 6, "train": 7, "and": 8, "lstm": 9}
NUMBERS = numbered(VOCABULARY)


@pytest.fixture
def text() -> Words:
    """The words of the text."""
    return read(spacy.blank("en")(TEXT))


def group(name: str, *places: int) -> Group:
    """A name of one word at some places."""
    return Group(f"n:{name}", candidates=[Candidate(p, p + 1, name, "tagger", (0.9, 0.0, 0.0)) for p in places])


@pytest.fixture
def network() -> Network:
    """A network with weights by chance."""
    chance = np.random.default_rng(5)
    size = (2 * REACH + 2) * 3 + 2
    shapes = {"words": (KNOWN + len(VOCABULARY) + FORMS, 3), "places": (size, 4), "places.bias": (4,), "facts": (14, 2)}
    shapes |= {"facts.bias": (2,), "both": (10, 5), "both.bias": (5,), "end": (5, 1), "end.bias": (1,)}
    arrays = {name: chance.normal(size=size).astype(np.float32) for name, size in shapes.items()}
    arrays |= {"middle": np.zeros(14, np.float32), "spread": np.ones(14, np.float32)}
    return Network(VOCABULARY, arrays)


def shown(seen: View, place: int) -> str:
    """The words that stand around a place, as the network sees them."""
    names = {NOTHING: "_", **{number: word for word, number in VOCABULARY.items()}}
    row = [names.get(number, "?") for number in seen.words[place].tolist()]
    before, behind = " ".join(row[:REACH]).strip("_ "), " ".join(row[REACH:-2]).strip("_ ")
    return f"{before} [{row[-2]} {row[-1]}] {behind}".strip()


def test_the_words_around_are_those_of_the_title_or_of_the_abstract(text: Words) -> None:
    seen = view([([group("GateNet", 0, 7), group("LSTM", 10)], text)], NUMBERS, {})
    assert [shown(seen, place) for place in range(3)] == [
        "[gatenet gatenet] : a study",
        "we train [gatenet gatenet] and ? lstm ?",
        "we train gatenet and ? [lstm lstm] ?",
    ]
    assert seen.begins == [0, 2]
    assert seen.flags.tolist() == [[1, 1], [0, 0], [0, 0]]


@pytest.mark.parametrize(("written", "wanted"), [("\n\nLSTM", "[lstm lstm]"), ("LSTM", "[lstm lstm]")])
def test_without_a_title_or_without_an_abstract_the_first_word_counts(written: str, wanted: str) -> None:
    text = read(spacy.blank("en")(written))
    assert shown(view([([group("LSTM", text.words.index("LSTM"))], text)], NUMBERS, {}), 0) == wanted


def test_of_a_name_that_stands_everywhere_the_first_places_are_looked_at(text: Words) -> None:
    seen = view([([group("GateNet", *range(9)), group("LSTM", 10)], text)], NUMBERS, {})
    assert seen.begins == [0, PLACES]


def test_a_group_is_judged_the_same_in_any_company(text: Words, network: Network) -> None:
    some = [group("GateNet", 0, 7), group("LSTM", 10), group("study", 3)]
    together = network.odds(view([(some, text), (some[1:], text)], NUMBERS, {})).tolist()
    alone = [float(network.odds(view([([one], text)], NUMBERS, {}))[0]) for one in some]
    assert together == [*alone, *alone[1:]]
    assert len(set(alone)) == 3


def test_only_doubtful_introductions_are_seen_anew(text: Words, network: Network) -> None:
    sure, doubtful = Verdict(0.9, "Method", 0.99), Verdict(0.8, "Architecture", 0.5)
    one, other = (group("GateNet", 0, 7), sure), (group("LSTM", 10), doubtful)
    first, second, third = SecondOpinions(network, {}).on([([one], text), ([one, other], text), ([], text)])
    new = network.odds(view([([other[0]], text)], NUMBERS, {}))[0]
    assert (first, third) == ([one], [])
    assert second[0] == one
    assert second[1][1]._replace(introduced=0.5) == doubtful
    assert second[1][1].introduced == pytest.approx(1 / (1 + np.exp(-introductions.SHARE * new)), abs=1e-6)


def test_a_known_name_that_the_title_begins_with_is_left_to_the_judge(text: Words, network: Network) -> None:
    doubtful, known = Verdict(0.8, "Architecture", 0.5), group("GateNet", 0, 7)
    known.concept, known.handle = "gate-net", True
    assert list(SecondOpinions(network, {}).on([([(known, doubtful)], text)])) == [[(known, doubtful)]]


def test_a_file_keeps_a_network_in_16_bits(network: Network, tmp_path: Path) -> None:
    save(network, tmp_path / "net.npz")
    found = load.__wrapped__(tmp_path / "net.npz")
    assert found.known == network.known
    assert {name: array.shape for name, array in found.arrays.items()} == {
        name: array.shape for name, array in network.arrays.items()
    }
    assert all(np.allclose(found.arrays[name], array, rtol=1e-3, atol=1e-3) for name, array in network.arrays.items())


def test_the_network_that_ships_knows_an_introduction_when_it_sees_one() -> None:
    text = read(
        spacy.blank("en")("A study\n\nWe propose GateNet, a network of gates. It is compared with BiFlow on images.")
    )
    new, old = load().odds(view([([group("GateNet", 5), group("BiFlow", 16)], text)], numbered(load().known), {}))
    assert new > old
