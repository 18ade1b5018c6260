"""From judged groups to mentions: whose a place is that two names lay claim to."""

import spacy

from kg.extraction.candidates import Candidate
from kg.extraction.groups import Group
from kg.extraction.judge import Verdict
from kg.extraction.mentions import introduces, placed
from kg.extraction.words import read

TEXT = read(spacy.blank("en")("We propose generalized teacher forcing, a change of teacher forcing."))
OUTER = Candidate(2, 5, "generalized teacher forcing", "tagger")
INNER = Candidate(3, 5, "teacher forcing", "lexicon", nested=True)
LATER = Candidate(9, 11, "teacher forcing", "lexicon")


def kept(outer: Verdict, inner: Verdict) -> list[tuple[str, int]]:
    """Name and place of the mentions that remain."""
    groups = [(Group("outer", candidates=[OUTER]), outer), (Group("inner", candidates=[INNER, LATER]), inner)]
    return sorted((c.text, c.start) for _, _, c in placed(groups, [], TEXT))


def test_what_the_paper_introduces_keeps_its_place_however_sure_a_shorter_name_is() -> None:
    found = kept(outer=Verdict(0.8, "Method", 0.9), inner=Verdict(1.0, "Method", 0.0))
    assert found == [("generalized teacher forcing", 2), ("teacher forcing", 9)]


def test_of_names_that_the_paper_uses_the_surer_one_keeps_the_place() -> None:
    found = kept(outer=Verdict(0.8, "Method", 0.1), inner=Verdict(1.0, "Method", 0.0))
    assert found == [("teacher forcing", 3), ("teacher forcing", 9)]


def test_an_address_is_nobodys_place() -> None:
    group = Group("outer", candidates=[OUTER])
    assert placed([(group, Verdict(1.0, "Method", 1.0))], [(11, 22)], TEXT) == []


def test_a_known_name_that_the_title_begins_with_is_introduced_sooner() -> None:
    perhaps = Verdict(1.0, "Method", 0.3)
    assert introduces(Group("c:lora", concept="lora", handle=True), perhaps)
    assert not introduces(Group("c:lora", concept="lora"), perhaps)
    assert not introduces(Group("n:new name", handle=True), perhaps)
