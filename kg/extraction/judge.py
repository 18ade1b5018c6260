"""Is a candidate a concept of the paper, of which kind, and does the paper introduce it? A linear model decides.

Each group of candidates is described by some thirty features (its words, the tagger's probabilities, the scheme's
opinion, where and how often it stands, the words around it); logistic regressions give the probability of each
decision. A group costs a few dozen look-ups.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from kg.extraction.candidates import Group
from kg.extraction.tag_features import Flags, shape
from kg.extraction.words import BREAK, title_length
from kg.ontology import core, fold
from kg.records import Kind

DECISIONS = ("accepted", "dataset", "architecture", "introduced")
"""Columns of the weights: is it a concept of the paper; a dataset; else an architecture; does the paper introduce it?"""

INTRODUCING = frozenset(
    (
        "propose proposes proposed proposing introduce introduces introduced introducing present presents "
        "presented develop develops developed call called name named dub dubbed term termed design designed "
        "devise build built create created construct constructed release contribute describe offer formulate "
        "establish unveil coin propose"
    ).split()
)
_CUES = {
    "our": "our", "we": "we", "called": "called", "named": "called", "dubbed": "called", "termed": "called", "namely": "called",
    "novel": "novel", "new": "novel", "using": "using", "use": "using", "with": "with", "via": "using", "through": "using",
    "on": "on", "outperform": "beats", "outperforms": "beats", "outperforming": "beats", "than": "beats", "over": "beats",
    "such": "suchas", "including": "suchas", "like": "suchas", "e.g.": "suchas", "based": "based", "existing": "existing",
    "by": "by", "of": "of", "for": "for", "to": "to", "in": "in", "and": "and", ",": ",", "(": "(", ":": ":", "is": "is",
    "the": "the", "a": "a", "an": "a", "from": "from", "as": "as", "compared": "beats", "under": "under", "this": "this",
}  # fmt: skip
_NATURE = {
    **dict.fromkeys(
        (
            "dataset datasets corpus corpora benchmark benchmarks suite testbed leaderboard collection annotations"
        ).split(),
        "data",
    ),
    **dict.fromkeys(
        (
            "network networks architecture architectures transformer model models llm llms backbone encoder rnn cnn gnn"
        ).split(),
        "model",
    ),
    **dict.fromkeys(
        ("method methods algorithm algorithms framework approach technique optimizer loss estimator procedure").split(),
        "method",
    ),
    **dict.fromkeys(
        ["task", "tasks", "problem", "problems", "metric", "metrics", "score", "accuracy", "challenge"], "task"
    ),
    **dict.fromkeys(
        ["agent", "system", "pipeline", "toolkit", "library", "platform", "environment", "simulator"], "system"
    ),
}
_APPOSITION = frozenset((",", "(", "-", "is", ":", "–", "—"))
_ACTS = frozenset(("achieves", "outperforms", "is", "consists", "leverages", "uses"))
_AUTHORS = frozenset(("we", "this", "paper"))
_STOPS = frozenset((".", BREAK, ";"))
Floats = NDArray[np.float64]
Names = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True)
class Verdict:
    """What the judge thinks of a group: probability of being a concept of the paper, kind, probability of introduction."""

    accepted: float
    kind: Kind
    introduced: float


class Reading:
    """A text as the judge reads it: its words, also in small letters, where sentences begin, which words look like names."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.lows = [w.lower() for w in words]
        self.title = title_length(words)
        self.colon = words.index(":") if ":" in words[: self.title] else 0
        self.named = [len(w) > 2 and not w[1:].islower() and any(map(str.isupper, w[1:])) for w in words]
        self.begins = [0]
        for i, word in enumerate(words):
            self.begins.append(i + 1 if word in _STOPS else self.begins[-1])

    def before(self, place: int, most: int = 8) -> list[str]:
        """The words of the same sentence before a place, in small letters."""
        return self.lows[max(self.begins[place], place - most) : place]


class Judge:
    """Applies the trained weights to groups."""

    def __init__(self, weights: Mapping[str, Floats], names: Names, flags: Flags) -> None:
        # Plain tuples: adding four numbers one by one is faster than an array of four.
        self._rows = {name: tuple(row.tolist()) for name, row in weights.items()}
        self._names = names
        self._flags = flags
        self._bias = self._rows.pop("bias", (0.0,) * len(DECISIONS))

    def verdict(self, group: Group, text: Reading) -> Verdict:
        """The verdict on a group of a text."""
        rows = self._rows
        accepted, dataset, architecture, introduced = self._bias
        for name, value in features(group, text, self._flags, self._names):
            row = rows.get(name)
            if row is not None:
                accepted += row[0] * value
                dataset += row[1] * value
                architecture += row[2] * value
                introduced += row[3] * value
        kind: Kind = "Dataset" if dataset > 0 else "Architecture" if architecture > 0 else "Method"
        return Verdict(probability(accepted), kind, probability(introduced))


