"""The judge: what is said of a group of candidates, and the sums of its weights."""

import math

import numpy as np
import pytest
import spacy

from kg.extraction.candidates import Candidate
from kg.extraction.groups import Group
from kg.extraction.judge import Judge, Reading, features
from kg.extraction.sayings import NUMBERS, expanded
from kg.extraction.tag_features import Flags
from kg.extraction.words import Words, read
from kg.ontology import scheme

TEXT = "GateNet: a new gate\n\nWe propose GateNet, a network. It outperforms ResNet-50."


@pytest.fixture(scope="module")
def text() -> Words:
    """The words of a title and an abstract."""
    return read(spacy.blank("en")(TEXT))


def group(text: Words, name: str, **known: str) -> Group:
    """All places of a name, which the tagger takes for a method with probability 0.9."""
    places = [i for i, word in enumerate(text.words) if word == name]
    return Group(
        name, **known, candidates=[Candidate(i, i + 1, name, "tagger", scores=(0.9, 0.0, 0.0)) for i in places]
    )


def names(text: Words, found: Group) -> list[str]:
    """The names of the features of a group."""
    bundles, _ = features(found, Reading(text), Flags(scheme()), {"gatenet": (2, 0, 4)})
    return [name for bundle in bundles for name in expanded(bundle)]


def test_a_name_that_the_paper_proposes_says_so(text: Words) -> None:
    told = names(text, group(text, "GateNet"))
    assert {"place=handle", "count=2", "papers=2", "elsewhere=new", "verb=propose", "then=model/appos"} <= {*told}
    assert "intro=we/near" in told


def test_a_name_right_behind_the_verb_says_what_stands_behind_it(text: Words) -> None:
    assert {"direct=,", "direct=,/new", "direct=,/new/handle"} <= {*names(text, group(text, "GateNet"))}
    assert not any(name.startswith("direct") for name in names(text, group(text, "network")))


def test_a_name_that_is_compared_to_says_so(text: Words) -> None:
    told = names(text, group(text, "ResNet-50", concept="resnet-50"))
    assert {"place=text", "cue=beats", "prev=outperforms", "next=.", "lex=a"} <= {*told}
    assert not any(name.startswith(("intro", "verb")) for name in told)


def test_two_places_with_the_same_surroundings_say_it_once(text: Words) -> None:
    twice = group(text, "ResNet-50")
    twice.candidates *= 2
    assert names(text, twice).count("cue=beats") == 1


def test_scores_are_the_sums_of_the_weights_of_all_features(text: Words) -> None:
    groups = [group(text, "GateNet"), group(text, "ResNet-50", concept="resnet-50")]
    told = [{*names(text, found)} for found in groups]
    rng = np.random.default_rng(7)
    weights = {name: rng.normal(size=4) / 20 for name in sorted({*told[0], *told[1], "bias", *NUMBERS})}
    found = Judge(weights, {"gatenet": (2, 0, 4)}, Flags(scheme())).verdicts(groups, text)
    for verdict, one, some in zip(found, told, groups, strict=True):
        _, beliefs = features(some, Reading(text), Flags(scheme()), {})
        numbers = [math.log((p + 0.01) / (1.01 - p)) for p in beliefs]
        score = weights["bias"] + sum(weights[name] for name in one)
        score += sum(weights[name] * number for name, number in zip(NUMBERS, numbers, strict=True))
        assert verdict.accepted == pytest.approx(1 / (1 + math.exp(-score[0])))
        assert verdict.introduced == pytest.approx(1 / (1 + math.exp(-score[3])))
        assert (verdict.kind == "Dataset") == (score[1] > 0)


def test_a_text_without_candidates_has_no_verdicts(text: Words) -> None:
    assert Judge({}, {}, Flags(scheme())).verdicts([], text) == []


def test_a_group_of_which_no_feature_has_a_weight_is_undecided(text: Words) -> None:
    [verdict] = Judge({}, {}, Flags(scheme())).verdicts([group(text, "GateNet")], text)
    assert (verdict.accepted, verdict.kind, verdict.introduced) == (0.5, "Method", 0.5)
