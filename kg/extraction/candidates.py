"""Candidates: stretches of text that may name a concept, grouped by what they name within the paper.

They come from the tagger's probabilities, from the scheme's names and from the paper's own abbreviations. Spellings that
the paper shows to be one thing (a long form and its abbreviation, "BERT" and "BERT model") form one group.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from kg.extraction.lexicon import TASK
from kg.extraction.words import BREAK, Words, read, title_length
from kg.ontology import KINDS_OF_THING, core, fold, scheme

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
_NAMELIKE = re.compile(r"[A-Z].*[A-Z]|[a-z][A-Z]|\d")
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


@dataclass(slots=True)
class Group:
    """All candidates of a paper that name one thing."""

    key: str
    concept: str = ""
    long_form: str = ""
    short_form: str = ""
    candidates: list[Candidate] = field(default_factory=list)


def groups(doc: Doc) -> list[Group]:
    """The groups of a tagged text, in the order of their first candidates."""
    text = read(doc)
    found = candidates(doc, text, doc._.kg_marginals)
    defined = definitions(doc, text)
    result: dict[str, Group] = {}
    for candidate in found:
        key, concept, definition = identity(candidate, defined)
        group = result.get(key) or result.setdefault(key, Group(key, concept))
        group.candidates.append(candidate)
        if definition:
            group.short_form, group.long_form = definition
    result = {key: group for key, group in result.items() if any(hopeful(*c.scores) for c in group.candidates)}
    for short, whole in shortened(result.values(), title_length(text.words)):
        del result[short.key]
        whole.candidates += short.candidates
        if not whole.concept and not whole.long_form:
            whole.short_form, whole.long_form = short.candidates[0].text, longest(whole)
    for candidate in repeats(result.values(), text):
        result[candidate.source].candidates.append(candidate)
        candidate.source = "repeat"
    for group in result.values():
        group.candidates.sort(key=lambda c: c.start)
    return sorted(result.values(), key=lambda g: (g.candidates[0].start, g.key))


def shortened(found: Iterable[Group], title: int) -> list[tuple[Group, Group]]:
    """Names that stand in the title alone and begin exactly one longer name of the abstract, and the group of that one.

    In the annotated abstracts both are one thing in 22 of the 25 cases in which both are annotated.
    """
    groups, pairs = list(found), []
    for short in groups:
        if (
            short.concept
            or short.long_form
            or short.candidates[-1].start >= title
            or " " not in short.candidates[0].text
        ):
            continue
        key = fold(short.candidates[0].text)
        longer = [
            group
            for group in groups
            if any(c.start > title and (name := fold(c.text)) != key and name.startswith(key) for c in group.candidates)
        ]
        if len(longer) == 1:
            pairs.append((short, longer[0]))
    return pairs


def longest(group: Group) -> str:
    """The longest spelling among the candidates of a group."""
    return max((c.text for c in group.candidates), key=len)


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
    covered = list(found)
    for start, end, concept in named:
        outer = next((span for span in covered if span[0] <= start and end <= span[1]), None)
        if outer and (reducible(outer, (start, end), text.lows) or not _AND.isdisjoint(text.words[outer[0] : start])):
            del found[outer]
            covered.remove(outer)
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
    trims = (trimmed(start, end, text) for start, end in spans(marginals, text.words))
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
    return method + data >= 0.3 or (generic >= 0.6 and method + data >= 0.01)


def trimmed(start: int, end: int, text: Words) -> tuple[int, int]:
    """The stretch of words without punctuation at its ends and without what opens no name."""
    keys, lows = text.keys, text.lows
    while start < end and (not keys[start] or lows[start] in _OPENINGS):
        start += 1
    while start < end and not keys[end - 1]:
        end -= 1
    return start, end


def reducible(outer: tuple[int, int], inner: tuple[int, int], lows: Sequence[str]) -> bool:
    """True where a stretch says no more than the scheme's name in it: "the vanilla LSTM model"."""
    before = lows[outer[0] : inner[0]]
    after = lows[inner[1] : outer[1]]
    return all(w in FRONTS or w == "-" for w in before) and all(w in KINDS_OF_THING for w in after)


def means(marginals: Floats, places: Sequence[tuple[int, int]]) -> list[tuple[float, float, float]]:
    """The mean probabilities over the words of some stretches of being in a method, a dataset, something generic."""
    if not places:
        return []
    sums = np.zeros((len(marginals) + 1, 3))
    np.cumsum(marginals[:, 1::2] + marginals[:, 2::2], axis=0, out=sums[1:])
    starts, ends = np.array(places).T
    found = (sums[ends] - sums[starts]) / (ends - starts)[:, None]
    return list(map(tuple, found.tolist()))


def definitions(doc: Doc, words: Words) -> dict[str, tuple[str, str]]:
    """Folded short and long forms → (short form, long form) as this paper defines them."""
    text, found = words.text, dict[str, tuple[str, str]]()
    for a, b, c, d in doc._.kg_abbreviations:
        pair = text[a:b], " ".join(text[c:d].split())
        found.setdefault(fold(pair[0]), pair)
        found.setdefault(fold(pair[1]), pair)
    return found


def identity(candidate: Candidate, defined: dict[str, tuple[str, str]]) -> tuple[str, str, tuple[str, str] | None]:
    """Key, concept of the scheme, and definition of what a candidate names; the paper's own definition wins."""
    name = core(candidate.text)
    definition = (defined.get(fold(candidate.text)) or defined.get(fold(name))) if defined else None
    if definition:
        known = scheme().find(definition[1])
        if known:
            return f"c:{known[0]}", known[0], definition
        if not (candidate.concept and candidate.text.count(" ")):
            return f"n:{fold(definition[1])}", "", definition
    if candidate.concept:
        return f"c:{candidate.concept}", candidate.concept, None
    key, concept = spelled_key(name)
    return key or f"n:{candidate.text}", concept, None


@lru_cache(maxsize=100_000)
def spelled_key(name: str) -> tuple[str, str]:
    """Key and concept of a name once the abbreviations in it are spelled out; an empty key for a name without letters."""
    spelled = scheme().spell_out(name)
    if spelled != name and (known := scheme().find(spelled)):
        return f"c:{known[0]}", known[0]
    key = fold(spelled)
    return (f"n:{key}" if key else ""), ""


def repeats(found: Iterable[Group], text: Words) -> list[Candidate]:
    """Further places where the words of a group's candidates stand; `source` is for now the group's key."""
    lows = text.lows
    first: dict[str, dict[tuple[str, ...], str]] = {}
    taken = bytearray(len(lows))
    for group in found:
        for candidate in group.candidates:
            start, end = candidate.start, candidate.end
            taken[start:end] = b"\1" * (end - start)
            if end - start > 1 or _NAMELIKE.search(candidate.text):
                first.setdefault(lows[start], {}).setdefault(lows[start:end], group.key)
    result = []
    for i in [i for i, word in enumerate(lows) if word in first]:
        for sequence, key in first[lows[i]].items() if not taken[i] else ():
            end = i + len(sequence)
            if lows[i:end] == sequence and not any(taken[i:end]):
                taken[i:end] = b"\1" * (end - i)
                result.append(Candidate(i, end, text.slice(i, end), key))
                break
    return result