def probability(score: float) -> float:
    """The logistic function.

    >>> probability(0.0)
    0.5
    """
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def features(group: Group, text: Reading, flags: Flags, known: Names) -> Iterator[tuple[str, float]]:
    """Names and values of the features of a group."""
    found, title = group.candidates, text.title
    best = max(found, key=lambda c: c.scores[0] + c.scores[1] + 0.3 * c.scores[2])
    name = core(min((c.text for c in found), key=len))
    low = name.lower()
    tokens = low.split()
    code = flags.code(group.concept) if group.concept else "t" if any(c.source == "task" for c in found) else "-"
    method, data, generic = best.scores
    outside = max(1e-4, 1.0 - method - data - generic)
    parts = [
        ("pM", method), ("pD", data), ("pG", generic), ("pO", outside),
    ]  # fmt: skip
    for label, p in parts:
        yield f"{label}", math.log((p + 0.01) / (1.01 - p))
        yield f"{label}={int(p * 8)}", 1.0
        yield f"{label}={int(p * 4)}/{code}", 1.0
    yield f"name={fold(name)}", 1.0
    yield f"lex={code}", 1.0
    yield f"shape={shape(name)[:6]}", 1.0
    yield f"shape={shape(name)[:6]}/{code}", 1.0
    yield f"words={min(len(tokens), 6)}", 1.0
    yield f"head={tokens[-1]}", 1.0
    if len(tokens) > 1:
        yield f"front={tokens[0]}", 1.0
    names = {c.text for c in found} | ({group.long_form} if group.long_form else set())
    for last in sorted({core(n).split()[-1].rstrip("s") for n in names}):
        yield f"last={last.lower()}", 1.0
        yield f"end={last[-4:].lower()}", 1.0
        yield f"end={last[-3:]}", 1.0
    sources = "".join(sorted({c.source[0] for c in found}))
    yield f"by={sources}", 1.0
    yield f"by={sources}/{code}", 1.0
    if all(c.nested for c in found):
        yield "nested", 1.0
        yield f"nested/{code}", 1.0
    count = len(found)
    in_title = sum(c.start < title for c in found)
    handle = any(c.end <= text.colon for c in found)
    place = "handle" if handle else "title" if in_title else "text"
    yield f"count={min(count, 5)}", 1.0
    yield f"place={place}", 1.0
    yield f"place={place}/{code}", 1.0
    yield f"place={place}/{min(count, 3)}/{shape(name)[:3]}", 1.0
    if place == "title" and in_title == count:
        yield "onlytitle", 1.0
    if group.long_form:
        yield "defined", 1.0
        yield f"defined/{code}/{place}", 1.0
        yield f"longhead={group.long_form.lower().split()[-1]}", 1.0
    papers, data_share, new_share = known.get(fold(group.long_form or name), (0, 0, 0))
    yield f"papers={papers}", 1.0
    yield f"papers={papers}/{code}", 1.0
    yield f"papers={papers}/{place}", 1.0
    yield f"papers={min(papers, 3)}/{place}/{shape(name)[:3]}/{min(count, 3)}", 1.0
    if papers:
        yield (
            f"elsewhere={'data' if data_share >= 5 else 'new' if new_share >= 4 else 'old' if not new_share else 'both'}",
            1.0,
        )
    body = [c for c in found if c.start >= title]
    first = body[0].start - title if body else 0
    yield f"first={min(7, int(8 * first / max(1, len(text.words) - title)))}", 1.0
    titled = "handle" if 0 < text.colon < 7 else "plain"
    yield f"titled={titled}/{place}", 1.0
    yield from surroundings(group, text, f"{code}/{min(papers, 2)}", place)


def surroundings(group: Group, text: Reading, code: str, place: str) -> Iterator[tuple[str, float]]:
    """The words around the candidates of a group, and whether one of them introduces it."""
    seen: dict[str, None] = {}  # in the order of finding, which is the same in every run, unlike a set's
    lows = text.lows
    for c in group.candidates[:6]:
        before = text.before(c.start)
        following, after = (*lows[c.end : c.end + 2], "$", "$")[:2]
        previous = before[-1] if before else "^"
        found = [f"prev={previous}", f"next={following}", f"next2={following}_{after}"]
        if len(before) > 1:
            found.append(f"prev2={before[-2]}_{previous}")
        found += [f"cue={_CUES[w]}" for w in before[-4:] if w in _CUES]
        verbs = [w for w in before if w in INTRODUCING]
        if verbs:
            near = "near" if not INTRODUCING.isdisjoint(before[-3:]) else "far"
            who = "we" if not _AUTHORS.isdisjoint(before) else "other"
            found += [f"intro={who}/{near}", f"intro/{code}", f"intro/{who}/{near}/{code}", f"intro/{place}/{code}"]
            found.append(f"verb={verbs[-1]}")
        if previous in ("our", "proposed"):
            found.append(f"acts={previous}")
        elif following in _ACTS:
            found.append(f"acts={following}")
        if following.isdecimal():
            found.append("next=#")
        if place == "text":
            start = max(0, c.start - 12)
            names = {
                w for w, n in zip(text.words[start : c.end + 12], text.named[start : c.end + 12], strict=True) if n
            }
            found.append(f"names={min(4, len(names) // 2)}/{'intro' if verbs else '-'}")
        found += natures(before, lows[c.end : c.end + 8])
        seen.update(dict.fromkeys(found))
    for name in seen:
        yield name, 1.0


def natures(before: Sequence[str], ahead: Sequence[str]) -> Iterator[str]:
    """What the nouns around a name say it is: "X, a large dataset", "the benchmark X".

    >>> list(natures(["the", "benchmark"], [",", "a", "model", "."]))
    ['then=model/appos', 'since=data']
    """
    sentence = list(takewhile(lambda w: w != ".", ahead))
    for place, word in enumerate(sentence):
        if word in _NATURE:
            where = "near" if place < 2 else "appos" if sentence[0] in _APPOSITION else "far"
            yield f"then={_NATURE[word]}/{where}"
            break
    for word in reversed(before[-6:]):
        if word in _NATURE:
            yield f"since={_NATURE[word]}"
            break
