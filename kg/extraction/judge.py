"""Is a candidate a concept of the paper, of which kind, and does the paper introduce it? A linear model decides.

Each group of candidates is described by some thirty features (its words, the tagger's probabilities, the scheme's
opinion, where and how often it stands, the words around it); logistic regressions give the probability of each
decision. A group costs a few dozen look-ups.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from kg.extraction.candidates import Group
from kg.extraction.tagger import Flags, shape
from kg.extraction.words import BREAK
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
_NUMBER = re.compile(r"\d+")
Floats = NDArray[np.float64]
Names = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True)
class Verdict:
    """What the judge thinks of a group: probability of being a concept of the paper, kind, probability of introduction."""

    accepted: float
    kind: Kind
    introduced: float


class Judge:
    """Applies the trained weights to groups."""

    def __init__(self, weights: Mapping[str, Floats], names: Names, flags: Flags) -> None:
        # Plain tuples: adding four numbers one by one is faster than an array of four.
        self._rows = {name: tuple(row.tolist()) for name, row in weights.items()}
        self._names = names
        self._flags = flags
        self._bias = self._rows.pop("bias", (0.0,) * len(DECISIONS))

    def verdict(self, group: Group, words: Sequence[str], title: int) -> Verdict:
        """The verdict on a group of a text of these words, the first `title` of which are its title."""
        rows = self._rows
        accepted, dataset, architecture, introduced = self._bias
        for name, value in features(group, words, title, self._flags, self._names):
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


def features(group: Group, words: Sequence[str], title: int, flags: Flags, known: Names) -> Iterator[tuple[str, float]]:
    """Names and values of the features of a group."""
    found = group.candidates
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
    for text in sorted({core(n).split()[-1].rstrip("s") for n in names}):
        yield f"last={text.lower()}", 1.0
        yield f"end={text[-4:].lower()}", 1.0
        yield f"end={text[-3:]}", 1.0
    sources = "".join(sorted({c.source[0] for c in found}))
    yield f"by={sources}", 1.0
    yield f"by={sources}/{code}", 1.0
    if all(c.nested for c in found):
        yield "nested", 1.0
        yield f"nested/{code}", 1.0
    count = len(found)
    in_title = sum(c.start < title for c in found)
    handle = ":" in words[:title] and any(c.end <= words.index(":") for c in found)
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
    yield f"first={min(7, int(8 * first / max(1, len(words) - title)))}", 1.0
    titled = "handle" if ":" in words[: min(title, 7)] else "plain"
    yield f"titled={titled}/{place}", 1.0
    yield from surroundings(group, words, f"{code}/{min(papers, 2)}", place)


def surroundings(group: Group, words: Sequence[str], code: str, place: str) -> Iterator[tuple[str, float]]:
    """The words around the candidates of a group, and whether one of them introduces it."""
    seen: set[str] = set()
    for c in group.candidates[:6]:
        before = [w.lower() for w in words[max(0, c.start - 8) : c.start]]
        for stop in (".", BREAK, ";"):
            if stop in before:
                before = before[len(before) - before[::-1].index(stop) :]
        previous = before[-1] if before else "^"
        following = words[c.end].lower() if c.end < len(words) else "$"
        after = words[c.end + 1].lower() if c.end + 1 < len(words) else "$"
        seen.add(f"prev={previous}")
        seen.add(f"next={following}")
        seen.add(f"next2={following}_{after}")
        if len(before) > 1:
            seen.add(f"prev2={before[-2]}_{previous}")
        cues = {_CUES[w] for w in before[-4:] if w in _CUES}
        seen.update(f"cue={cue}" for cue in cues)
        if any(w in INTRODUCING for w in before):
            near = any(w in INTRODUCING for w in before[-3:])
            who = "we" if "we" in before or "this" in before or "paper" in before else "other"
            seen.add(f"intro={who}/{'near' if near else 'far'}")
            seen.add(f"intro/{code}")
            seen.add(f"intro/{who}/{'near' if near else 'far'}/{code}")
            seen.add(f"intro/{place}/{code}")
        if previous in ("our", "proposed") or following in (
            "achieves",
            "outperforms",
            "is",
            "consists",
            "leverages",
            "uses",
        ):
            seen.add(f"acts={previous if previous in ('our', 'proposed') else following}")
        if _NUMBER.fullmatch(following):
            seen.add("next=#")
        if place == "text":
            run = [
                w for w in words[max(0, c.start - 12) : c.end + 12] if len(w) > 2 and any(x.isupper() for x in w[1:])
            ]
            seen.add(f"names={min(4, len(set(run)) // 2)}/{'intro' if any(w in INTRODUCING for w in before) else '-'}")
        seen.update(natures(before, [w.lower() for w in words[c.end : c.end + 8]]))
        verb = next((w for w in reversed(before) if w in INTRODUCING), None)
        if verb:
            seen.add(f"verb={verb}")
    for name in sorted(seen):
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
