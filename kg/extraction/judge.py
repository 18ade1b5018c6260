"""Is a candidate a concept of the paper, of which kind, and does the paper introduce it? A linear model decides.

Each group of candidates is described by some thirty features (its words, the tagger's probabilities, the scheme's
opinion, where and how often it stands, the words around it); logistic regressions give the probability of each
decision. A group costs a few dozen look-ups.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.extraction.candidates import Candidate
from kg.extraction.groups import Group
from kg.extraction.sayings import NUMBERS, SEEN, Bundle, expanded
from kg.extraction.tag_features import Flags, shape
from kg.extraction.vocabulary import NAMED, STOP
from kg.extraction.words import Words
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
_NATURES = frozenset(_NATURE)
_APPOSITION = frozenset((",", "(", "-", "is", ":", "–", "—"))
_ACTS = frozenset(("achieves", "outperforms", "is", "consists", "leverages", "uses"))
_ARTICLES = frozenset(("a", "an", "the", "our", "new", "novel", ",", ":", "(", '"', "“", "''"))
_CLOSING = frozenset((",", "(", "that", "which", ":", ".", ";", "to", "for", "-", "–", "—", "and"))
_AUTHORS = frozenset(("we", "this", "paper"))
Floats = NDArray[np.float64]
ARCHITECTURE = 0.5
"""Score from which on something is an architecture. In cross-validation 0 and 0.5 find the same share of kinds right, 0.97
within 0.001; the development papers like the latter."""
Beliefs = NDArray[np.float32]
Names = Mapping[str, tuple[int, int, int]]


class Verdict(NamedTuple):
    """What the judge thinks of a group: probability of being a concept of the paper, kind, probability of introduction."""

    accepted: float
    kind: Kind
    introduced: float


class Reading:
    """A text as the judge reads it: its words in small letters, where sentences end, which words look like names.

    `encoded` is what the encoder said of each word, where it was asked.
    """

    def __init__(self, text: Words, encoded: Beliefs | None = None) -> None:
        self.lows, self.title, self.colon = text.lows, text.title, text.colon
        self.encoded = encoded
        named = text.places(NAMED)
        self.named, self.names = named.tolist(), text.numbers[named].tolist()
        self.stops = text.places(STOP).tolist()

    def before(self, place: int, most: int = 8) -> Sequence[str]:
        """The words of the same sentence before a place, in small letters."""
        stops = bisect_left(self.stops, place)
        begin = self.stops[stops - 1] + 1 if stops else 0
        return self.lows[max(begin, place - most) : place]

    def crowd(self, start: int, end: int) -> int:
        """How many words that look like names stand from one place to another, each counted once."""
        return len({*self.names[bisect_left(self.named, start) : bisect_left(self.named, end)]})


class Weighed(dict[Bundle, int]):
    """Bundle → row of the sum of its features' weights, added up at the first need and kept."""

    def __init__(self, weights: Mapping[str, Sequence[float]]) -> None:
        super().__init__()
        self._weights = weights
        self.rows = np.zeros((4096, len(DECISIONS)))

    def __missing__(self, bundle: Bundle) -> int:
        place = len(self)
        if place == len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
        found = [w for w in map(self._weights.get, expanded(bundle)) if w is not None]
        self.rows[place] = list(map(sum, zip(*found, strict=True))) if found else 0.0
        self[bundle] = place
        return place


class Judge:
    """Applies the trained weights to groups."""

    def __init__(self, weights: Mapping[str, Sequence[float]], names: Names, flags: Flags) -> None:
        none = [0.0] * len(DECISIONS)
        self._weighed = Weighed(weights)
        numbers = (*NUMBERS, *SEEN) if SEEN[0] in weights else NUMBERS
        self._numbers = np.array([weights.get(name, none) for name in numbers])
        self._bias = np.array(weights.get("bias", none))
        self._names = names
        self._flags = flags

    def verdicts(self, found: Sequence[Group], text: Words, encoded: Beliefs | None = None) -> list[Verdict]:
        """The verdict on each group of a text; `encoded` is given where the weights are those that know the encoder."""
        if not found:
            return []
        if len(self._weighed) > 100_000:
            self._weighed.clear()
        weighed, reading = self._weighed, Reading(text, encoded)
        places, begins, beliefs = list[int](), list[int](), []
        for group in found:
            bundles, belief = features(group, reading, self._flags, self._names)
            begins.append(len(places))
            places += map(weighed.__getitem__, bundles)
            beliefs.append(belief)
        sums = np.add.reduceat(weighed.rows[places], begins, axis=0)
        scores = sums + odds(np.array(beliefs)) @ self._numbers + self._bias
        scores[:, ::3] = 1.0 / (1.0 + np.exp(-scores[:, ::3]))  # the logistic function: scores become probabilities
        return [
            Verdict(
                accepted,
                "Dataset" if dataset > 0 else "Architecture" if architecture > ARCHITECTURE else "Method",
                introduced,
            )
            for accepted, dataset, architecture, introduced in scores.tolist()
        ]


def odds(probabilities: Floats) -> Floats:
    """The logarithms of the odds, none of them infinite: the values of `NUMBERS` and `SEEN`."""
    found: Floats = np.log((probabilities + 0.01) / (1.01 - probabilities))
    return found


