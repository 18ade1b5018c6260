"""A second opinion where it is in doubt whether the paper introduces something: a small network reads the words around.

It has learned what the encoder of ``--accurate`` and its judge think of unlabelled abstracts, and costs a thousandth of them
(G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural network", 2015).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import compress
from math import exp, log
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kg.extraction.groups import Group
from kg.extraction.judge import Names, Verdict, odds
from kg.extraction.model import packed, unpacked
from kg.extraction.tag_features import shape
from kg.extraction.vocabulary import BREAK, Column, low, shown
from kg.extraction.words import Words
from kg.ontology import core, fold

WEIGHTS = Path(__file__).parent / "introductions.npz"
DOUBTFUL = 0.2
"""Probabilities nearer than this to 0 or 1 stay as they are; to ask about more costs time, and changes F1 by 0.001."""
SHARE = 0.5
"""What the network's log-odds weigh beside those of the judge. In cross-validation 0.5 to 0.9 are
the same within 0.002 of F1."""
REACH = 10
"""Words to each side that are read."""
PLACES = 4
"""Candidates of a group that are looked at."""
TOGETHER = 8
"""Rows that are multiplied together: for more, numpy's BLAS starts threads, which costs more than it saves."""
NOTHING, KNOWN = 1, 2
"""The number of a word beyond the text or its title; the first number of a known word."""
FORMS = 64
"""Numbers for words that are not known, by their shape."""
_AROUND = np.concatenate([np.arange(-REACH, 0), np.arange(REACH), [0, 0]])
_BEHIND = np.concatenate([np.zeros(REACH, bool), np.ones(REACH, bool), [False, True]])
_INSIDE = np.concatenate([np.zeros(2 * REACH + 1, int), [-1]])
Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Judged = tuple[Group, Verdict]


class View(NamedTuple):
    """What the network sees of some groups.

    `words`: places x words, the numbers of the words before, behind, and of the first and last one; `flags`: places x 2, in
    the title, at its very beginning; `begins`: the first place of each group; `facts`: groups x numbers.
    """

    words: Integers
    flags: Floats
    begins: list[int]
    facts: Floats


@dataclass(frozen=True)
class Network:
    """Known words with their numbers, and arrays by name."""

    known: Mapping[str, int]
    arrays: Mapping[str, Floats]

    def odds(self, view: View) -> Floats:
        """The logarithm of the odds that the paper introduces each group."""
        a = self.arrays
        seen = np.concatenate([a["words"][view.words].reshape(len(view.words), -1), view.flags], axis=1)
        seen = np.maximum(product(seen, a["places"]) + a["places.bias"], 0)
        ends = (*view.begins[1:], len(seen))
        counts = np.array([[end - begin] for begin, end in zip(view.begins, ends, strict=True)], dtype=np.float32)
        most = np.maximum.reduceat(seen, view.begins, axis=0)
        mean = np.add.reduceat(seen, view.begins, axis=0) / counts
        facts = np.maximum(product((view.facts - a["middle"]) / a["spread"], a["facts"]) + a["facts.bias"], 0)
        both = np.maximum(product(np.concatenate([most, mean, facts], axis=1), a["both"]) + a["both.bias"], 0)
        found: Floats = (product(both, a["end"]) + a["end.bias"])[:, 0]
        return found


def product(rows: Floats, weights: Floats) -> Floats:
    """Rows times weights, always as many at a time: BLAS may round differently for other shapes."""
    filled = np.concatenate([rows, np.zeros((-len(rows) % TOGETHER, rows.shape[1]), np.float32)])
    return np.concatenate([filled[i : i + TOGETHER] @ weights for i in range(0, len(filled), TOGETHER)])[: len(rows)]


class SecondOpinions:
    """Verdicts as judge and network together see them, where it is in doubt whether the paper introduces something."""

    def __init__(self, network: Network, names: Names) -> None:
        self._network, self._names, self._numbers = network, names, numbered(network.known)

    def on(self, judged: Sequence[tuple[list[Judged], Words]]) -> Iterator[list[Judged]]:
        """For each text the verdicts anew.

        A known name that the title begins with is left to the judge: where such a name is new, the network does not see it.
        """
        doubtful = [
            [DOUBTFUL < v.introduced < 1 - DOUBTFUL and not (g.concept and g.handle) for g, v in found]
            for found, _ in judged
        ]
        asked = [
            ([group for group, _ in compress(found, some)], text)
            for (found, text), some in zip(judged, doubtful, strict=True)
            if any(some)
        ]
        seen = view(asked, self._numbers, self._names) if asked else None
        told = iter(self._network.odds(seen).tolist() if seen else ())
        for (found, _), some in zip(judged, doubtful, strict=True):
            yield [(g, together(v, next(told)) if unsure else v) for (g, v), unsure in zip(found, some, strict=True)]


