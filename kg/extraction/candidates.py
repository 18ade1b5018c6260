"""Candidates: stretches of text that may name a concept.

They come from the tagger's probabilities, from the scheme's names and from the paper's own abbreviations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from kg.extraction.lexicon import TASK
from kg.extraction.vocabulary import BREAK, SHOWN
from kg.extraction.words import Words
from kg.ontology import KINDS_OF_THING

INSIDE = 0.33
"""Probability of being inside a name from which on a word is looked at."""

FRONTS = frozenset(
    (
        "vanilla standard pretrained pre-trained original existing classical traditional conventional "
        "popular recent modern deep novel new proposed improved simple large small several various "
        "general-purpose the a an our this these open-source open state-of-the-art multiple different "
        "efficient"
    ).split()
)
_OPENINGS = frozenset(("the", "a", "an", "our", "and", "of", "*", "+", "#"))
_AND = frozenset(("and", "or"))
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Candidate:
    """A stretch of tokens, who proposed it, and the probabilities of its labels (method, dataset, generic)."""

    start: int
    end: int
    text: str
    source: str
    scores: tuple[float, float, float] = (0.0, 0.0, 0.0)
    concept: str = ""
    nested: bool = False


def candidates(doc: Doc, text: Words, marginals: Floats) -> list[Candidate]:
    """Names of the scheme, stretches the tagger believes in, and defined abbreviations; sorted, no stretch twice."""
    found: dict[tuple[int, int], Candidate] = {}
    believed, named = believable(marginals, text), doc._.kg_lexicon
    defined = abbreviations(doc, text)
    places = [*believed, *((start, end) for start, end, _ in named), *defined]
    scores = dict(zip(places, means(marginals, places), strict=True))
    for start, end in believed:
        if hopeful(*scores[start, end]):
            found[start, end] = Candidate(start, end, text.slice(start, end), "tagger", scores[start, end])
    covering = {place: span for span in found for place in range(*span)}
    gone = set[tuple[int, int]]()
    for start, end, concept in named:
        outer = covering.get(start)
        if outer and (end > outer[1] or outer in gone):
            outer = None
        if outer and (reducible(outer, (start, end), text.lows) or joined(outer[0], start, text)):
            del found[outer]
            gone.add(outer)
            outer = None
        inside = outer is not None and outer != (start, end)
        source, known = ("task", "") if concept == TASK else ("lexicon", concept)
        found[start, end] = Candidate(start, end, text.slice(start, end), source, scores[start, end], known, inside)
    for place in defined:
        if place not in found:
            found[place] = Candidate(*place, text.slice(*place), "abbreviation", scores[place])
    return [found[place] for place in sorted(found)]


def believable(marginals: Floats, text: Words) -> list[tuple[int, int]]:
    """The stretches that the tagger takes for names, without what does not belong to a name at their ends."""
    trims = (trimmed(start, end, text) for start, end in spans(marginals, text.lows))
    return list(dict.fromkeys((start, end) for start, end in trims if start < end))


def abbreviations(doc: Doc, text: Words) -> list[tuple[int, int]]:
    """The words of the abbreviations that the text defines, and of what they stand for."""
    found = []
    for a, b, c, d in doc._.kg_abbreviations:
        for begin, stop in ((a, b), (c, d)):
            start, end = text.range(begin, stop)
            if start < end and text.starts[start] == begin and text.ends[end - 1] == stop:
                found.append((start, end))
    return found


def spans(marginals: Floats, words: Sequence[str]) -> list[tuple[int, int]]:
    """Runs of words that are probably inside a name, cut where a new name probably begins."""
    places = (marginals[:, 0] <= 1.0 - INSIDE).nonzero()[0]
    some = marginals[places]
    begins = (np.add.reduce(some[:, 1::2], axis=1) > np.add.reduce(some[:, 2::2], axis=1)).tolist()
    found: list[tuple[int, int]] = []
    start = end = -1
    for i, begun in zip(places.tolist(), begins, strict=True):
        if words[i] == BREAK:
            continue
        if i != end or begun:
            if end > start:
                found.append((start, end))
            start = i
        end = i + 1
    if end > start:
        found.append((start, end))
    return found


def hopeful(method: float, data: float, generic: float) -> bool:
    """False for stretches that the judge turns down nearly always, which saves their time."""
    return method + data >= 0.3 or (generic >= 0.6 and method + data >= 0.05)


def trimmed(start: int, end: int, text: Words) -> tuple[int, int]:
    """The stretch of words without punctuation at its ends and without what opens no name; half a pair of brackets ends it."""
    keys, lows = text.keys, text.lows
    while start < end and (not keys[start] or lows[start] in _OPENINGS):
        start += 1
    if None in keys[start:end]:
        end = closed(start, end, lows)
    while start < end and not keys[end - 1]:
        end -= 1
    return start, end


def closed(start: int, end: int, words: Sequence[str]) -> int:
    """Where a stretch ends so that each of its brackets has its partner.

    >>> closed(0, 4, ["convex", "function", ")", "programming"]), closed(0, 4, ["net", "(", "GRU", ")"])
    (2, 4)
    """
    opened = end
    for i in range(start, end):
        if words[i] == "(":
            opened = min(opened, i)
        elif words[i] == ")":
            if opened == end:
                return i
            opened = end
    return opened


def reducible(outer: tuple[int, int], inner: tuple[int, int], lows: Sequence[str]) -> bool:
    """True where a stretch says no more than the scheme's name in it: "the vanilla LSTM model"."""
    before = lows[outer[0] : inner[0]]
    after = lows[inner[1] : outer[1]]
    return all(w in FRONTS or w == "-" for w in before) and all(w in KINDS_OF_THING for w in after)


def joined(start: int, end: int, text: Words) -> bool:
    """True where a word joins names among the words from `start` to `end`; that of "Generator-And-Sampler" is part of one."""
    return not _AND.isdisjoint(SHOWN.of(text.vocabulary)[text.numbers[start:end]].tolist())


def means(marginals: Floats, places: Sequence[tuple[int, int]]) -> list[tuple[float, float, float]]:
    """The mean probabilities over the words of some stretches of being in a method, a dataset, something generic."""
    if not places:
        return []
    sums = np.zeros((len(marginals) + 1, 3))
    np.cumsum(marginals[:, 1::2] + marginals[:, 2::2], axis=0, out=sums[1:])
    ends = np.fromiter(chain.from_iterable(places), int).reshape(-1, 2)
    some = sums[ends]
    found = (some[:, 1] - some[:, 0]) / (ends[:, 1:] - ends[:, :1])
    return list(map(tuple, found.tolist()))