def features(group: Group, text: Reading, flags: Flags, known: Names) -> tuple[list[Bundle], tuple[float, ...]]:
    """The features that a group has, in bundles, each bundle once; and the beliefs of which `NUMBERS`, `SEEN` are odds."""
    found, title, count = group.candidates, text.title, len(group.candidates)
    best, likely, shortest, sources = found[0].scores, -1.0, found[0].text, set()
    task, nested, in_title, handle, first = False, True, 0, False, -1
    around: list[Bundle] = []
    for c in found:
        method, data, generic = c.scores
        if (belief := method + data + 0.3 * generic) > likely:
            best, likely = c.scores, belief
        if len(c.text) < len(shortest):
            shortest = c.text
        sources.add(c.source[0])
        task = task or c.source == "task"
        nested = nested and c.nested
        if c.start < title:
            in_title += 1
            handle = handle or c.end <= text.colon
        elif first < 0:
            first = c.start - title
    name = core(shortest)
    code = flags.code(group.concept) if group.concept else "t" if task else "-"
    place = "handle" if handle else "title" if in_title else "text"
    papers, data_share, new_share = known.get(fold(group.long_form or name), (0, 0, 0))
    for c in found[:3]:
        around += surroundings(c, text, f"{code}/{min(papers, 2)}", place)
    method, data, generic = best
    probabilities = method, data, generic, max(1e-4, 1.0 - method - data - generic)
    spellings = (
        tuple(sorted({c.text for c in found} | {group.long_form} - {""}))
        if count > 1 or group.long_form
        else (found[0].text,)
    )
    form = shape(name)[:3]
    bundles: list[Bundle] = [
        ("believed", code, *[int(p * 8) for p in probabilities]),
        ("named", name, spellings, code),
        ("proposed", code, "".join(sorted(sources)), nested),
        ("placed", code, place, min(count, 5), form, place == "title" and in_title == count, 0 < text.colon < 7),
        ("famous", code, place, papers, data_share, new_share, min(count, 3), form),
        ("begun", min(7, int(8 * max(0, first) / max(1, len(text.lows) - title)))),
        *(around if count == 1 else dict.fromkeys(around)),
    ]
    if group.long_form:
        bundles.append(("defined", code, place, group.long_form.lower().split()[-1]))
    if text.encoded is not None:
        beliefs = seen_in(found, text.encoded)
        bundles.append(("seen", code, *[int(p * 8) for p in beliefs]))
        return bundles, (*probabilities, *beliefs)
    return bundles, probabilities


def seen_in(found: Sequence[Candidate], encoded: Beliefs) -> list[float]:
    """The values of `SEEN`, probabilities, each the mean over the words of a candidate."""
    means = np.array([encoded[c.start : c.end].mean(axis=0) for c in found])
    method, data = means[:, 1] + means[:, 2], means[:, 3] + means[:, 4]
    best = [means[:, -2].max(), means[:, -1].max(), method.max(), data.max(), (method + data).mean()]
    return [float(min(1.0, value)) for value in best]


def surroundings(candidate: Candidate, text: Reading, code: str, place: str) -> list[Bundle]:
    """The words around a candidate, and whether one of them introduces it."""
    lows, before = text.lows, text.before(candidate.start)
    following, after = (*lows[candidate.end : candidate.end + 2], "$", "$")[:2]
    previous = before[-1] if before else "^"
    found: list[Bundle] = [
        ("left", previous, before[-2] if len(before) > 1 else ""),
        ("right", following, after),
        ("cued", *map(_CUES.get, before[-4:])),
        natures(before, lows[candidate.end : candidate.end + 8]),
    ]
    verbs = () if INTRODUCING.isdisjoint(before) else [w for w in before if w in INTRODUCING]
    if verbs:
        near = not INTRODUCING.isdisjoint(before[-3:])
        found.append(("introduced", code, place, not _AUTHORS.isdisjoint(before), near, verbs[-1]))
        plain = next(w for w in reversed(before) if w not in _ARTICLES)
        if plain in INTRODUCING:
            found.append(("directly", code[0] not in "-t", place, following if following in _CLOSING else "noun"))
    if previous in ("our", "proposed"):
        found.append(("acting", previous))
    elif following in _ACTS:
        found.append(("acting", following))
    if place == "text":
        count = text.crowd(max(0, candidate.start - 12), candidate.end + 12)
        found.append(("crowded", min(4, count // 2), bool(verbs)))
    return found


def natures(before: Sequence[str], ahead: Sequence[str]) -> Bundle:
    """What the nouns around a name say it is: "X, a large dataset", "the benchmark X".

    >>> list(expanded(natures(["the", "benchmark"], [",", "a", "model", "."])))
    ['then=model/appos', 'since=data']
    """
    then = where = since = ""
    if not _NATURES.isdisjoint(ahead):
        place = next(i for i, word in enumerate(ahead) if word in _NATURE)
        if "." not in ahead[:place]:
            then = _NATURE[ahead[place]]
            where = "near" if place < 2 else "appos" if ahead[0] in _APPOSITION else "far"
    if not _NATURES.isdisjoint(before):
        since = next((_NATURE[word] for word in reversed(before[-6:]) if word in _NATURE), "")
    return "natured", then, where, since