def together(verdict: Verdict, new: float) -> Verdict:
    """A verdict with the network's log-odds of an introduction beside those of the judge."""
    old = log(verdict.introduced / (1 - verdict.introduced))
    return verdict._replace(introduced=1 / (1 + exp(-(SHARE * new + (1 - SHARE) * old))))


def numbered(known: Mapping[str, int]) -> Column[int]:
    """The column of `number`."""
    return Column(partial(number, known), np.empty((), np.int64))


def number(known: Mapping[str, int], word: str) -> int:
    """The number that the network has for a word: its own, or that of its form."""
    return known.get(low(word)) or KNOWN + len(known) + form(shown(word))


def view(found: Sequence[tuple[Sequence[Group], Words]], numbers: Column[int], names: Names) -> View:
    """What the network sees of some groups of some texts; the numbers are those of `numbered`."""
    begins, places, base = list[int](), list[tuple[int, ...]](), 0
    beliefs, facts = list[tuple[float, ...]](), list[tuple[float, ...]]()
    for groups, text in found:
        title, length = text.title, len(text)
        body = title + (BREAK in text.lows)
        here = list[tuple[int, int]]()
        for group in groups:
            begins.append(len(places) + len(here))
            here += [(c.start, c.end) for c in group.candidates[:PLACES]]
            beliefs.append(beliefs_of(group))
            facts.append(facts_of(group, title, length, names))
        for start, end in here:
            first, last = (0, title) if start < title else (body, length)
            places.append((base + start, base + end, base + first, base + last, start < title, start == 0))
        base += length
    starts, ends, firsts, lasts, *flags = np.array(places).T
    where = np.where(_BEHIND, ends[:, None], starts[:, None]) + _AROUND + _INSIDE
    read = np.concatenate([numbers.of(text.vocabulary)[text.numbers] for _, text in found])
    words = read[np.clip(where, 0, len(read) - 1)]
    words[(where < firsts[:, None]) | (where >= lasts[:, None])] = NOTHING
    known_of = np.concatenate([odds(np.array(beliefs)), np.array(facts)], axis=1).astype(np.float32)
    return View(words, np.stack(flags, axis=1).astype(np.float32), begins, known_of)


def beliefs_of(group: Group) -> tuple[float, ...]:
    """What the tagger thinks of the likeliest candidate: a method, a dataset, something generic, none of them."""
    method, data, generic = max((c.scores for c in group.candidates), key=lambda s: s[0] + s[1] + 0.3 * s[2])
    return method, data, generic, max(1e-4, 1 - method - data - generic)


def facts_of(group: Group, title: int, length: int, names: Names) -> tuple[float, ...]:
    """What else is known of a group: how often and where it stands, how famous it is, how it looks."""
    first = group.candidates[0]
    return (
        min(5, len(group.candidates)),
        first.start < title,
        first.start / length,
        *names.get(fold(group.long_form or core(first.text)), (0, 0, 0)),
        bool(group.long_form),
        bool(group.concept),
        min(6, first.end - first.start),
        first.text[1:] != first.text[1:].lower(),
    )


def form(word: str) -> int:
    """One of `FORMS` numbers for the shape of a word."""
    return crc32(shape(word)[:6].encode()) % FORMS


def save(network: Network, path: Path = WEIGHTS) -> None:
    """Write a network, in 16 bits a number."""
    arrays = {f"a/{name}": array.astype(np.float16) for name, array in network.arrays.items()}
    np.savez_compressed(path, known=packed(network.known), **arrays)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def load(path: Path = WEIGHTS) -> Network:
    """Read the network that ships."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {n.removeprefix("a/"): file[n].astype(np.float32) for n in file.files if n.startswith("a/")}
        return Network({word: KNOWN + i for i, word in enumerate(unpacked(file["known"]))}, arrays)
